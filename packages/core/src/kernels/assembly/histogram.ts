// How often each digit level occurs at each byte of a code buffer, over a batch of images.

/**
 * Codes of 0..3 taken whole: byte counters [3][bytes], `bytes` a multiple of 16; at most 255 images
 * between two calls of `widenCounters`.
 */
export function countTwoBits(codes: usize, bytes: usize, count: i32, counters: usize): void {
  const one = i8x16.splat(1);
  const two = i8x16.splat(2);
  const three = i8x16.splat(3);
  for (let i: usize = 0; i < bytes; i += 16) {
    const to = counters + i;
    let n1 = v128.load(to);
    let n2 = v128.load(to + bytes);
    let n3 = v128.load(to + 2 * bytes);
    let at = codes + i;
    for (let image = 0; image < count; image++) {
      const v = v128.load(at);
      n1 = i8x16.sub(n1, i8x16.eq(v, one));
      n2 = i8x16.sub(n2, i8x16.eq(v, two));
      n3 = i8x16.sub(n3, i8x16.eq(v, three));
      at += bytes;
    }
    v128.store(to, n1);
    v128.store(to + bytes, n2);
    v128.store(to + 2 * bytes, n3);
  }
}

/** Few levels of a digit: byte counters [level - 1][bytes], otherwise like `countTwoBits`. */
export function countLevels(
  codes: usize, bytes: usize, count: i32, shift: i32, levels: i32, counters: usize,
): void {
  // Bits that a 16-bit shift brings over from the neighbouring byte are masked away.
  const mask = i8x16.splat(<i8>((levels - 1) & (255 >> shift)));
  for (let level = 1; level < levels; level++) {
    const wanted = i8x16.splat(<i8>level);
    const counter = counters + <usize>(level - 1) * bytes;
    for (let i: usize = 0; i < bytes; i += 16) {
      let n = v128.load(counter + i);
      let at = codes + i;
      for (let image = 0; image < count; image++) {
        const v = v128.and(i16x8.shr_u(v128.load(at), shift), mask);
        n = i8x16.sub(n, i8x16.eq(v, wanted));
        at += bytes;
      }
      v128.store(counter + i, n);
    }
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
