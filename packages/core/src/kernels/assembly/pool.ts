// Pooling and plain loads of one pixel per scratch row.
import { word } from './words';

// Codes: pixels of a zero-padded buffer; zero never beats a code and adds nothing, so no clipping.
const INPUT = 0;
const TABLE = 1;
const CHANNELS = 2;
const KERNEL_HEIGHT = 3;
const KERNEL_WIDTH = 4;
const TAP_ROW = 5;
const TAP = 6;

/** Sums of windows of codes. */
export function sumCodesRows(d: usize, first: i32, count: i32, scratch: usize, row: usize): void {
  const table = word(d, TABLE) + ((<usize>first) << 2);
  const channels = word(d, CHANNELS);
  const height = word(d, KERNEL_HEIGHT);
  const width = word(d, KERNEL_WIDTH);
  for (let p = 0; p < count; p++) {
    const pixel = word(d, INPUT) + load<u32>(table + ((<usize>p) << 2));
    const out = scratch + <usize>p * row;
    for (let c: usize = 0; c < channels; c += 4) {
      let sum = i32x4.splat(0);
      for (let y: usize = 0; y < height; y++) {
        let tap = pixel + y * word(d, TAP_ROW) + c;
        for (let x: usize = 0; x < width; x++) {
          const codes = v128.load32_zero(tap);
          sum = i32x4.add(sum, i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(codes)));
          tap += word(d, TAP);
        }
      }
      v128.store(out + (c << 2), sum);
    }
  }
}

/** Maxima of windows of codes. */
export function maxCodesRows(d: usize, first: i32, count: i32, scratch: usize, row: usize): void {
  const table = word(d, TABLE) + ((<usize>first) << 2);
  const channels = word(d, CHANNELS);
  const height = word(d, KERNEL_HEIGHT);
  const width = word(d, KERNEL_WIDTH);
  for (let p = 0; p < count; p++) {
    const pixel = word(d, INPUT) + load<u32>(table + ((<usize>p) << 2));
    const out = scratch + <usize>p * row;
    for (let c: usize = 0; c < channels; c += 8) {
      let most = i32x4.splat(0);
      for (let y: usize = 0; y < height; y++) {
        let tap = pixel + y * word(d, TAP_ROW) + c;
        for (let x: usize = 0; x < width; x++) {
          most = i8x16.max_u(most, v128.load64_zero(tap));
          tap += word(d, TAP);
        }
      }
      const wide = i16x8.extend_low_i8x16_u(most);
      v128.store(out + (c << 2), i32x4.extend_low_i16x8_u(wide));
      v128.store(out + (c << 2), i32x4.extend_high_i16x8_u(wide), 16);
    }
  }
}

/** Codes as integers. */
export function codesRows(d: usize, first: i32, count: i32, scratch: usize, row: usize): void {
  const table = word(d, TABLE) + (<usize>first << 2);
  const input = word(d, INPUT);
  for (let p = 0; p < count; p++) {
    let at = input + load<u32>(table + (<usize>p << 2));
    const end = scratch + row;
    while (scratch < end) {
      const wide = i16x8.extend_low_i8x16_u(v128.load64_zero(at));
      v128.store(scratch, i32x4.extend_low_i16x8_u(wide));
      v128.store(scratch, i32x4.extend_high_i16x8_u(wide), 16);
      at += 8;
      scratch += 32;
    }
  }
}

// Integers: unpadded [image][y][x][stride], windows are clipped.
const HEIGHT = 5;
const WIDTH = 6;
const STRIDE_Y = 7;
const STRIDE_X = 8;
const TOP = 9;
const LEFT = 10;
const OUT_HEIGHT = 11;
const OUT_WIDTH = 12;
const MAXIMUM = 13; // 1 maximum, 0 sum

/** Sums or maxima of windows of integers. */
export function poolIntegersRows(d: usize, first: i32, count: i32, scratch: usize, row: usize): void {
  const height = <i32>word(d, HEIGHT);
  const width = <i32>word(d, WIDTH);
  const outHeight = <i32>word(d, OUT_HEIGHT);
  const outWidth = <i32>word(d, OUT_WIDTH);
  const maximum = word(d, MAXIMUM) != 0;
  for (let p = 0; p < count; p++) {
    const pixel = first + p;
    const image = pixel / (outHeight * outWidth);
    const within = pixel % (outHeight * outWidth);
    const top = (within / outWidth) * <i32>word(d, STRIDE_Y) - <i32>word(d, TOP);
    const left = (within % outWidth) * <i32>word(d, STRIDE_X) - <i32>word(d, LEFT);
    const y0 = max(top, 0);
    const y1 = min(top + <i32>word(d, KERNEL_HEIGHT), height);
    const x0 = max(left, 0);
    const x1 = min(left + <i32>word(d, KERNEL_WIDTH), width);
    const input = word(d, INPUT) + <usize>(image * height * width) * row;
    const out = scratch + <usize>p * row;
    for (let c: usize = 0; c < row; c += 16) {
      let value = i32x4.splat(maximum ? i32.MIN_VALUE : 0);
      for (let y = y0; y < y1; y++) {
        for (let x = x0; x < x1; x++) {
          const element = v128.load(input + <usize>(y * width + x) * row + c);
          value = maximum ? i32x4.max_s(value, element) : i32x4.add(value, element);
        }
      }
      v128.store(out + c, value);
    }
  }
}

/** Integers as they are: [pixel][stride] to scratch rows. */
export function integersRows(d: usize, first: i32, count: i32, scratch: usize, row: usize): void {
  memory.copy(scratch, word(d, INPUT) + <usize>first * row, <usize>count * row);
}
