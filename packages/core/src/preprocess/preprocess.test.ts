import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisWeights, fixedPoint } from './coefficients.ts';
import { FILTERS, INTERPOLATIONS } from './filter.ts';
import { toPlanar, type RgbImage } from './image.ts';
import { NORMALIZATIONS, normalizationTable, normalize } from './normalization.ts';
import { resample } from './resample.ts';
import { centerCrop, resizeAndCrop, resizeShortSide, shortSideSize } from './resize.ts';
import { applyTransform, type Transform } from './transform.ts';

interface Golden {
  readonly imagenetNormalizationSha256: string;
  readonly cases: readonly {
    readonly width: number;
    readonly height: number;
    readonly seed: number;
    readonly smooth: boolean;
    readonly transform: Transform;
    readonly outWidth: number;
    readonly outHeight: number;
    readonly sha256: string;
    readonly pixels?: string;
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL('../../../../test/golden/preprocess/torchvision.json', import.meta.url), 'utf8'),
) as Golden;

/** The picture of scripts/make-preprocess-goldens.py: a hash of position, or a sawtooth. */
function picture(width: number, height: number, seed: number, smooth: boolean): RgbImage {
  const pixels = new Uint8Array(width * height * 3);
  let i = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        const v =
          Math.imul(x, 374761393) +
          Math.imul(y, 668265263) +
          Math.imul(c, 2246822519) +
          Math.imul(seed, 3266489917);
        const hash = Math.imul((v >>> 0) ^ ((v >>> 0) >>> 13), 1274126177) >>> 16;
        pixels[i++] = smooth ? x * 5 + y * 3 * (c + 1) + seed : hash;
      }
    }
  }
  return { width, height, pixels };
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Rows of pixels back to back, from channel after channel. */
function interleave(planar: Uint8Array): Uint8Array {
  const size = planar.length / 3;
  return Uint8Array.from(planar, (_, i) => planar[(i % 3) * size + Math.floor(i / 3)]);
}

describe('applyTransform', () => {
  it.each(
    golden.cases.map((one) => [
      `${one.width}x${one.height} ${JSON.stringify(one.transform)} ${one.seed}`,
      one,
    ]),
  )(
    'equals torchvision: %s',
    (_, { width, height, seed, smooth, transform, outWidth, outHeight, ...expected }) => {
      const out = applyTransform(picture(width, height, seed, smooth), transform);
      expect([out.width, out.height]).toEqual([outWidth, outHeight]);
      const pixels = interleave(out.planar);
      if (expected.pixels !== undefined) {
        expect([...pixels]).toEqual([...Buffer.from(expected.pixels, 'base64')]);
      }
      expect(sha256(pixels)).toBe(expected.sha256);
    },
  );

  it('has golden pictures of every kind', () => {
    expect(golden.cases.length).toBe(18 * 2 * 2); // sizes x interpolations x pictures
  });
});

const side = fc.integer({ min: 1, max: 24 });
const anyPicture = fc
  .record({ width: side, height: side, seed: fc.nat(1000), smooth: fc.boolean() })
  .map(({ width, height, seed, smooth }) => picture(width, height, seed, smooth));
const anyInterpolation = fc.constantFrom(...INTERPOLATIONS);

/**
 * The same filter in real numbers, straight from its definition: output pixel j lies at (j + 1/2) * scale, every
 * input pixel weighs filter(distance / widening), weights sum to 1. No 8 bits in between.
 */
function resampleReal(
  { width, height, pixels }: RgbImage,
  to: { readonly width: number; readonly height: number },
  filter: (typeof FILTERS)[keyof typeof FILTERS],
): Float64Array {
  const along = (inputs: number, outputs: number, j: number): readonly number[] => {
    const widening = Math.max(1, inputs / outputs);
    const center = ((j + 0.5) * inputs) / outputs;
    if (inputs === outputs) return Array.from({ length: inputs }, (_, i) => (i === j ? 1 : 0));
    const weights = Array.from({ length: inputs }, (_, i) => filter.weight((i + 0.5 - center) / widening));
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => weight / sum);
  };
  const out = new Float64Array(to.width * to.height * 3);
  for (let y = 0; y < to.height; y++) {
    const down = along(height, to.height, y);
    for (let x = 0; x < to.width; x++) {
      const across = along(width, to.width, x);
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let v = 0; v < height; v++) {
          for (let u = 0; u < width; u++) sum += down[v] * across[u] * pixels[(v * width + u) * 3 + c];
        }
        out[(y * to.width + x) * 3 + c] = sum;
      }
    }
  }
  return out;
}

