import { deflateSync, inflateSync } from 'node:zlib';

/** Counts as a text: how many bytes each takes, and the deflated bytes in base64. */
export interface PackedCounts {
  /** 1 to 7: the fewest that hold the largest count. */
  readonly width: number;
  readonly data: string;
}

const BYTE = 2 ** 8;
const WORD = 2 ** 32;
/** 2^53, the end of integers, needs seven bytes. */
const WIDEST = 7;

/**
 * Packs counts, integers from 0 to 2^53 - 1: all lowest bytes, then all second ones and so on, deflated. Counts are
 * about alike, so that the planes of high bytes are nearly empty.
 */
export function packCounts(counts: Float64Array): PackedCounts {
  const largest = counts.reduce((most, count) => Math.max(most, count), 0);
  let width = 1;
  while (BYTE ** width <= largest) width++;
  const planes = new Uint8Array(width * counts.length);
  for (let plane = 0; plane < width; plane++) {
    const start = plane * counts.length;
    // Shifts see the low 32 bits of a number: higher planes are cut off it first.
    const unit = plane < 4 ? 1 : WORD;
    const shift = 8 * (plane % 4);
    for (let i = 0; i < counts.length; i++) {
      planes[start + i] = Math.floor(counts[i] / unit) >>> shift;
    }
  }
  return { width, data: deflateSync(planes, { level: 1 }).toString('base64') };
}

/** The counts that {@link packCounts} packed; null where it did not pack `length` counts to this. */
export function unpackCounts({ width, data }: PackedCounts, length: number): Float64Array | null {
  if (!Number.isInteger(width) || width < 1 || width > WIDEST) return null;
  let planes: Uint8Array;
  try {
    // A byte more than there should be is enough to see that there is more.
    planes = inflateSync(Buffer.from(data, 'base64'), { maxOutputLength: width * length + 1 });
  } catch {
    return null;
  }
  if (planes.length !== width * length) return null;
  const counts = new Float64Array(length);
  for (let plane = 0; plane < width; plane++) {
    const unit = BYTE ** plane;
    for (let i = 0; i < length; i++) counts[i] += unit * planes[plane * length + i];
  }
  return counts.every(Number.isSafeInteger) ? counts : null;
}
