/** Learning rate over a training run: linear warm-up, then half a cosine down to zero. */
export interface Schedule {
  /** Largest learning rate. */
  readonly peak: number;
  /** Steps of linear growth to the peak. */
  readonly warmupSteps: number;
  /** Steps in all. */
  readonly totalSteps: number;
}

/**
 * Learning rate of step 0 .. totalSteps - 1. The last step's is just above zero.
 */
export function learningRate(schedule: Schedule, step: number): number {
  const { peak, warmupSteps, totalSteps } = schedule;
  if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
  const progress = (step - warmupSteps) / Math.max(totalSteps - warmupSteps, 1);
  return (peak * (1 + Math.cos(Math.PI * progress))) / 2;
}
