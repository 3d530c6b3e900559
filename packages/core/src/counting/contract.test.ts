import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digitPlan } from '../chip/digit-plan.ts';
import { codeRange, type CodeFormat } from '../network/codes.ts';
import { schemeCost } from './cost.ts';
import { pairHistogram } from './pair-histogram.ts';
import { convolve, layerCases, levelHistogram } from './random-layer.test-support.ts';
import { countLayer } from './reference.ts';
import { COUNTING_SCHEMES } from './registry.ts';
import { operandRange, type OperandFormats } from './scheme.ts';
import { classCounts, pairTotals, totalMatches } from './scheme-matches.ts';
import { dotByCounting } from './vector.ts';

const WEIGHTS: readonly CodeFormat[] = [2, 3, 4].flatMap((bits) => [
  { system: 'sign-magnitude' as const, bits },
  { system: 'twos-complement' as const, bits },
]);
const FORMATS: readonly OperandFormats[] = WEIGHTS.flatMap((weight) =>
  [1, 2, 3, 4].map((bits) => ({ weight, activation: { system: 'unsigned' as const, bits } })),
);

const W3_A2: OperandFormats = {
  weight: { system: 'sign-magnitude', bits: 3 },
  activation: { system: 'unsigned', bits: 2 },
};

function show({ weight, activation }: OperandFormats): string {
  return `${weight.system} W${weight.bits} x A${activation.bits}`;
}

describe.each(COUNTING_SCHEMES.map((scheme) => [scheme.name, scheme] as const))(
  'counting scheme %s',
  (name, scheme) => {
    it('has a kebab-case name that no other scheme has', () => {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(COUNTING_SCHEMES.filter((other) => other.name === name)).toHaveLength(1);
    });

    it.each(FORMATS.map((formats) => [show(formats), formats] as const))(
      'is exact for every weight and activation of %s',
      (_, formats) => {
        const { min, max } = codeRange(formats.weight);
        const classes = scheme.classes(operandRange(formats));
        for (let w = min; w <= max; w++) {
          for (let a = 0; a <= codeRange(formats.activation).max; a++) {
            let sum = 0;
            for (const { value, contribution } of classes)
              sum += value * Math.sign(w) * contribution(Math.abs(w), a);
            expect(sum, `w = ${w}, a = ${a}`).toBe(w * a + 0);
          }
        }
      },
    );

    it.each(FORMATS.map((formats) => [show(formats), formats] as const))(
      'has positive integer values, unique names, and no match on a zero operand: %s',
      (_, formats) => {
        const range = operandRange(formats);
        const classes = scheme.classes(range);
        expect(new Set(classes.map((one) => one.name)).size).toBe(classes.length);
        for (const { value, contribution } of classes) {
          expect(Number.isInteger(value) && value > 0).toBe(true);
          for (let m = 0; m <= range.maxMagnitude; m++) expect(contribution(m, 0)).toBe(0);
          for (let v = 0; v <= range.maxActivation; v++) expect(contribution(0, v)).toBe(0);
        }
      },
    );

    it('computes dot products of random vectors', () => {
      const formats: OperandFormats = W3_A2;
      const { min, max } = codeRange(formats.weight);
      const top = codeRange(formats.activation).max;
      const entry = fc.tuple(fc.integer({ min, max }), fc.integer({ min: 0, max: top }));
      fc.assert(
        fc.property(fc.array(entry, { maxLength: 128 }), (entries) => {
          const weights = entries.map(([w]) => w);
          const activations = entries.map(([, a]) => a);
          const expected = entries.reduce((sum, [w, a]) => sum + w * a, 0);
          expect(dotByCounting(scheme.classes(operandRange(formats)), weights, activations)).toBe(expected);
        }),
      );
    });

    it('counts from histograms what it counts one by one, on random layers, and computes the convolution', () => {
      fc.assert(
        fc.property(
          layerCases,
          fc.integer({ min: 1, max: 20 }),
          ({ layer, formats, plan, images, codes }, entries) => {
            const naive = countLayer(layer, plan, scheme, formats, entries, codes, images);
            expect(naive.outputs).toEqual(convolve(layer, codes, images));
            const fast = pairHistogram(layer, plan, levelHistogram(plan, codes, images));
            expect(fast).toEqual(naive.pairs);
            expect(classCounts(scheme, formats, fast)).toEqual(naive.classes);
            const totals = pairTotals(fast);
            expect(totals.nonzeroPairs).toBe(
              totals.pairs - totals.zeroWeightPairs - totals.zeroActivationPairs + totals.zeroBothPairs,
            );
            // Every nonzero pair matches at least one class, a zero pair none.
            expect(totalMatches(naive.classes)).toBeGreaterThanOrEqual(totals.nonzeroPairs);
          },
        ),
        { numRuns: 60 },
      );
    });

    it('derives a positive cost', () => {
      for (const formats of FORMATS) {
        const cost = schemeCost(scheme, formats, 128, 1);
        expect(cost.multiplications).toBeGreaterThan(0);
        expect(cost.reduction).toBe(128 / cost.multiplications);
        expect(cost.storage.operandBits).toBe(128 * (formats.weight.bits + formats.activation.bits));
      }
    });
  },
);

describe('digits', () => {
  it('needs 4 x 4 digits for W8 x A8 on W3 sign-magnitude x A2', () => {
    // 7 magnitude bits / 2 per digit = 3.5 -> 4; 8 / 2 = 4; 16 passes
    expect(digitPlan(W3_A2, { system: 'sign-magnitude', bits: 8 }, 8)).toEqual({
      weightDigitBits: 2,
      weightDigits: 4,
      minWeightDigit: -3,
      maxWeightDigit: 3,
      activationDigitBits: 2,
      activationDigits: 4,
      passes: 16,
    });
  });
});
