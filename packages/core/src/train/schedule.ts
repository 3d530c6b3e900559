/** Learning rate over a training run: linear warm-up, half a cosine down, and, where weights are averaged, a constant rate. */
export interface Schedule {
  /** Largest learning rate. */
  readonly peak: number;
  /** Steps of linear growth to the peak. */
  readonly warmupSteps: number;
  /** Steps in all. */
  readonly totalSteps: number;
  /** The constant rate of the last steps, to which the cosine goes down; without it, to zero. */
  readonly tail?: { readonly rate: number; readonly steps: number };
}

/**
 * Learning rate of step 0 .. totalSteps - 1. Without a tail, the last step's is just above zero.
 */
export function learningRate(schedule: Schedule, step: number): number {
  const { peak, warmupSteps, totalSteps, tail = { rate: 0, steps: 0 } } = schedule;
  const tailStart = totalSteps - tail.steps;
  if (step >= tailStart) return tail.rate;
  if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
  const progress = (step - warmupSteps) / Math.max(tailStart - warmupSteps, 1);
  return tail.rate + ((peak - tail.rate) * (1 + Math.cos(Math.PI * progress))) / 2;
}
