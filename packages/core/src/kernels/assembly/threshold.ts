// Integers to codes: compare each with its channel's thresholds, narrow, store into the padded buffer.
import { word } from './words';

// Operation words (0 is the operation, 1 the next).
const OUTPUT = 2; // address of image 0's first interior pixel
const TABLE = 3; // i32 per pixel of the batch: byte offset
const CHANNELS = 4; // bytes stored per pixel, a multiple of 4
const LIMITS = 5; // compare: i32 (short: i16) [levels][row / 4], code = #{ (x ^ flip) > limit }; search: i32 [channels][levels]
const FLIP = 6; // compare: i32 per column, 0 or -1; search: i32 per column, 1 or -1
const LEVELS = 7;

// @ts-ignore: decorator
@inline
function storeEight(output: usize, low: v128, high: v128, whole: bool): void {
  const words = i16x8.narrow_i32x4_u(low, high);
  const bytes = i8x16.narrow_i16x8_u(words, words);
  if (whole) v128.store64_lane(output, bytes, 0);
  else v128.store32_lane(output, bytes, 0);
}

/** Codes as they are, int32 to bytes. */
export function narrowRows(d: usize, first: i32, count: i32, scratch: usize, row: usize): void {
  const table = word(d, TABLE) + (<usize>first << 2);
  const channels = word(d, CHANNELS);
  for (let p = 0; p < count; p++) {
    const output = word(d, OUTPUT) + load<u32>(table + (<usize>p << 2));
    const input = scratch + <usize>p * row;
    for (let c: usize = 0; c < channels; c += 8) {
      const from = input + (c << 2);
      storeEight(output + c, v128.load(from), v128.load(from, 16), c + 8 <= channels);
    }
  }
}

/** The eight integers at `from` as 16-bit ones, saturated (no limit tells the difference), flipped where the channel falls. */
// @ts-ignore: decorator
@inline
function loadShort(from: usize, flip: v128): v128 {
  return v128.xor(i16x8.narrow_i32x4_s(v128.load(from), v128.load(from, 16)), flip);
}

// @ts-ignore: decorator
@inline
export function storeShort(output: usize, counts: v128, whole: bool): void {
  const bytes = i8x16.narrow_i16x8_u(counts, counts);
  if (whole) v128.store64_lane(output, bytes, 0);
  else v128.store32_lane(output, bytes, 0);
}

/** Three thresholds (2-bit codes) with limits within 16 bits: limits and flips are int16, `[3][columns]`. */
export function thresholdShortThreeRows(d: usize, first: i32, count: i32, scratch: usize, row: usize): void {
  const table = word(d, TABLE) + (<usize>first << 2);
  const channels = word(d, CHANNELS);
  const base = word(d, OUTPUT);
  const zero = i32x4.splat(0);
  for (let c: usize = 0; c < channels; c += 8) {
    const limits = word(d, LIMITS) + (c << 1);
    const flip = v128.load(word(d, FLIP) + (c << 1));
    const t0 = v128.load(limits);
    const t1 = v128.load(limits + (row >> 1));
    const t2 = v128.load(limits + row);
    const whole = c + 8 <= channels;
    let input = scratch + (c << 2);
    for (let p = 0; p < count; p++) {
      const x = loadShort(input, flip);
      const n = i16x8.add(i16x8.add(i16x8.gt_s(x, t0), i16x8.gt_s(x, t1)), i16x8.gt_s(x, t2));
      storeShort(base + load<u32>(table + (<usize>p << 2)) + c, i16x8.sub(zero, n), whole);
      input += row;
    }
  }
}

