import type { RegularizerSchedule } from '@tally/core';

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

/** Learning rates for about a thousand steps a block: rounding moves 10 times as fast as in BRECQ's 20,000. */
export const defaultReconstruction: ReconstructOptions = {
  iterations: 800,
  batch: 32,
  crop: 28,
  rates: { rounding: 1e-2, step: 4e-4, affine: 1e-3 },
  regularizer: { weight: 0.01, warmup: 0.2, betaStart: 20, betaEnd: 2 },
  drop: true,
  affine: true,
  widest: 7,
  seed: 1,
  threads: 1,
};
