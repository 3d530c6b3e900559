import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareScores, type Score } from '../cost/objective.ts';
import { chooseKept, keepsOf, keptIndex, type KeptScores } from './chain.ts';

// Few different numbers: many chains are equal in the first.
const score = fc.option(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 20 })), {
  freq: 4,
});
const chain = fc
  .array(fc.tuple(fc.tuple(score, score, score, score), fc.boolean()), { minLength: 1, maxLength: 6 })
  .map((layers) => ({
    scores: layers.map(([scores]) => scores as KeptScores),
    links: layers.map(([, link], i) => link && i < layers.length - 1),
  }));

test('the choice is the best of all choices, tried one by one: the first number, then the second', () => {
  let ties = 0;
  fc.assert(
    fc.property(chain, ({ scores, links }) => {
      const all: Score[] = [];
      for (let bits = 0; bits < 2 ** scores.length; bits++) {
        const kept = scores.map((_, i) => ((bits >> i) & 1) === 1);
        if (kept.some((own, i) => own && !links[i])) continue;
        const each = keepsOf(kept).map((keeps, i) => scores[i][keptIndex(keeps)]);
        if (each.includes(null)) continue;
        all.push(each.reduce<Score>(([a, b], own) => [a + own![0], b + own![1]], [0, 0]));
      }
      const chosen = chooseKept(scores, links);
      if (all.length === 0) {
        expect(chosen).toBeNull();
        return;
      }
      const [best, next] = all.sort(compareScores) as readonly (Score | undefined)[];
      if (next?.[0] === best?.[0] && next?.[1] !== best?.[1]) ties++;
      expect(chosen?.total).toEqual(best);
      const own = chosen?.keeps.map((keeps, i) => scores[i][keptIndex(keeps)]) ?? [];
      expect([0, 1].map((at) => own.reduce((sum, one) => sum + one![at], 0))).toEqual(best);
      expect(chosen?.keeps.every((one, i) => !one.results || (links[i] && chosen.keeps[i + 1].input))).toBe(
        true,
      );
    }),
    { numRuns: 1000, seed: 1 },
  );
  // Chains of which the second number decides.
  expect(ties).toBeGreaterThan(20);
});

test('between equals less is kept', () => {
  const same: KeptScores = [
    [1, 2],
    [1, 2],
    [1, 2],
    [1, 2],
  ];
  expect(chooseKept([same, same], [true, false])?.keeps).toEqual([
    { input: false, results: false },
    { input: false, results: false },
  ]);
});

test('two layers by hand: as fast either way, and cheaper with the tensor between them kept', () => {
  // Apart: 10 + 20 cycles, 7 + 9 energy. Kept: 10 + 20 cycles, 5 + 6 energy.
  const first: KeptScores = [[10, 7], [10, 5], null, null];
  const second: KeptScores = [[20, 9], null, [20, 6], null];
  expect(chooseKept([first, second], [true, false])).toEqual({
    keeps: [
      { input: false, results: true },
      { input: true, results: false },
    ],
    total: [30, 11],
  });
  expect(chooseKept([first, second], [false, false])?.total).toEqual([30, 16]);
});
