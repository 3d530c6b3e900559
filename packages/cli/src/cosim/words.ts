/** 32-bit words that hold `bits` bits. */
export function wordsOf(bits: number): number {
  return Math.max(1, Math.ceil(bits / 32));
}

/**
 * Writes the low `bits` bits of a number (two's complement) into words, least significant first; bits that are not
 * written keep what they hold, which must be 0.
 *
 * @param value safe integer
 * @param bits 1 to 53
 * @param at first bit
 */
export function putBits(words: Uint32Array, offset: number, at: number, value: number, bits: number): void {
  let rest = value;
  let left = bits;
  let position = at;
  while (left > 0) {
    const shift = position & 31;
    const count = Math.min(32 - shift, left);
    const chunk = rest - Math.floor(rest / 2 ** count) * 2 ** count;
    words[offset + (position >>> 5)] |= chunk << shift;
    rest = Math.floor(rest / 2 ** count);
    left -= count;
    position += count;
  }
}

/** Words, least significant first, as one hexadecimal number of as many digits as the bits need. */
export function hexOf(words: ArrayLike<number>, offset: number, bits: number): string {
  let text = '';
  for (let word = wordsOf(bits) - 1; word >= 0; word--) {
    text += (words[offset + word] >>> 0).toString(16).padStart(8, '0');
  }
  return `0x${text.slice(-Math.ceil(bits / 4))}`;
}
