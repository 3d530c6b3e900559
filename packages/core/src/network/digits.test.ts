import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeRange, isCodeFormat, type CodeFormat } from './codes.ts';
import { digitCount, splitActivationDigits, splitWeightDigits } from './digits.ts';

const formats: CodeFormat[] = (['sign-magnitude', 'twos-complement'] as const).flatMap((system) =>
  Array.from({ length: 8 }, (_, i) => ({ system, bits: i + 1 })).filter(isCodeFormat),
);

describe('digits', () => {
  it('by hand: -109 = -(1101101b) in base 4 is -1, -3, -2, -1', () => {
    // 109 = 1 + 3*4 + 2*16 + 1*64.
    expect(
      splitWeightDigits(Int8Array.of(-109), { system: 'sign-magnitude', bits: 8 }, 2).map((d) => d[0]),
    ).toEqual([-1, -3, -2, -1]);
    // 8-bit sign-magnitude has 7 magnitude bits: 4 digits of 2 bits; two's complement reaches 128: 8 bits, 3 digits of 3 bits.
    expect(digitCount({ system: 'sign-magnitude', bits: 8 }, 2)).toBe(4);
    expect(digitCount({ system: 'twos-complement', bits: 8 }, 3)).toBe(3);
    expect(
      splitWeightDigits(Int8Array.of(-128), { system: 'twos-complement', bits: 8 }, 3).map((d) => d[0]),
    ).toEqual([-0, -0, -2].map((x) => x + 0));
  });

  it('recombine to every code of every format and digit width, within the digit range', () => {
    for (const format of formats) {
      const { min, max } = codeRange(format);
      const codes = Int8Array.from({ length: max - min + 1 }, (_, i) => min + i);
      for (let k = 1; k <= 8; k++) {
        const digits = splitWeightDigits(codes, format, k);
        for (const [i, code] of codes.entries()) {
          expect(digits.reduce((sum, digit, d) => sum + digit[i] * 2 ** (k * d), 0)).toBe(code);
          for (const digit of digits) expect(Math.abs(digit[i])).toBeLessThan(2 ** k);
        }
      }
    }
    for (let bits = 1; bits <= 8; bits++) {
      const codes = Uint8Array.from({ length: 2 ** bits }, (_, i) => i);
      for (let k = 1; k <= 8; k++) {
        const digits = splitActivationDigits(codes, bits, k);
        for (const code of codes)
          expect(digits.reduce((sum, digit, d) => sum + digit[code] * 2 ** (k * d), 0)).toBe(code);
      }
    }
  });

  it("a dot product is the weighted sum of the digits' dot products", () => {
    const dot = (w: ArrayLike<number>, a: ArrayLike<number>): number =>
      Array.from(w).reduce((sum, x, i) => sum + x * a[i], 0);
    fc.assert(
      fc.property(
        fc.constantFrom(...formats),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 40 }),
        (format, bits, kw, ka, raw) => {
          const { min, max } = codeRange(format);
          const weights = Int8Array.from(raw, ([w]) => min + (w % (max - min + 1)));
          const activations = Uint8Array.from(raw, ([, a]) => a % 2 ** bits);
          let sum = 0;
          for (const [d, w] of splitWeightDigits(weights, format, kw).entries()) {
            for (const [e, a] of splitActivationDigits(activations, bits, ka).entries())
              sum += dot(w, a) * 2 ** (kw * d + ka * e);
          }
          expect(sum).toBe(dot(weights, activations));
        },
      ),
    );
  });

  it('refuses a digit width that is none', () => {
    expect(() => splitActivationDigits(new Uint8Array(1), 8, 0)).toThrow(
      'digitBits: is 0, must be an integer from 1 to 8 [value-out-of-range] — set it to an integer from 1 to 8',
    );
  });
});
