/** How the rounding regulariser changes over the steps of a block. */
export interface RegularizerSchedule {
  /** Factor of the regulariser after the warm-up. */
  readonly weight: number;
  /** Share of the steps without regulariser, 0 to 1. */
  readonly warmup: number;
  /** Exponent at the end of the warm-up and at the end. */
  readonly betaStart: number;
  readonly betaEnd: number;
}

/** As BRECQ's and QDrop's: no regulariser for a fifth of the steps, then the exponent from 20 to 2, half a cosine. */
export const defaultRegularizer: RegularizerSchedule = {
  weight: 0.01,
  warmup: 0.2,
  betaStart: 20,
  betaEnd: 2,
};

/** The regulariser's factor and exponent at step 0 .. steps - 1. */
export function regularizerAt(
  { weight, warmup, betaStart, betaEnd }: RegularizerSchedule,
  step: number,
  steps: number,
): { readonly weight: number; readonly beta: number } {
  const quiet = warmup * steps;
  if (step < quiet) return { weight: 0, beta: betaStart };
  const progress = (step - quiet) / Math.max(steps - quiet, 1);
  return { weight, beta: betaEnd + ((betaStart - betaEnd) * (1 + Math.cos(Math.PI * progress))) / 2 };
}
