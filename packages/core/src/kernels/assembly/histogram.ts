// How often each digit level occurs at each byte of a code buffer, over a batch of images.

/**
 * Few levels: byte counters [level - 1][bytes], `bytes` a multiple of 16; a level's counter takes at
 * most 255 images between two resets.
 */
export function countLevels(
  codes: usize,
  bytes: usize,
  count: i32,
  shift: i32,
  mask: i32,
  levels: i32,
  counters: usize,
): void {
  const masks = i8x16.splat(<i8>mask);
  if (levels == 4) {
    const one = i8x16.splat(1);
    const two = i8x16.splat(2);
    for (let i: usize = 0; i < bytes; i += 16) {
      let n1 = v128.load(counters + i);
      let n2 = v128.load(counters + bytes + i);
      let n3 = v128.load(counters + 2 * bytes + i);
      let at = codes + i;
      for (let image = 0; image < count; image++) {
        const v = v128.and(i8x16.shr_u(v128.load(at), shift), masks);
        n1 = i8x16.sub(n1, i8x16.eq(v, one));
        n2 = i8x16.sub(n2, i8x16.eq(v, two));
        n3 = i8x16.sub(n3, i8x16.eq(v, masks));
        at += bytes;
      }
      v128.store(counters + i, n1);
      v128.store(counters + bytes + i, n2);
      v128.store(counters + 2 * bytes + i, n3);
    }
    return;
  }
  for (let level = 1; level < levels; level++) {
    const wanted = i8x16.splat(<i8>level);
    const counter = counters + <usize>(level - 1) * bytes;
    for (let i: usize = 0; i < bytes; i += 16) {
      let n = v128.load(counter + i);
      let at = codes + i;
      for (let image = 0; image < count; image++) {
        const v = v128.and(i8x16.shr_u(v128.load(at), shift), masks);
        n = i8x16.sub(n, i8x16.eq(v, wanted));
        at += bytes;
      }
      v128.store(counter + i, n);
    }
  }
}

/** Many levels: 16-bit counters [bytes][levels], at most 65535 images between two resets. */
export function countManyLevels(
  codes: usize,
  bytes: usize,
  count: i32,
  shift: i32,
  mask: i32,
  levels: i32,
  counters: usize,
): void {
  for (let image = 0; image < count; image++) {
    for (let i: usize = 0; i < bytes; i++) {
      const level = ((<i32>load<u8>(codes + i)) >> shift) & mask;
      const counter = counters + ((i * levels + level) << 1);
      store<u16>(counter, load<u16>(counter) + 1);
    }
    codes += bytes;
  }
}
