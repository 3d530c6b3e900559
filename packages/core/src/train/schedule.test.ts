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

it('does without warm-up', () => {
  expect(learningRate({ peak: 0.02, warmupSteps: 0, totalSteps: 10 }, 0)).toBe(0.02);
});
