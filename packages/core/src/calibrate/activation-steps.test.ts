import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activationStep } from './activation-steps.ts';
import { ValueHistogram } from './histogram.ts';

const values = fc.float32Array({ minLength: 1, maxLength: 300, noNaN: true, min: -50, max: 50 });

function histogramOf(...parts: readonly Float32Array[]): ValueHistogram {
  const histogram = new ValueHistogram();
  for (const part of parts) histogram.add(part, 'v');
  return histogram;
}

describe('value histograms', () => {
  it('do not depend on the order or the cuts of what they count', () => {
    fc.assert(
      fc.property(values, fc.nat(300), (all, at) => {
        const whole = histogramOf(all);
        const parts = histogramOf(all.slice(at).reverse(), all.slice(0, at));
        expect(parts.entries()).toEqual(whole.entries());
        expect([parts.count, parts.min, parts.max]).toEqual([whole.count, whole.min, whole.max]);
      }),
    );
  });

  it('count every value in a bin whose middle is at most half a bin away, zeros exactly', () => {
    fc.assert(
      fc.property(values, (all) => {
        const histogram = histogramOf(all);
        const { values: middles, counts } = histogram.entries();
        const expected = new Map<number, number>();
        for (const value of all) {
          const middle = [...middles].find((m) =>
            value === 0 ? m === 0 : m !== 0 && Math.abs(m - value) <= histogram.binWidth / 2,
          );
          expect(middle).toBeDefined();
          if (middle !== undefined) expected.set(middle, (expected.get(middle) ?? 0) + 1);
        }
        expect(histogram.count).toBe(all.length);
        expect([...middles]).toEqual([...middles].sort((a, b) => a - b));
        expect(counts.reduce((a, b) => a + b, 0)).toBe(all.length);
        expect(histogram.zeros).toBe(all.filter((value) => value === 0).length);
        // 2,048 bins over less than twice the largest magnitude
        const largest = all.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
        if (largest > 0.02) expect(histogram.binWidth).toBeLessThanOrEqual((2 * largest) / 2048);
      }),
    );
  });

  it('refuse what is no number', () => {
    expect(() => histogramOf(Float32Array.of(1, Infinity))).toThrow(
      'v: has a value that is infinite or not a number [value-not-finite] — check the network and its images',
    );
    expect(() => histogramOf(Float32Array.of(NaN))).toThrow('value-not-finite');
  });
});

/** Mean squared error of raw values, quantized as the model does. */
function error(all: Float32Array, step: number, zeroPoint: number, levels: number): number {
  const sum = all.reduce((total, value) => {
    const code = Math.min(levels - 1, Math.max(0, Math.round(value / step) + zeroPoint));
    return total + (value - step * (code - zeroPoint)) ** 2;
  }, 0);
  return sum / all.length;
}

describe('activation steps', () => {
  /** 1,000 values of a normal distribution, by its quantiles (logistic approximation), all or the positive ones. */
  const bell = Float32Array.from({ length: 1000 }, (_, i) => {
    const p = (i + 0.5) / 1000;
    return 0.6 * Math.log(p / (1 - p));
  });
  const rectified = bell.map((value) => Math.max(0, value));

  it.each([
    [2, 4],
    [3, 8],
    [4, 16],
    [8, 256],
  ])('for rectified values in %i bits (%i levels) are within a percent of the least error', (_, levels) => {
    const { step, zeroPoint, error: claimed } = activationStep(histogramOf(rectified), levels, 0, 2, 'q');
    const max = rectified.reduce((a, b) => Math.max(a, b), 0);
    let least = Infinity;
    for (let k = 5; k <= 1000; k++) {
      least = Math.min(least, error(rectified, ((max / (levels - 1)) * k) / 1000, 0, levels));
    }
    expect(zeroPoint).toBe(0);
    const found = error(rectified, step, 0, levels);
    // The histogram knows values to a bin of 2^3 / 2,048 = 0.004: at 8 bits that shows.
    expect(found).toBeLessThanOrEqual((levels === 256 ? 1.05 : 1.01) * least);
    expect(Math.abs(claimed / found - 1)).toBeLessThan(levels === 256 ? 0.1 : 0.02);
  });

  it('search the zero point of signed values', () => {
    const shifted = bell.map((value) => value + 2);
    const { step, zeroPoint } = activationStep(histogramOf(shifted), 16, null, 2, 'q');
    let least = Infinity;
    for (let zero = 0; zero < 16; zero++) {
      for (let k = 1; k <= 100; k++) least = Math.min(least, error(shifted, k / 60, zero, 16));
    }
    expect(error(shifted, step, zeroPoint, 16)).toBeLessThanOrEqual(1.02 * least);
    expect(zeroPoint).toBeGreaterThan(0);
    expect(zeroPoint).toBeLessThan(8); // more range above zero than below
    expect(activationStep(histogramOf(rectified), 16, null, 2, 'q').zeroPoint).toBe(0);
    expect(activationStep(histogramOf(rectified.map((v) => -v)), 16, null, 2, 'q').zeroPoint).toBe(15);
  });

  it('are never worse than min-max', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(2, 4, 16, 256), (all, levels) => {
        const positive = all.map(Math.abs);
        const histogram = histogramOf(positive);
        fc.pre(histogram.max > 0);
        const chosen = activationStep(histogram, levels, 0, 2, 'q');
        const { values: middles, counts } = histogram.entries();
        const widest = Math.fround(histogram.max / (levels - 1));
        const minMax = middles.reduce((sum, middle, i) => {
          const code = Math.min(levels - 1, Math.round(middle / widest));
          return sum + counts[i] * (middle - widest * code) ** 2;
        }, 0);
        expect(chosen.error).toBeLessThanOrEqual((minMax / histogram.count) * (1 + 1e-9) + 1e-30);
      }),
    );
  });

  it('refuse values that say nothing', () => {
    expect(() => activationStep(histogramOf(new Float32Array(5)), 8, 0, 2, 'model.q.relu1.quantize')).toThrow(
      'model.q.relu1.quantize: the values seen are all between 0 and 0; a quantizer step must be above zero [calibration-degenerate] — calibrate on real images and start from a trained network',
    );
    expect(() => activationStep(new ValueHistogram(), 8, 0, 2, 'q')).toThrow(
      'q: no value was seen, a quantizer step needs values',
    );
    expect(() => activationStep(histogramOf(Float32Array.of(-1)), 8, 0, 2, 'q')).toThrow(
      'all between -1 and -1',
    );
  });
});
