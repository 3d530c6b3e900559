/** Tommy Ettinger's mulberry32: uniform numbers in [0, 1) from a 32-bit seed, the same everywhere. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Random images: `count` times `size` codes of `bits` bits. */
export function randomImages(count: number, size: number, bits: number, seed: number): Uint8Array {
  const random = mulberry32(seed);
  return Uint8Array.from({ length: count * size }, () => Math.floor(random() * 2 ** bits));
}
