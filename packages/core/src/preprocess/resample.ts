import { axisWeights, fixedPoint, WEIGHT_BITS, type AxisWeights } from './coefficients.ts';
import { FILTERS, type Interpolation } from './filter.ts';
import type { RgbImage } from './image.ts';

/** A rectangle of pixels. */
export interface PixelWindow {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const HALF = 2 ** (WEIGHT_BITS - 1);

/**
 * `window` of the image resampled to `width` x `height`: the same bytes as resampling all of it and
 * cutting the window out, and the same bytes as Pillow's `Image.resize` (9.4): columns first, then
 * rows, 8 bits in between, integer weights, an axis that keeps its size left alone.
 *
 * @param window inside 0 .. width and 0 .. height
 */
export function resample(
  image: RgbImage,
  width: number,
  height: number,
  interpolation: Interpolation,
  window: PixelWindow = { left: 0, top: 0, width, height },
): RgbImage {
  const filter = FILTERS[interpolation];
  const rows = height === image.height ? null : fixedPoint(axisWeights(image.height, height, filter));
  // Only the rows that the second pass reads.
  const last = window.top + window.height - 1;
  const from = rows === null ? window.top : rows.first[window.top];
  const to = rows === null ? last + 1 : rows.first[last] + rows.count[last];
  const columns = width === image.width ? null : fixedPoint(axisWeights(image.width, width, filter));
  const narrow =
    columns === null ? cut(image, window, from, to) : resampleRows(image, columns, window, from, to);
  const pixels = rows === null ? narrow : resampleColumns(narrow, rows, window, from);
  return { width: window.width, height: window.height, pixels };
}

/** Rows `from` .. `to` - 1 of the window's columns, as they are. */
function cut({ width, pixels }: RgbImage, window: PixelWindow, from: number, to: number): Uint8Array {
  if (window.left === 0 && window.width === width)
    return pixels.subarray(from * width * 3, to * width * 3).slice();
  const out = new Uint8Array((to - from) * window.width * 3);
  for (let y = from; y < to; y++) {
    const start = (y * width + window.left) * 3;
    out.set(pixels.subarray(start, start + window.width * 3), (y - from) * window.width * 3);
  }
  return out;
}

/** Each of the rows `from` .. `to` - 1 resampled along x, the window's columns only. */
function resampleRows(
  image: RgbImage,
  { first, count, stride, weights }: AxisWeights<Int32Array>,
  window: PixelWindow,
  from: number,
  to: number,
): Uint8Array {
  const { pixels } = image;
  const out = new Uint8Array((to - from) * window.width * 3);
  const end = window.left + window.width;
  let o = 0;
  for (let y = from; y < to; y++) {
    const line = y * image.width * 3;
    for (let x = window.left; x < end; x++) {
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      const row = x * stride;
      const rowEnd = row + count[x];
      let p = line + first[x] * 3;
      for (let k = row; k < rowEnd; k++) {
        const weight = weights[k];
        red = (red + Math.imul(pixels[p], weight)) | 0;
        green = (green + Math.imul(pixels[p + 1], weight)) | 0;
        blue = (blue + Math.imul(pixels[p + 2], weight)) | 0;
        p += 3;
      }
      out[o] = clamp(red >> WEIGHT_BITS);
      out[o + 1] = clamp(green >> WEIGHT_BITS);
      out[o + 2] = clamp(blue >> WEIGHT_BITS);
      o += 3;
    }
  }
  return out;
}

/** The window's rows, resampled along y from `narrow`, whose first row is row `from` of the image. */
function resampleColumns(
  narrow: Uint8Array,
  { first, count, stride, weights }: AxisWeights<Int32Array>,
  window: PixelWindow,
  from: number,
): Uint8Array {
  const line = window.width * 3;
  const out = new Uint8Array(window.height * line);
  let o = 0;
  for (let y = window.top; y < window.top + window.height; y++) {
    const row = y * stride;
    const rowEnd = row + count[y];
    const start = (first[y] - from) * line;
    for (let x = 0; x < line; x++) {
      let sum = HALF;
      let p = start + x;
      for (let k = row; k < rowEnd; k++) {
        sum = (sum + Math.imul(narrow[p], weights[k])) | 0;
        p += line;
      }
      out[o++] = clamp(sum >> WEIGHT_BITS);
    }
  }
  return out;
}

function clamp(code: number): number {
  return code < 0 ? 0 : code > 255 ? 255 : code;
}
