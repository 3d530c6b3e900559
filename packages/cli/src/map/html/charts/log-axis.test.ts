import { expect, test } from 'vitest';
import { decades, powers, stepBelow, steps } from './log-axis.ts';

test('ticks of logarithmic axes', () => {
  expect(decades([0.4, 270])).toEqual([0.1, 1000]);
  expect(decades([1, 10])).toEqual([1, 100]);
  expect(steps([0.2, 20], [1, 2, 5])).toEqual([0.2, 0.5, 1, 2, 5, 10, 20]);
  expect(steps([0.5, 300], [1])).toEqual([1, 10, 100]);
  expect(powers([0.5, 2e6])).toEqual([1, 10, 100, 1e3, 1e4, 1e5, 1e6]);
  expect(powers([0.5, 3.4e9])).toEqual([1, 1e3, 1e6, 1e9]);
});

test('the step below a value', () => {
  expect([0.3, 0.05, 7, 2].map(stepBelow)).toEqual([0.2, 0.05, 5, 2]);
});
