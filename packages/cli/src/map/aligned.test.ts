import { expect, test } from 'vitest';
import { aligned } from './aligned.ts';

test('figures of a column have the decimals that give its largest four digits', () => {
  expect([524.07, 15.003, 4.5].map((value) => aligned(value, 524.07))).toEqual(['524.1', '15.0', '4.5']);
  expect([2.825, 1.0532].map((value) => aligned(value, 2.825))).toEqual(['2.825', '1.053']);
});

test('the small keep two digits, sums are grouped, nothing is 0 that is not', () => {
  expect(aligned(0.01677, 524.07)).toBe('0.017');
  expect(aligned(7152.6, 524.07)).toBe('7\u202f153');
  expect(aligned(0, 524.07)).toBe('0.0');
  expect(aligned(0, 0)).toBe('0');
});
