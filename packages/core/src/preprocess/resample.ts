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
  axis: AxisWeights<Int32Array>,
  window: PixelWindow,
  from: number,
  to: number,
): Uint8Array {
  const out = new Uint8Array((to - from) * window.width * 3);
  const part = { ...image, pixels: image.pixels.subarray(from * image.width * 3, to * image.width * 3) };
  for (let x = 0; x < window.width; x++) {
    const j = window.left + x;
    const few = axis.count[j] <= 4 && axis.first[j] + 4 <= image.width;
    (few ? fourTaps : anyTaps)(part, axis, j, out, x * 3, window.width * 3);
  }
  return out;
}

/**
 * Output column `j` of all rows from four neighbouring pixels, of which those past the filter weigh 0: the
 * usual case, in which weights stay in registers.
 *
 * @param to index in `out` of the column's first red code; the next row is `step` further
 */
function fourTaps(
  { width, pixels }: RgbImage,
  { first, stride, weights, count }: AxisWeights<Int32Array>,
  j: number,
  out: Uint8Array,
  to: number,
  step: number,
): void {
  const row = j * stride;
  const taps = count[j];
  const a = weights[row];
  const b = taps > 1 ? weights[row + 1] : 0;
  const c = taps > 2 ? weights[row + 2] : 0;
  const d = taps > 3 ? weights[row + 3] : 0;
  const line = width * 3;
  for (let p = first[j] * 3, o = to; o < out.length; p += line, o += step) {
    const red = Math.imul(pixels[p], a) + Math.imul(pixels[p + 3], b);
    const green = Math.imul(pixels[p + 1], a) + Math.imul(pixels[p + 4], b);
    const blue = Math.imul(pixels[p + 2], a) + Math.imul(pixels[p + 5], b);
    const moreRed = Math.imul(pixels[p + 6], c) + Math.imul(pixels[p + 9], d);
    const moreGreen = Math.imul(pixels[p + 7], c) + Math.imul(pixels[p + 10], d);
    const moreBlue = Math.imul(pixels[p + 8], c) + Math.imul(pixels[p + 11], d);
    out[o] = clamp((HALF + red + moreRed) >> WEIGHT_BITS);
    out[o + 1] = clamp((HALF + green + moreGreen) >> WEIGHT_BITS);
    out[o + 2] = clamp((HALF + blue + moreBlue) >> WEIGHT_BITS);
  }
}

/** As {@link fourTaps}, for any number of pixels. */
function anyTaps(
  { width, pixels }: RgbImage,
  { first, stride, weights, count }: AxisWeights<Int32Array>,
  j: number,
  out: Uint8Array,
  to: number,
  step: number,
): void {
  const row = j * stride;
  const rowEnd = row + count[j];
  const line = width * 3;
  for (let start = first[j] * 3, o = to; o < out.length; start += line, o += step) {
    let red = HALF;
    let green = HALF;
    let blue = HALF;
    for (let k = row, p = start; k < rowEnd; k++, p += 3) {
      const weight = weights[k];
      red = (red + Math.imul(pixels[p], weight)) | 0;
      green = (green + Math.imul(pixels[p + 1], weight)) | 0;
      blue = (blue + Math.imul(pixels[p + 2], weight)) | 0;
    }
    out[o] = clamp(red >> WEIGHT_BITS);
    out[o + 1] = clamp(green >> WEIGHT_BITS);
    out[o + 2] = clamp(blue >> WEIGHT_BITS);
  }
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
  const sums = new Int32Array(line);
  for (let y = 0; y < window.height; y++) {
    const j = window.top + y;
    sums.fill(HALF);
    for (let k = 0, p = (first[j] - from) * line; k < count[j]; k++) {
      const weight = weights[j * stride + k];
      for (let x = 0; x < line; x++, p++) sums[x] += Math.imul(narrow[p], weight);
    }
    const start = y * line;
    for (let x = 0; x < line; x++) out[start + x] = clamp(sums[x] >> WEIGHT_BITS);
  }
  return out;
}

function clamp(code: number): number {
  return code < 0 ? 0 : code > 255 ? 255 : code;
}
