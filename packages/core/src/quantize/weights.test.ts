import { describe, expect, it } from 'vitest';
import { roundHalfToEven, weightCodes } from './weights.ts';

describe('weight codes', () => {
  it('halves go to even', () => {
    expect([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4999].map(roundHalfToEven)).toEqual([-2, -2, 0, 0, 2, 2, 2]);
  });

  it('clip, then round, per tensor and per channel', () => {
    const weights = Float32Array.of(0.25, -0.25, 0.75, 9, -9, -1);
    // step 1/2: 0.5 -> 0, -0.5 -> 0, 1.5 -> 2, 18 -> 3, -18 -> -3 or -4, -2.
    expect(weightCodes(weights, Float32Array.of(0.5), 1, { system: 'sign-magnitude', bits: 3 })).toEqual(
      Int8Array.of(0, 0, 2, 3, -3, -2),
    );
    expect(weightCodes(weights, Float32Array.of(0.5), 1, { system: 'twos-complement', bits: 3 })).toEqual(
      Int8Array.of(0, 0, 2, 3, -4, -2),
    );
    // second channel step 2: 4.5 -> 3 (clipped), -4.5 -> -3, -0.5 -> 0.
    expect(weightCodes(weights, Float32Array.of(0.5, 2), 2, { system: 'sign-magnitude', bits: 3 })).toEqual(
      Int8Array.of(0, 0, 2, 3, -3, 0),
    );
  });

  it('divide in float32: a quotient just off the half rounds onto it', () => {
    // w = 1.5 * s up to float32: the float32 quotient is 1.5 exactly, although the real one is a little below or above.
    const step = Math.fround(0.1);
    const weight = Math.fround(1.5 * step);
    expect(weight / step).not.toBe(1.5);
    expect(Math.fround(weight / step)).toBe(1.5);
    expect(
      weightCodes(Float32Array.of(weight), Float32Array.of(step), 1, { system: 'sign-magnitude', bits: 3 }),
    ).toEqual(Int8Array.of(2));
  });
});
