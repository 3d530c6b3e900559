import { defaultRegularizer, type RegularizerSchedule } from '@tally/core';

/** How blocks are reconstructed. */
export interface ReconstructOptions {
  /** Training steps of each block. */
  readonly iterations: number;
  /** Samples per step: crops of early blocks' feature maps, whole maps of late ones. */
  readonly batch: number;
  /** Side of the crops of input feature maps; maps up to this size are used whole. */
  readonly crop: number;
  /** Largest learning rates (Adam) of rounding, activation steps, batch norm and biases. */
  readonly rates: { readonly rounding: number; readonly step: number; readonly affine: number };
  readonly regularizer: RegularizerSchedule;
  /** Drop activation quantization at random (QDrop). */
  readonly drop: boolean;
  /** Learn batch norm's gamma and beta and the biases too. */
  readonly affine: boolean;
  /** Blocks whose layers all have weights wider than this keep them as they are. */
  readonly widest: number;
  readonly seed: number;
  readonly threads: number;
}

/** For a few hundred steps a block, which need larger learning rates than BRECQ's 20,000 (1e-3 and 4e-5). */
export const defaultReconstruction: ReconstructOptions = {
  iterations: 250,
  batch: 32,
  crop: 16,
  rates: { rounding: 5e-2, step: 1e-3, affine: 1e-3 },
  regularizer: defaultRegularizer,
  drop: true,
  affine: true,
  widest: 7,
  seed: 1,
  threads: 1,
};

/**
 * The default for a number of steps per block. Longer runs take smaller steps, by the square root of their length: between the
 * rates above at 250 steps and BRECQ's at 20,000.
 */
export function reconstructionOf(iterations: number): ReconstructOptions {
  const scale = Math.min(1, Math.sqrt(defaultReconstruction.iterations / iterations));
  const { rounding, step, affine } = defaultReconstruction.rates;
  return {
    ...defaultReconstruction,
    iterations,
    rates: { rounding: rounding * scale, step: step * scale, affine: affine * scale },
  };
}

/** How a whole network is tuned without changing its weights. */
export interface PolishOptions {
  readonly iterations: number;
  /** Images per step. */
  readonly batch: number;
  /** Largest learning rates (Adam) of activation steps, batch norm and biases. */
  readonly rates: { readonly step: number; readonly affine: number };
  readonly seed: number;
  readonly threads: number;
}

export const defaultPolish: PolishOptions = {
  iterations: 100,
  batch: 16,
  rates: { step: 5e-4, affine: 5e-4 },
  seed: 1,
  threads: 1,
};
