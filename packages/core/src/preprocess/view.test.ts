import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RgbImage } from './image.ts';
import { resample } from './resample.ts';
import { applyView, randomView, type View } from './view.ts';

/** Numbers in [0, 1) that are the same for the same seed. */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const size = fc.record({ width: fc.integer({ min: 1, max: 60 }), height: fc.integer({ min: 1, max: 60 }) });
const seed = fc.integer({ min: 0, max: 2 ** 31 });

const pictures = fc.tuple(size, seed).map(([{ width, height }, start]): RgbImage => {
  const unit = numbers(start);
  return {
    width,
    height,
    pixels: Uint8Array.from({ length: width * height * 3 }, () => Math.floor(256 * unit())),
  };
});

/** The window pixel by pixel, read from right to left where it is mirrored. */
function cutOut({ width, pixels }: RgbImage, { window, mirrored }: View): RgbImage {
  const out: number[] = [];
  for (let y = 0; y < window.height; y++) {
    for (let x = 0; x < window.width; x++) {
      const column = window.left + (mirrored ? window.width - 1 - x : x);
      for (let c = 0; c < 3; c++) out.push(pixels[((window.top + y) * width + column) * 3 + c] ?? -1);
    }
  }
  return { width: window.width, height: window.height, pixels: Uint8Array.from(out) };
}

describe('random views', () => {
  it('lie in the picture, whatever its size', () => {
    fc.assert(
      fc.property(size, seed, (picture, start) => {
        const { window } = randomView(picture, numbers(start));
        expect(window.width).toBeGreaterThanOrEqual(1);
        expect(window.height).toBeGreaterThanOrEqual(1);
        expect(window.left).toBeGreaterThanOrEqual(0);
        expect(window.top).toBeGreaterThanOrEqual(0);
        expect(window.left + window.width).toBeLessThanOrEqual(picture.width);
        expect(window.top + window.height).toBeLessThanOrEqual(picture.height);
      }),
    );
  });

  it('have a quarter to all of the area, shapes around a square, every place, and are mirrored half the time', () => {
    const picture = { width: 500, height: 375 };
    const unit = numbers(7);
    const views = Array.from({ length: 4000 }, () => randomView(picture, unit));
    const areas = views.map(({ window }) => (window.width * window.height) / (500 * 375));
    const ratios = views.map(({ window }) => window.width / window.height);
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    expect(Math.min(...areas)).toBeGreaterThan(0.247);
    expect(Math.min(...areas)).toBeLessThan(0.27);
    expect(Math.max(...areas)).toBeGreaterThan(0.95);
    expect(Math.min(...ratios)).toBeGreaterThan(0.74);
    expect(Math.max(...ratios)).toBeLessThan(1.35);
    // The window's centre is the picture's on average.
    expect(mean(views.map(({ window }) => window.left + window.width / 2))).toBeCloseTo(250, -1);
    expect(mean(views.map(({ window }) => window.top + window.height / 2))).toBeCloseTo(187.5, -1);
    expect(mean(views.map(({ mirrored }) => Number(mirrored)))).toBeCloseTo(0.5, 1);
  });

  it('of a strip are as wide or as high as they may be, in the middle', () => {
    expect(randomView({ width: 90, height: 3 }, numbers(1)).window).toEqual({
      left: 43,
      top: 0,
      width: 4,
      height: 3,
    });
    expect(randomView({ width: 3, height: 90 }, numbers(1)).window).toEqual({
      left: 0,
      top: 43,
      width: 3,
      height: 4,
    });
  });

  it('are the part cut out pixel by pixel, then resampled', () => {
    fc.assert(
      fc.property(pictures, seed, size, (picture, start, target) => {
        const view = randomView(picture, numbers(start));
        const straight = resample(
          cutOut(picture, { ...view, mirrored: false }),
          target.width,
          target.height,
          'bilinear',
        );
        const whole = { left: 0, top: 0, width: target.width, height: target.height };
        expect(applyView(picture, view, target, 'bilinear')).toEqual(
          cutOut(straight, { window: whole, mirrored: view.mirrored }),
        );
        // At its own size nothing is resampled.
        expect(applyView(picture, view, view.window, 'bilinear')).toEqual(cutOut(picture, view));
      }),
    );
  });
});