/** Seven thresholds (3-bit codes) with limits within 16 bits. */
export function thresholdShortSevenRows(d: usize, first: i32, count: i32, scratch: usize, row: usize): void {
  const table = word(d, TABLE) + (<usize>first << 2);
  const channels = word(d, CHANNELS);
  const base = word(d, OUTPUT);
  const zero = i32x4.splat(0);
  const level = row >> 1;
  for (let c: usize = 0; c < channels; c += 8) {
    const limits = word(d, LIMITS) + (c << 1);
    const flip = v128.load(word(d, FLIP) + (c << 1));
    const t0 = v128.load(limits);
    const t1 = v128.load(limits + level);
    const t2 = v128.load(limits + 2 * level);
    const t3 = v128.load(limits + 3 * level);
    const t4 = v128.load(limits + 4 * level);
    const t5 = v128.load(limits + 5 * level);
    const t6 = v128.load(limits + 6 * level);
    const whole = c + 8 <= channels;
    let input = scratch + (c << 2);
    for (let p = 0; p < count; p++) {
      const n = countSeven(loadShort(input, flip), t0, t1, t2, t3, t4, t5, t6);
      storeShort(base + load<u32>(table + (<usize>p << 2)) + c, i16x8.sub(zero, n), whole);
      input += row;
    }
  }
}

/** Minus the number of limits below x. */
// @ts-ignore: decorator
@inline
export function countSeven(x: v128, t0: v128, t1: v128, t2: v128, t3: v128, t4: v128, t5: v128, t6: v128): v128 {
  const low = i16x8.add(i16x8.add(i16x8.gt_s(x, t0), i16x8.gt_s(x, t1)), i16x8.gt_s(x, t2));
  const high = i16x8.add(i16x8.add(i16x8.gt_s(x, t3), i16x8.gt_s(x, t4)), i16x8.gt_s(x, t5));
  return i16x8.add(i16x8.add(low, high), i16x8.gt_s(x, t6));
}

/** Any number of thresholds with limits within 16 bits, one comparison each. */
export function thresholdShortRows(d: usize, first: i32, count: i32, scratch: usize, row: usize): void {
  const table = word(d, TABLE) + (<usize>first << 2);
  const channels = word(d, CHANNELS);
  const levels = <i32>word(d, LEVELS);
  for (let c: usize = 0; c < channels; c += 8) {
    const flip = v128.load(word(d, FLIP) + (c << 1));
    const whole = c + 8 <= channels;
    let input = scratch + (c << 2);
    for (let p = 0; p < count; p++) {
      const x = loadShort(input, flip);
      let n = i32x4.splat(0);
      let limit = word(d, LIMITS) + (c << 1);
      for (let k = 0; k < levels; k++) {
        n = i16x8.sub(n, i16x8.gt_s(x, v128.load(limit)));
        limit += row >> 1;
      }
      storeShort(word(d, OUTPUT) + load<u32>(table + (<usize>p << 2)) + c, n, whole);
      input += row;
    }
  }
}

/** Three thresholds (2-bit codes): all limits of eight channels stay in registers. */
export function thresholdThreeRows(d: usize, first: i32, count: i32, scratch: usize, row: usize): void {
  const table = word(d, TABLE) + (<usize>first << 2);
  const channels = word(d, CHANNELS);
  const base = word(d, OUTPUT);
  const zero = i32x4.splat(0);
  for (let c: usize = 0; c < channels; c += 8) {
    const limits = word(d, LIMITS) + (c << 2);
    const flip = word(d, FLIP) + (c << 2);
    const f0 = v128.load(flip);
    const f1 = v128.load(flip, 16);
    const t00 = v128.load(limits);
    const t01 = v128.load(limits, 16);
    const t10 = v128.load(limits + row);
    const t11 = v128.load(limits + row, 16);
    const t20 = v128.load(limits + 2 * row);
    const t21 = v128.load(limits + 2 * row, 16);
    const whole = c + 8 <= channels;
    let input = scratch + (c << 2);
    for (let p = 0; p < count; p++) {
      const x0 = v128.xor(v128.load(input), f0);
      const x1 = v128.xor(v128.load(input, 16), f1);
      const n0 = i32x4.add(i32x4.add(i32x4.gt_s(x0, t00), i32x4.gt_s(x0, t10)), i32x4.gt_s(x0, t20));
      const n1 = i32x4.add(i32x4.add(i32x4.gt_s(x1, t01), i32x4.gt_s(x1, t11)), i32x4.gt_s(x1, t21));
      const output = base + load<u32>(table + (<usize>p << 2)) + c;
      storeEight(output, i32x4.sub(zero, n0), i32x4.sub(zero, n1), whole);
      input += row;
    }
  }
}

