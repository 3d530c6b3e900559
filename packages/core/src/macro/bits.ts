/** Bits of an index below n: max(1, ceil(log2 n)). */
export function slotBits(n: number): number {
  return n <= 2 ? 1 : 32 - Math.clz32(n - 1);
}

/** Bits of an unsigned number up to `max`, at least 1. */
export function numberBits(max: number): number {
  return max < 1 ? 1 : 32 - Math.clz32(max);
}

/** Ones of a 32-bit word. */
export function popcount32(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  n = (n + (n >>> 4)) & 0x0f0f0f0f;
  return Math.imul(n, 0x01010101) >>> 24;
}

/** Ones of the two 16-bit halves of a word, each in its half. */
export function popcountHalves(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  n = (n + (n >>> 4)) & 0x0f0f0f0f;
  return (n + (n >>> 8)) & 0x00ff00ff;
}

/** Ones of a stretch of 32-bit words. */
export function popcountWords(words: Int32Array, first: number, count: number): number {
  let ones = 0;
  for (let i = first; i < first + count; i++) ones += popcount32(words[i]);
  return ones;
}

/** A number as a register of `bits` (1 to 32) bits holds it, read as two's complement. Exact below 2^53. */
export function wrapSigned(value: number, bits: number): number {
  const unused = 32 - bits;
  return ((value | 0) << unused) >> unused;
}

/** The bit pattern of a two's complement number in `bits` (1 to 32) bits, unsigned. */
export function maskBits(value: number, bits: number): number {
  return (value & (0xffffffff >>> (32 - bits))) >>> 0;
}

/** True when a two's complement register of `bits` (1 to 32) bits holds the number. */
export function fitsSigned(value: number, bits: number): boolean {
  return wrapSigned(value, bits) === value;
}
