// How often each digit level occurs at each byte of a code buffer, over a batch of images.

/** Level 1 counts in the low half of a byte, level 2 in the high half. */
const HALVES = i8x16(0, 1, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

/**
 * Digits of two bits: byte counters [3][image] of level 1, level 2 and the sum of all levels, `image` the
 * bytes between images; at most 15 images a call, 85 between two calls of `widenCounters`. Counts the first
 * `length` bytes (rounded up to 16) of `lines` lines that are `line` bytes apart.
 */
export function countTwoBits(
  codes: usize, lines: usize, line: usize, length: usize, image: usize, count: i32, shift: i32, whole: bool, counters: usize,
): void {
  for (let y: usize = 0; y < lines; y++) {
    if (whole) {
      for (let i: usize = 0; i < length; i += 16) countOne(codes + i, image, count, 0, true, counters + i);
    } else {
      for (let i: usize = 0; i < length; i += 16) countOne(codes + i, image, count, shift, false, counters + i);
    }
    codes += line;
    counters += line;
  }
}

/** The digits of sixteen codes; whole codes are digits. */
// @ts-ignore: decorator
@inline
function digitsOf(codes: v128, shift: i32, whole: bool): v128 {
  return whole ? codes : v128.and(i16x8.shr_u(codes, shift), i8x16.splat(3));
}

/** Adds up sixteen bytes of all images. */
// @ts-ignore: decorator
@inline
function countOne(codes: usize, bytes: usize, count: i32, shift: i32, whole: bool, counters: usize): void {
  let halves = i32x4.splat(0);
  let sum = halves;
  let left = count;
  while (left >= 4) {
    const v0 = digitsOf(v128.load(codes), shift, whole);
    const v1 = digitsOf(v128.load(codes + bytes), shift, whole);
    const v2 = digitsOf(v128.load(codes + 2 * bytes), shift, whole);
    const v3 = digitsOf(v128.load(codes + 3 * bytes), shift, whole);
    const first = i8x16.add(lookUp(HALVES, v0), lookUp(HALVES, v1));
    const second = i8x16.add(lookUp(HALVES, v2), lookUp(HALVES, v3));
    halves = i8x16.add(halves, i8x16.add(first, second));
    sum = i8x16.add(sum, i8x16.add(i8x16.add(v0, v1), i8x16.add(v2, v3)));
    codes += 4 * bytes;
    left -= 4;
  }
  while (left > 0) {
    const v = digitsOf(v128.load(codes), shift, whole);
    halves = i8x16.add(halves, lookUp(HALVES, v));
    sum = i8x16.add(sum, v);
    codes += bytes;
    left--;
  }
  addCounts(halves, sum, counters, bytes);
}

// @ts-ignore: decorator
@inline
function addCounts(halves: v128, sum: v128, counters: usize, bytes: usize): void {
  const low = i8x16.splat(15);
  const twos = counters + bytes;
  const sums = counters + 2 * bytes;
  v128.store(counters, i8x16.add(v128.load(counters), v128.and(halves, low)));
  v128.store(twos, i8x16.add(v128.load(twos), v128.and(i16x8.shr_u(halves, 4), low)));
  v128.store(sums, i8x16.add(v128.load(sums), sum));
}

/** Table entries by indices below 16. */
// @ts-ignore: decorator
@inline
function lookUp(table: v128, indices: v128): v128 {
  return RELAXED ? i8x16.relaxed_swizzle(table, indices) : i8x16.swizzle(table, indices);
}

/** Lane i of the table counts level `low` in the low half of a byte and the next in the high half. */
// @ts-ignore: decorator
@inline
function halvesOf(low: i32): v128 {
  const lanes = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const one = v128.and(i8x16.eq(lanes, i8x16.splat(<i8>low)), i8x16.splat(1));
  const next = v128.and(i8x16.eq(lanes, i8x16.splat(<i8>(low + 1))), i8x16.splat(16));
  return v128.or(one, next);
}

/** Adds the two levels of a table to their counters, `plane` bytes apart. */
// @ts-ignore: decorator
@inline
function addHalves(halves: v128, counters: usize, plane: usize, both: bool): void {
  const low = i8x16.splat(15);
  v128.store(counters, i8x16.add(v128.load(counters), v128.and(halves, low)));
  if (!both) return;
  const next = counters + plane;
  v128.store(next, i8x16.add(v128.load(next), v128.and(i16x8.shr_u(halves, 4), low)));
}

/**
 * Eight levels of a digit from level `first`, those below `levels`: byte counters [level - first][image],
 * otherwise like `countTwoBits`; at most 15 images a call, 255 between two calls of `widenCounters`.
 */
export function countEightLevels(
  codes: usize, lines: usize, line: usize, length: usize, image: usize, count: i32, shift: i32, whole: bool,
  first: i32, levels: i32, counters: usize,
): void {
  if (whole) countEight(codes, lines, line, length, image, count, 0, true, first, levels, counters);
  else countEight(codes, lines, line, length, image, count, shift, false, first, levels, counters);
}

// @ts-ignore: decorator
@inline
function countEight(
  codes: usize, lines: usize, line: usize, length: usize, image: usize, count: i32, shift: i32, whole: bool,
  first: i32, levels: i32, counters: usize,
): void {
  // Bits that a 16-bit shift brings over from the neighbouring byte are masked away.
  const mask = i8x16.splat(<i8>((levels - 1) & (255 >> shift)));
  const t0 = halvesOf(first);
  const t1 = halvesOf(first + 2);
  const t2 = halvesOf(first + 4);
  const t3 = halvesOf(first + 6);
  const last = first + 7 < levels;
  for (let y: usize = 0; y < lines; y++) {
    for (let i: usize = 0; i < length; i += 16) {
      let h0 = i32x4.splat(0);
      let h1 = h0;
      let h2 = h0;
      let h3 = h0;
      let at = codes + i;
      for (let left = count; left > 0; left--) {
        let v = v128.load(at);
        if (!whole) v = v128.and(i16x8.shr_u(v, shift), mask);
        h0 = i8x16.add(h0, lookUp(t0, v));
        h1 = i8x16.add(h1, lookUp(t1, v));
        h2 = i8x16.add(h2, lookUp(t2, v));
        h3 = i8x16.add(h3, lookUp(t3, v));
        at += image;
      }
      const to = counters + i;
      addHalves(h0, to, image, true);
      addHalves(h1, to + 2 * image, image, true);
      addHalves(h2, to + 4 * image, image, true);
      addHalves(h3, to + 6 * image, image, last);
    }
    codes += line;
    counters += line;
  }
}

/** Bits of a one-bit digit: byte counters [image], otherwise like `countEightLevels`. */
export function countBits(
  codes: usize, lines: usize, line: usize, length: usize, image: usize, count: i32, shift: i32, counters: usize,
): void {
  const one = i8x16.splat(1);
  for (let y: usize = 0; y < lines; y++) {
    for (let i: usize = 0; i < length; i += 16) {
      let sum = v128.load(counters + i);
      let at = codes + i;
      for (let left = count; left > 0; left--) {
        sum = i8x16.add(sum, v128.and(i16x8.shr_u(v128.load(at), shift), one));
        at += image;
      }
      v128.store(counters + i, sum);
    }
    codes += line;
    counters += line;
  }
}

/** Adds byte counters to 32-bit ones and clears them; `length` counters, a multiple of 16. */
export function widenCounters(counters: usize, length: usize, wide: usize): void {
  const zero = i32x4.splat(0);
  for (let i: usize = 0; i < length; i += 16) {
    const n = v128.load(counters + i);
    const to = wide + (i << 2);
    const low = i16x8.extend_low_i8x16_u(n);
    const high = i16x8.extend_high_i8x16_u(n);
    v128.store(to, i32x4.add(v128.load(to), i32x4.extend_low_i16x8_u(low)));
    v128.store(to, i32x4.add(v128.load(to, 16), i32x4.extend_high_i16x8_u(low)), 16);
    v128.store(to, i32x4.add(v128.load(to, 32), i32x4.extend_low_i16x8_u(high)), 32);
    v128.store(to, i32x4.add(v128.load(to, 48), i32x4.extend_high_i16x8_u(high)), 48);
    v128.store(counters + i, zero);
  }
}

/** Many levels of a digit: 32-bit counters [levels][bytes], no limit but theirs. */
export function countManyLevels(
  codes: usize, bytes: usize, count: i32, shift: i32, levels: i32, wide: usize,
): void {
  for (let image = 0; image < count; image++) {
    for (let i: usize = 0; i < bytes; i++) {
      const level = (<usize>load<u8>(codes + i) >> shift) & (<usize>levels - 1);
      if (level == 0) continue;
      const counter = wide + (((level - 1) * bytes + i) << 2);
      store<u32>(counter, load<u32>(counter) + 1);
    }
    codes += bytes;
  }
}
