import type { DigitPlan } from './digit-plan.ts';
import type { MacLayer } from '../network/mac-layer.ts';

/** Proven bounds of what a layer accumulates: largest magnitude over all inputs, from the actual weights. */
export interface PartialSumBounds {
  /** Sum over one vector of `entries` entries in one digit pass: what a stored partial sum must hold. */
  readonly vector: number;
  /** Sum over the vectors of a whole dot product in one digit pass. */
  readonly pass: number;
  /** Whole dot product, all digit passes shifted and added, bias left out. */
  readonly total: number;
}

/** Signed (two's complement) bits that hold -bound .. bound. */
export function signedBits(bound: number): number {
  return bound < 1 ? 1 : Math.floor(Math.log2(bound)) + 2;
}

/** Larger of the sums of positive and of negative terms: no choice of activations 0..max exceeds it times max. */
class SignedBound {
  private positive = 0;
  private negative = 0;

  add(weight: number): void {
    if (weight > 0) this.positive += weight;
    else this.negative -= weight;
  }

  get value(): number {
    return Math.max(this.positive, this.negative);
  }
}

/**
 * Bounds over every output channel and every input that the formats allow. Any order of accumulation
 * stays below them, because every prefix is itself such a sum.
 */
export function partialSumBounds(layer: MacLayer, plan: DigitPlan, entries: number): PartialSumBounds {
  const { codes } = layer.weights;
  const length = codes.length / layer.output[0];
  const topDigit = 2 ** plan.activationDigitBits - 1;
  const mask = 2 ** plan.weightDigitBits - 1;
  let vector = 0;
  let pass = 0;
  let total = 0;
  for (let out = 0; out < layer.output[0]; out++) {
    const whole = new SignedBound();
    for (let i = 0; i < length; i++) whole.add(codes[out * length + i]);
    total = Math.max(total, whole.value);
    for (let d = 0; d < plan.weightDigits; d++) {
      const allVectors = new SignedBound();
      let oneVector = new SignedBound();
      for (let i = 0; i < length; i++) {
        const code = codes[out * length + i];
        const digit = Math.sign(code) * ((Math.abs(code) >> (d * plan.weightDigitBits)) & mask);
        if (i % entries === 0) oneVector = new SignedBound();
        oneVector.add(digit);
        allVectors.add(digit);
        vector = Math.max(vector, oneVector.value);
      }
      pass = Math.max(pass, allVectors.value);
    }
  }
  return {
    vector: vector * topDigit,
    pass: pass * topDigit,
    total: total * (2 ** layer.inputBits - 1),
  };
}
