import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accuracyOf, addHits, NO_HITS } from './tally.ts';

/** Few different values, so that there are ties. */
const score = fc.integer({ min: -3, max: 3 });

test('hits are those of a stable sort of the scores, added up in any parts', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 9 }).chain((classes) =>
        fc.tuple(
          fc.constant(classes),
          fc.array(
            fc.record({
              scores: fc.array(score, { minLength: classes, maxLength: classes }),
              label: fc.nat(classes - 1),
            }),
            { minLength: 1, maxLength: 12 },
          ),
          fc.nat(12),
        ),
      ),
      ([classes, images, cut]) => {
        // Naive: classes by falling score, of equal ones the lower index first.
        const places = images.map(({ scores, label }) =>
          scores
            .map((value, index) => ({ value, index }))
            .sort((a, b) => b.value - a.value || a.index - b.index)
            .findIndex(({ index }) => index === label),
        );
        const add = (hits: typeof NO_HITS, part: typeof images): typeof NO_HITS =>
          addHits(
            hits,
            Int32Array.from(part.flatMap(({ scores }) => scores)),
            part.map(({ label }) => label),
            classes,
          );
        const whole = add(NO_HITS, images);
        expect(whole).toEqual({
          images: images.length,
          top1: places.filter((place) => place < 1).length,
          top5: places.filter((place) => place < 5).length,
        });
        expect(add(add(NO_HITS, images.slice(0, cut)), images.slice(cut))).toEqual(whole);
      },
    ),
  );
});

test('a share with its Wilson interval', () => {
  const { share, interval, ...rest } = accuracyOf(90, 100);
  expect([rest, share]).toEqual([{ correct: 90, images: 100 }, 0.9]);
  // z = 1.96: (0.9 + 1.92/100 -+ 1.96 sqrt(0.09/100 + 0.96/10000)) / (1 + 3.84/100) = 0.8256, 0.9448
  expect(interval.low).toBeCloseTo(0.8256, 4);
  expect(interval.high).toBeCloseTo(0.9448, 4);
});
