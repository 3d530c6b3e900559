/** Up to this dimension every size is searched. */
const ALL_SIZES_UP_TO = 16;

/**
 * Tile sizes of one dimension that are searched, largest first: the smallest size of every number of tiles
 * (t = ceil(D / ceil(D / t))), the multiples of `whole`, and every size where D is at most 16.
 *
 * @param dimension D, 1 or more
 * @param whole a size that fills the macro's rows (outputs) or whole vectors (channels); `dimension` or more for none
 * @example tileSizes(56, 56) // 56, 28, 19, 14, 12, 10, 8, 7, 6, 5, 4, 3, 2, 1
 */
export function tileSizes(dimension: number, whole: number): readonly number[] {
  const sizes = new Set<number>();
  // ceil(D / n) for n = 1, 2, ...: from one value the next n that changes it follows, so that no n is tried in vain.
  for (let size = dimension; size >= 1; size = nextSmaller(dimension, size)) sizes.add(size);
  for (let size = whole; size < dimension; size += whole) sizes.add(size);
  if (dimension <= ALL_SIZES_UP_TO) for (let size = 1; size <= dimension; size++) sizes.add(size);
  return [...sizes].sort((a, b) => b - a);
}

/** The largest ceil(D / n) below `size`; 0 when there is none. */
function nextSmaller(dimension: number, size: number): number {
  return size === 1 ? 0 : Math.ceil(dimension / Math.ceil(dimension / (size - 1)));
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Fewest channels whose entries fill whole vectors: N / gcd(N, kernel). */
export function channelsOfWholeChunks(entries: number, kernel: number): number {
  return entries / greatestCommonDivisor(entries, kernel);
}
