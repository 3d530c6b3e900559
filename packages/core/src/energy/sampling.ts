/** How an input is spread between its ends, its typical value the mode. */
export type SpreadDistribution = 'triangular' | 'log-triangular';

export const SPREAD_DISTRIBUTIONS = [
  'triangular',
  'log-triangular',
] as const satisfies readonly SpreadDistribution[];

/**
 * Seeded random numbers in [0, 1): sfc32 of Chris Doty-Humphrey (PractRand), its state from a seed and a name by
 * FNV-1a. The same seed and name give the same sequence on every machine; each input has a stream of its own, so a
 * further input changes no other's numbers.
 */
export function uniformStream(seed: number, name: string): () => number {
  let hash = 0x811c9dc5;
  for (const character of `${seed}/${name}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  let [a, b, c, counter] = [hash, Math.imul(hash, 0x9e3779b9), ~hash, 1];
  const next = (): number => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return (result >>> 0) / 2 ** 32;
  };
  // The first outputs still show the likeness of like seeds.
  for (let i = 0; i < 15; i++) next();
  return next;
}

/**
 * Inverse of the cumulative triangular distribution.
 *
 * @param low,mode,high low <= mode <= high
 * @param share in [0, 1)
 */
export function triangular(low: number, mode: number, high: number, share: number): number {
  const width = high - low;
  if (width === 0) return mode;
  const value =
    share * width < mode - low
      ? low + Math.sqrt(share * width * (mode - low))
      : high - Math.sqrt((1 - share) * width * (high - mode));
  // The ends are bounds, also where products of tiny widths underflow.
  return Math.min(high, Math.max(low, value));
}

/**
 * Values between two ends by the share of the distribution below them. `log-triangular` is triangular in the logarithm: fit
 * for ends that lie a factor apart; where the low end is 0 it falls back to triangular.
 *
 * @returns the inverse of the cumulative distribution, for shares in [0, 1)
 */
export function spreadSampler(
  { low, typical, high }: { readonly low: number; readonly typical: number; readonly high: number },
  distribution: SpreadDistribution,
): (share: number) => number {
  switch (distribution) {
    case 'triangular':
      return (share) => triangular(low, typical, high, share);
    case 'log-triangular': {
      if (low <= 0) return (share) => triangular(low, typical, high, share);
      const [from, mode, to] = [Math.log(low), Math.log(typical), Math.log(high)];
      // exp(log(x)) may miss x by a rounding; the ends are bounds.
      return (share) => Math.min(high, Math.max(low, Math.exp(triangular(from, mode, to, share))));
    }
    default:
      return distribution satisfies never;
  }
}
