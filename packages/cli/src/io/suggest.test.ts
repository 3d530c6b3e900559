import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest, remedyForUnknown } from './suggest.ts';

test('distances of known words', () => {
  expect(editDistance('zhu2020', 'zhu2020')).toBe(0);
  expect(editDistance('zhu200', 'zhu2020')).toBe(1); // one insertion
  expect(editDistance('zuh2020', 'zhu2020')).toBe(1); // one swap of neighbours
  expect(editDistance('kitten', 'sitting')).toBe(3);
});

test('distance is symmetric, and zero only for equal words', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
    }),
  );
});

test('a typing error finds its word, nonsense finds none', () => {
  const known = ['zhu2020', 'zhu2020-w3a3', 'lsq-w3a3'];
  expect(nearest('zuh2020', known)).toBe('zhu2020');
  expect(nearest('ZHU2020', known)).toBe('zhu2020');
  expect(nearest('elephant', known)).toBeNull();
  expect(remedyForUnknown('lsq-w33', known)).toBe(
    'did you mean lsq-w3a3? (known: zhu2020, zhu2020-w3a3, lsq-w3a3)',
  );
});
