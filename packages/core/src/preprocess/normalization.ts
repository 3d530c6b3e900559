/**
 * How a network wants its pixels: (x / 255 - mean[c]) / std[c] for code x of channel c, as torchvision's
 * `ToTensor` and `Normalize` do.
 */
export interface Normalization {
  /** Per channel, of x / 255. */
  readonly mean: readonly number[];
  /** Per channel, of x / 255; above 0. */
  readonly std: readonly number[];
}

/** Known by name: torchvision's constants for networks trained on ImageNet, and x / 255 alone. */
export const NORMALIZATIONS = {
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  none: { mean: [0, 0, 0], std: [1, 1, 1] },
} as const satisfies Readonly<Record<string, Normalization>>;

/**
 * What each of the 256 codes of each channel becomes: float32, channels x 256. The arithmetic is
 * torchvision's, float32 after every step.
 */
export function normalizationTable({ mean, std }: Normalization): Float32Array {
  const table = new Float32Array(mean.length * 256);
  for (let c = 0; c < mean.length; c++) {
    const average = Math.fround(mean[c]);
    const deviation = Math.fround(std[c]);
    for (let code = 0; code < 256; code++) {
      const scaled = Math.fround(code / 255);
      table[c * 256 + code] = Math.fround(scaled - average) / deviation;
    }
  }
  return table;
}

/**
 * Normalised pixels.
 *
 * @param planar uint8, any number of images of channels x rows x columns with the table's channels
 * @param table of {@link normalizationTable}
 * @param out as many elements as `planar`; default: a new array
 */
export function normalize(
  planar: Uint8Array,
  pixelsPerChannel: number,
  table: Float32Array,
  out: Float32Array = new Float32Array(planar.length),
): Float32Array {
  const channels = table.length / 256;
  for (let start = 0, c = 0; start < planar.length; start += pixelsPerChannel, c = (c + 1) % channels) {
    const row = c * 256;
    for (let p = start; p < start + pixelsPerChannel; p++) out[p] = table[row + planar[p]];
  }
  return out;
}
