import type { CodesBuffer } from './plan/tensors.ts';

/** Where the counts of one histogram go, `[position][digit][level]`, positions channel first. */
export interface SpreadTarget {
  readonly counts: Float64Array;
  readonly levels: number;
  readonly digits: number;
  readonly images: number;
}

/**
 * Counters of one digit, `[level - 1][byte of the buffer]`, to counts; what is not another level is level 0.
 * A line of pixels at a time, for its counters stay in the cache while all channels are read.
 */
export function spreadLevels(
  counters: Uint8Array | Uint32Array,
  { extent, interior, lineBytes, pixelBytes, imageBytes }: CodesBuffer,
  { counts, levels, digits, images }: SpreadTarget,
  digit: number,
): void {
  const { channels, height, width } = extent;
  for (let y = 0; y < height; y++) {
    for (let c = 0; c < channels; c++) {
      let from = interior + y * lineBytes + c;
      let to = ((c * height + y) * width * digits + digit) * levels;
      for (let x = 0; x < width; x++) {
        let others = 0;
        for (let level = 1, at = from; level < levels; level++, at += imageBytes) {
          const count = counters[at];
          counts[to + level] = count;
          others += count;
        }
        counts[to] = images - others;
        from += pixelBytes;
        to += digits * levels;
      }
    }
  }
}

/** The same for two-bit digits, whose counters are level 1, level 2 and the sum n1 + 2 n2 + 3 n3. */
export function spreadSums(
  counters: Uint8Array | Uint32Array,
  { extent, interior, lineBytes, pixelBytes, imageBytes }: CodesBuffer,
  { counts, digits, images }: SpreadTarget,
  digit: number,
): void {
  const { channels, height, width } = extent;
  for (let y = 0; y < height; y++) {
    for (let c = 0; c < channels; c++) {
      let from = interior + y * lineBytes + c;
      let to = ((c * height + y) * width * digits + digit) * 4;
      for (let x = 0; x < width; x++) {
        const ones = counters[from];
        const twos = counters[from + imageBytes];
        const threes = (counters[from + 2 * imageBytes] - ones - 2 * twos) / 3;
        counts[to] = images - ones - twos - threes;
        counts[to + 1] = ones;
        counts[to + 2] = twos;
        counts[to + 3] = threes;
        from += pixelBytes;
        to += digits * 4;
      }
    }
  }
}
