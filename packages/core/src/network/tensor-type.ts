import type { Shape } from './network.ts';

/** Unsigned codes of `bits` bits. */
export interface CodesType {
  readonly kind: 'codes';
  readonly shape: Shape;
  readonly bits: number;
}

/** Signed integers within a proven bound (inclusive): accumulators, fixed-point residual streams, sums. */
export interface IntegersType {
  readonly kind: 'integers';
  readonly shape: Shape;
  readonly min: number;
  readonly max: number;
}

/** Type of a value in a network, as `inferTypes` proves it. */
export type TensorType = CodesType | IntegersType;
