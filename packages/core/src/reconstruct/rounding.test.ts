import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeRange, type CodeFormat } from '../network/codes.ts';
import { weightCodes } from '../quantize/weights.ts';
import {
  hardRounded,
  initialRounding,
  inverseRectifiedSigmoid,
  rectifiedSigmoid,
  undecidedShare,
} from './rounding.ts';

const format: fc.Arbitrary<CodeFormat> = fc
  .tuple(
    fc.constantFrom('sign-magnitude' as const, 'twos-complement' as const),
    fc.integer({ min: 2, max: 8 }),
  )
  .map(([system, bits]) => ({ system, bits }));

const layer = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 6 }), fc.boolean())
  .chain(([outputs, inputs, perChannel]) =>
    fc.record({
      weight: fc
        .array(fc.float({ min: -2, max: 2, noNaN: true }), {
          minLength: outputs * inputs,
          maxLength: outputs * inputs,
        })
        .map((data) => ({ shape: [outputs, inputs], data: Float32Array.from(data) })),
      step: fc
        .array(fc.float({ min: Math.fround(0.01), max: 1, noNaN: true }), {
          minLength: perChannel ? outputs : 1,
          maxLength: perChannel ? outputs : 1,
        })
        .map((data) => ({ shape: perChannel ? [outputs] : [], data: Float32Array.from(data) })),
    }),
  );

describe('learned rounding', () => {
  it('inverts the rectified sigmoid', () => {
    for (const fraction of [0, 0.01, 0.3, 0.5, 0.99, 1]) {
      expect(rectifiedSigmoid(inverseRectifiedSigmoid(fraction))).toBeCloseTo(fraction, 12);
    }
    expect(rectifiedSigmoid(-10)).toBe(0);
    expect(rectifiedSigmoid(10)).toBe(1);
  });

  it('starts from the float weights, clipped to the codes', () => {
    fc.assert(
      fc.property(layer, format, ({ weight, step }, codes) => {
        const { min, max } = codeRange(codes);
        const { floor, logits } = initialRounding(weight, step, codes);
        weight.data.forEach((value, i) => {
          const s = step.data[step.data.length === 1 ? 0 : Math.floor(i / weight.shape[1])];
          const code = Math.min(max, Math.max(min, value / s));
          expect(Number.isInteger(floor.data[i])).toBe(true);
          expect(floor.data[i]).toBeGreaterThanOrEqual(min);
          expect(floor.data[i]).toBeLessThan(max);
          // At most 0.01 away, the margin that keeps the fractions movable, and float32's rounding of v.
          expect(Math.abs(floor.data[i] + rectifiedSigmoid(logits.data[i]) - code)).toBeLessThan(0.010001);
        });
      }),
    );
  });

  it('rounded at once is rounded to the nearest, and lowers to the codes that were chosen', () => {
    fc.assert(
      fc.property(layer, format, ({ weight, step }, codes) => {
        const { floor, logits } = initialRounding(weight, step, codes);
        const rounded = hardRounded(floor, logits, step, codes);
        const outputs = weight.shape[0];
        const nearest = weightCodes(weight.data, step.data, outputs, codes);
        const lowered = weightCodes(rounded.data, step.data, outputs, codes);
        lowered.forEach((code, i) => {
          const s = step.data[step.data.length === 1 ? 0 : Math.floor(i / weight.shape[1])];
          expect(code).toBe(floor.data[i] + (logits.data[i] >= 0 ? 1 : 0));
          expect(rounded.data[i]).toBe(Math.fround(code * s));
          // Ties may fall either way.
          const fraction = Math.abs(weight.data[i] / s - Math.trunc(weight.data[i] / s));
          if (Math.abs(fraction - 0.5) > 1e-6) expect(code).toBe(nearest[i]);
        });
      }),
    );
  });

  it('counts what is not decided', () => {
    expect(undecidedShare({ shape: [4], data: Float32Array.of(-10, 0, 1, 10) })).toBe(0.5);
  });
});