/** Seven thresholds (3-bit codes). */
export function thresholdSevenRows(d: usize, first: i32, count: i32, scratch: usize, row: usize): void {
  const table = word(d, TABLE) + (<usize>first << 2);
  const channels = word(d, CHANNELS);
  const base = word(d, OUTPUT);
  for (let c: usize = 0; c < channels; c += 4) {
    const limits = word(d, LIMITS) + (c << 2);
    const flip = v128.load(word(d, FLIP) + (c << 2));
    const t0 = v128.load(limits);
    const t1 = v128.load(limits + row);
    const t2 = v128.load(limits + 2 * row);
    const t3 = v128.load(limits + 3 * row);
    const t4 = v128.load(limits + 4 * row);
    const t5 = v128.load(limits + 5 * row);
    const t6 = v128.load(limits + 6 * row);
    let input = scratch + (c << 2);
    for (let p = 0; p < count; p++) {
      const x = v128.xor(v128.load(input), flip);
      const low = i32x4.add(i32x4.add(i32x4.gt_s(x, t0), i32x4.gt_s(x, t1)), i32x4.gt_s(x, t2));
      const high = i32x4.add(i32x4.add(i32x4.gt_s(x, t3), i32x4.gt_s(x, t4)), i32x4.gt_s(x, t5));
      const n = i32x4.add(i32x4.add(low, high), i32x4.gt_s(x, t6));
      const words = i16x8.narrow_i32x4_s(n, n);
      const bytes = i8x16.neg(i8x16.narrow_i16x8_s(words, words));
      v128.store32_lane(base + load<u32>(table + (<usize>p << 2)) + c, bytes, 0);
      input += row;
    }
  }
}

/** Any number of thresholds, one comparison each. */
export function thresholdCompareRows(d: usize, first: i32, count: i32, scratch: usize, row: usize): void {
  const table = word(d, TABLE) + (<usize>first << 2);
  const channels = word(d, CHANNELS);
  const levels = <i32>word(d, LEVELS);
  for (let c: usize = 0; c < channels; c += 8) {
    const flip = word(d, FLIP) + (c << 2);
    const f0 = v128.load(flip);
    const f1 = v128.load(flip, 16);
    const whole = c + 8 <= channels;
    let input = scratch + (c << 2);
    for (let p = 0; p < count; p++) {
      const x0 = v128.xor(v128.load(input), f0);
      const x1 = v128.xor(v128.load(input, 16), f1);
      let n0 = i32x4.splat(0);
      let n1 = i32x4.splat(0);
      let limit = word(d, LIMITS) + (c << 2);
      for (let k = 0; k < levels; k++) {
        n0 = i32x4.sub(n0, i32x4.gt_s(x0, v128.load(limit)));
        n1 = i32x4.sub(n1, i32x4.gt_s(x1, v128.load(limit, 16)));
        limit += row;
      }
      storeEight(word(d, OUTPUT) + load<u32>(table + (<usize>p << 2)) + c, n0, n1, whole);
      input += row;
    }
  }
}

/** Many thresholds: binary search for the first that fails (they are monotone). */
export function thresholdSearchRows(d: usize, first: i32, count: i32, scratch: usize, row: usize): void {
  const table = word(d, TABLE) + (<usize>first << 2);
  const channels = word(d, CHANNELS);
  const levels = <i32>word(d, LEVELS);
  for (let p = 0; p < count; p++) {
    const output = word(d, OUTPUT) + load<u32>(table + (<usize>p << 2));
    const input = scratch + <usize>p * row;
    let limits = word(d, LIMITS);
    for (let c: usize = 0; c < channels; c++) {
      const x = load<i32>(input + (c << 2));
      const rises = load<i32>(word(d, FLIP) + (c << 2)) > 0;
      let low = 0;
      let high = levels;
      while (low < high) {
        const middle = (low + high) >> 1;
        const t = load<i32>(limits + (<usize>middle << 2));
        if (rises ? x >= t : x <= t) low = middle + 1;
        else high = middle;
      }
      store<u8>(output + c, low);
      limits += <usize>levels << 2;
    }
  }
}
