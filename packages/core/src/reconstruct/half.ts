/**
 * Half-precision floats (IEEE 754 binary16) as 16-bit words: feature maps kept for training take half the
 * memory, with a relative error of at most 2^-11.
 */
const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

/** Largest finite half. */
const LARGEST = 65504;

/** Value of every 16-bit word. */
const values: Float32Array = (() => {
  const table = new Float32Array(65536);
  for (let word = 0; word < 65536; word++) {
    const exponent = (word >> 10) & 31;
    const mantissa = word & 1023;
    const magnitude =
      exponent === 0
        ? mantissa * 2 ** -24
        : exponent === 31
          ? NaN
          : (1 + mantissa / 1024) * 2 ** (exponent - 15);
    table[word] = word >> 15 === 1 ? -magnitude : magnitude;
  }
  return table;
})();

/** The half nearest to a finite number, ties to even; what is too large becomes the largest half. */
export function toHalf(value: number): number {
  single[0] = Math.min(LARGEST, Math.max(-LARGEST, value));
  const [word] = bits;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  // Below the smallest normal half the unit is 2^-24.
  if (magnitude < 0x38800000) {
    const units = Math.abs(single[0]) * 2 ** 24;
    const below = Math.floor(units);
    const rest = units - below;
    return sign | (below + (rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? 1 : 0));
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

/** Writes `source` as halves to `target` from element `at` on. */
export function writeHalves(source: Float32Array, target: Uint16Array, at: number): void {
  for (let i = 0; i < source.length; i++) target[at + i] = toHalf(source[i] ?? 0);
}

/** Reads `length` halves from element `from` on into `target` from element `at` on. */
export function readHalves(
  source: Uint16Array,
  from: number,
  length: number,
  target: Float32Array,
  at: number,
): void {
  for (let i = 0; i < length; i++) target[at + i] = values[source[from + i] ?? 0] ?? 0;
}
