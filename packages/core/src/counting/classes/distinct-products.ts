import { bitsFor, oneTo, type CountingScheme } from '../scheme.ts';

/**
 * A class is a distinct product p = |w| * a; every pair that makes p is a search key into the same
 * count. W3 two's complement x A3: 28 keys, 19 classes.
 *
 * Close to product-class popcount, US patent 12,260,188 (KETI).
 */
export const distinctProducts: CountingScheme = {
  name: 'distinct-products',
  title: 'Distinct products',
  summary: 'Search every pair whose product is p into one count; multiply once per distinct product.',
  family: 'counting',
  usesRescaleSlots: true,
  classes: ({ maxMagnitude, maxActivation }) => {
    const keys = new Map<number, number>();
    for (const m of oneTo(maxMagnitude)) {
      for (const v of oneTo(maxActivation)) keys.set(m * v, (keys.get(m * v) ?? 0) + 1);
    }
    return [...keys]
      .sort(([p], [q]) => p - q)
      .map(([product, searches]) => ({
        name: `p${product}`,
        value: product,
        searches,
        contribution: (magnitude: number, activation: number) => (magnitude * activation === product ? 1 : 0),
      }));
  },
  searchedBits: ({ maxMagnitude, maxActivation }) => bitsFor(maxMagnitude) + bitsFor(maxActivation),
};
