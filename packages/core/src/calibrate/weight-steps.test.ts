import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CodeFormat } from '../network/codes.ts';
import { roundHalfToEven, weightCodes } from '../quantize/index.ts';
import { nearest } from './rounding.ts';
import { minMaxStep, weightError, weightSteps, type WeightStepOptions } from './weight-steps.ts';

const formats = fc.oneof(
  fc.record({ system: fc.constant('sign-magnitude' as const), bits: fc.integer({ min: 2, max: 8 }) }),
  fc.record({ system: fc.constant('twos-complement' as const), bits: fc.integer({ min: 2, max: 8 }) }),
);
const rows = (length: number): fc.Arbitrary<Float32Array> =>
  fc.float32Array({ minLength: length, maxLength: length, noNaN: true, min: -4, max: 4 });

/** The error through the codes that lowering writes into the network. */
function errorOfCodes(weights: Float32Array, step: number, format: CodeFormat, exponent: number): number {
  const codes = weightCodes(weights, Float32Array.of(step), 1, format);
  return weights.reduce(
    (sum, weight, i) => sum + Math.abs(weight - Math.fround(step * codes[i])) ** exponent,
    0,
  );
}

describe('rounding', () => {
  it('is to the nearest, halves to even', () => {
    for (let x = -20; x <= 20; x += 0.125) expect(nearest(x) + 0).toBe(roundHalfToEven(x));
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: -1000, max: 1000 }), (x) => {
        expect(nearest(x) + 0).toBe(roundHalfToEven(x));
      }),
    );
  });
});

describe('weight steps', () => {
  it('measure the error of the codes that lowering makes', () => {
    fc.assert(
      fc.property(
        rows(12),
        formats,
        fc.float({ noNaN: true, min: Math.fround(0.01), max: 2 }),
        fc.constantFrom(2, 2.4),
        (weights, format, step, exponent) => {
          const expected = errorOfCodes(weights, step, format, exponent);
          expect(weightError(weights, step, format, exponent)).toBeCloseTo(expected, 10);
        },
      ),
    );
  });

  it('are never worse than min-max, per channel or per tensor', () => {
    fc.assert(
      fc.property(rows(24), formats, fc.constantFrom(2, 2.4), (data, format, exponent) => {
        const shape = [3, 8];
        const search = (granularity: WeightStepOptions['granularity']): Float32Array =>
          weightSteps({ shape, data }, format, 'w', { granularity, exponent }).data;
        const channels = [0, 1, 2].map((row) => data.subarray(8 * row, 8 * row + 8));
        search('channel').forEach((step, row) => {
          expect(step).toBeGreaterThan(0);
          const widest = minMaxStep(channels[row], format);
          const error = weightError(channels[row], step, format, exponent);
          if (widest > 0)
            expect(error).toBeLessThanOrEqual(weightError(channels[row], widest, format, exponent));
          else expect(error).toBe(0);
        });
        const [step] = search('tensor');
        const widest = minMaxStep(data, format);
        if (widest > 0) {
          expect(weightError(data, step, format, exponent)).toBeLessThanOrEqual(
            weightError(data, widest, format, exponent),
          );
        }
      }),
    );
  });

  it('find the least error that a fine search finds, within half a percent', () => {
    // A bell of 200 weights in W3: clipping pays.
    const data = Float32Array.from({ length: 200 }, (_, i) => 0.1 * Math.tan(((i + 0.5) / 200 - 0.5) * 2.6));
    const format: CodeFormat = { system: 'sign-magnitude', bits: 3 };
    const widest = minMaxStep(data, format);
    let least = Infinity;
    for (let k = 1; k <= 4000; k++) {
      least = Math.min(least, errorOfCodes(data, Math.fround((widest * k) / 4000), format, 2));
    }
    const [step] = weightSteps({ shape: [1, 200], data }, format, 'w').data;
    const found = errorOfCodes(data, step, format, 2);
    expect(found).toBeLessThanOrEqual(1.005 * least);
    expect(found).toBeLessThan(0.8 * errorOfCodes(data, widest, format, 2));
  });

  it('have the shape asked for, and a positive step for channels of zeros', () => {
    const weight = { shape: [3, 2], data: Float32Array.of(3, -3, 0, 0, 0.3, 0.1) };
    const format: CodeFormat = { system: 'sign-magnitude', bits: 3 };
    const perChannel = weightSteps(weight, format, 'w');
    expect(perChannel.shape).toEqual([3]);
    expect(perChannel.data[0]).toBe(1); // 3 / 3, exact
    expect(perChannel.data[1]).toBe(1); // the largest of the others
    expect(weightSteps(weight, format, 'w', { granularity: 'tensor', exponent: 2 }).shape).toEqual([]);
    expect([...weightSteps({ shape: [2, 1], data: new Float32Array(2) }, format, 'w').data]).toEqual([1, 1]);
  });

  it('use the extra negative code of two’s complement', () => {
    // -4 .. 3: the widest weight is negative and has the code -4.
    expect(minMaxStep(Float32Array.of(-2, 1), { system: 'twos-complement', bits: 3 })).toBe(0.5);
    expect(minMaxStep(Float32Array.of(-2, 1), { system: 'sign-magnitude', bits: 3 })).toBe(
      Math.fround(2 / 3),
    );
  });

  it('refuse weights that are no numbers', () => {
    const weight = { shape: [1, 2], data: Float32Array.of(1, NaN) };
    expect(() => weightSteps(weight, { system: 'sign-magnitude', bits: 3 }, 'model.q.conv1.weight')).toThrow(
      'model.q.conv1.weight: [1] is NaN, must be a finite number [parameter-not-finite] — export or train the network again',
    );
  });
});
