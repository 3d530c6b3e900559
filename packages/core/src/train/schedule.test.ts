import { expect, it } from 'vitest';
import { learningRate } from './schedule.ts';

it('warms up linearly, then follows half a cosine', () => {
  const schedule = { peak: 0.1, warmupSteps: 4, totalSteps: 14 };
  const rates = Array.from({ length: 14 }, (_, step) => learningRate(schedule, step));
  // Warm-up 1/4, 2/4, 3/4, 4/4 of the peak; then (1 + cos(pi k / 10)) / 2 of it for k = 0 .. 9.
  expect(rates.slice(0, 5).map((rate) => rate.toFixed(4))).toEqual([
    '0.0250',
    '0.0500',
    '0.0750',
    '0.1000',
    '0.1000',
  ]);
  expect(rates[9]).toBeCloseTo(0.05, 12);
  expect(rates[13]).toBeCloseTo((0.1 * (1 + Math.cos(0.9 * Math.PI))) / 2, 12);
});

it('goes down to a constant rate where weights are averaged', () => {
  const schedule = { peak: 0.1, warmupSteps: 2, totalSteps: 12, tail: { rate: 0.04, steps: 4 } };
  const rates = Array.from({ length: 12 }, (_, step) => learningRate(schedule, step));
  expect(rates.slice(0, 3)).toEqual([0.05, 0.1, 0.1]);
  // Half of the cosine's six steps.
  expect(rates[5]).toBeCloseTo(0.07, 12);
  expect(rates.slice(8)).toEqual([0.04, 0.04, 0.04, 0.04]);
  expect(learningRate({ ...schedule, tail: { rate: 0.04, steps: 12 } }, 0)).toBe(0.04);
});

it('does without warm-up', () => {
  expect(learningRate({ peak: 0.02, warmupSteps: 0, totalSteps: 10 }, 0)).toBe(0.02);
});
