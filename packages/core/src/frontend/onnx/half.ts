const word = new Uint32Array(1);
const real = new Float32Array(word.buffer);

/** Value of a bfloat16 given by its bits: the upper half of a float32. */
export function bfloat16Value(bits: number): number {
  word[0] = bits << 16;
  return real[0];
}

/** Value of an IEEE 754 binary16 given by its bits. */
export function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