describe('resample', () => {
  it('is within one code of the filter in real numbers', () => {
    fc.assert(
      fc.property(anyPicture, side, side, (image, width, height) => {
        const real = resampleReal(image, { width, height }, FILTERS.bilinear);
        const { pixels } = resample(image, width, height, 'bilinear');
        // Two roundings of at most 1/2 each (the second pass averages the errors of the first), and up to 24
        // weights a pass that are off by at most 2^-23 each: 2 * 24 * 255 * 2^-23 = 0.0015.
        pixels.forEach((code, i) => expect(Math.abs(code - real[i])).toBeLessThanOrEqual(1.0015));
      }),
    );
  });

  it('keeps one colour one colour', () => {
    fc.assert(
      fc.property(side, side, side, side, fc.nat(255), anyInterpolation, (w, h, width, height, code, how) => {
        const image = { width: w, height: h, pixels: new Uint8Array(w * h * 3).fill(code) };
        const { pixels } = resample(image, width, height, how);
        expect(pixels.every((p) => p === code)).toBe(true);
      }),
    );
  });

  it('gives of a window what cutting it out afterwards gives', () => {
    fc.assert(
      fc.property(anyPicture, side, side, anyInterpolation, fc.nat(), fc.nat(), (image, w, h, how, a, b) => {
        const window = { left: a % w, top: b % h, width: w - (a % w), height: h - (b % h) };
        const whole = resample(image, w, h, how);
        const part = resample(image, w, h, how, window);
        expect([part.width, part.height]).toEqual([window.width, window.height]);
        part.pixels.forEach((code, i) => {
          const y = window.top + Math.floor(i / (window.width * 3));
          const x = window.left * 3 + (i % (window.width * 3));
          expect(code).toBe(whole.pixels[y * w * 3 + x]);
        });
      }),
    );
  });
});

describe('axisWeights', () => {
  it('sums to 1 for every output, in integers to within half a unit per weight', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), side, anyInterpolation, (inputs, outputs, how) => {
        const exact = axisWeights(inputs, outputs, FILTERS[how]);
        const fixed = fixedPoint(exact);
        for (let j = 0; j < outputs; j++) {
          const row = [j * exact.stride, j * exact.stride + exact.count[j]] as const;
          expect(exact.first[j] + exact.count[j]).toBeLessThanOrEqual(inputs);
          expect(exact.weights.subarray(...row).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
          const units = fixed.weights.subarray(...row).reduce((a, b) => a + b, 0);
          expect(Math.abs(units - 2 ** 22)).toBeLessThanOrEqual(exact.count[j] / 2);
        }
      }),
    );
  });
});

describe('resizeShortSide and centerCrop', () => {
  it('together are resizeAndCrop', () => {
    fc.assert(
      fc.property(anyPicture, side, side, anyInterpolation, (image, resize, crop, how) => {
        expect(resizeAndCrop(image, resize, crop, how)).toEqual(
          centerCrop(resizeShortSide(image, resize, how), crop),
        );
      }),
    );
  });

  it('rounds the long side down', () => {
    expect(shortSideSize({ width: 500, height: 375 }, 256)).toEqual({ width: 341, height: 256 }); // 341.33
    expect(shortSideSize({ width: 334, height: 500 }, 256)).toEqual({ width: 256, height: 383 }); // 383.2
  });
});

describe('normalize', () => {
  it('equals torchvision in every bit, for every code and channel', () => {
    const table = normalizationTable(NORMALIZATIONS.imagenet);
    expect(sha256(new Uint8Array(table.buffer))).toBe(golden.imagenetNormalizationSha256);
  });

  it('takes each channel by its own mean and deviation, image after image', () => {
    const table = normalizationTable({ mean: [0, 1], std: [1, 2] });
    // Channels of two pixels; 255 is 1, 0 is 0: (1 - 0) / 1, (0 - 0) / 1, (1 - 1) / 2, (0 - 1) / 2.
    const planar = Uint8Array.of(255, 0, 255, 0, 0, 255, 0, 255);
    expect([...normalize(planar, 2, table)]).toEqual([1, 0, 0, -0.5, 0, 1, -0.5, 0]);
  });
});

describe('toPlanar', () => {
  it('is undone by interleaving', () => {
    fc.assert(
      fc.property(anyPicture, (image) => {
        expect(interleave(toPlanar(image))).toEqual(image.pixels);
      }),
    );
  });
});
