import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeHistograms } from './merge-histograms.ts';
import { layerCases, levelHistogram } from './random-layer.test-support.ts';

describe('mergeHistograms', () => {
  it('of two parts is the histogram of the whole', () => {
    fc.assert(
      fc.property(layerCases, ({ plan, codes, images }) => {
        const one = codes.length / images;
        const whole = levelHistogram(plan, codes, images);
        if (images === 1) return;
        const first = levelHistogram(plan, codes.subarray(0, one), 1);
        const rest = levelHistogram(plan, codes.subarray(one), images - 1);
        expect(mergeHistograms(first, rest)).toEqual(whole);
      }),
    );
  });

  it('refuses histograms of different layers', () => {
    const histogram = { images: 1, digitBits: 2, digits: 1, positions: 1, counts: new Float64Array(4) };
    expect(() =>
      mergeHistograms(histogram, { ...histogram, positions: 2, counts: new Float64Array(8) }),
    ).toThrow(
      'histogram: cannot add 2 positions x 1 digits of 2 bits to 1 positions x 1 digits of 2 bits ' +
        '[histogram-shape-mismatch] — merge histograms of the same layer and chip',
    );
  });
});
