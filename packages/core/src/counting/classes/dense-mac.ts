import type { CountingScheme } from '../scheme.ts';

/**
 * Baseline: one multiplier product per entry, an adder tree, no search. Its "class" of all entries
 * has value 1 and the product itself as contribution.
 */
export const denseMac: CountingScheme = {
  name: 'dense-mac',
  title: 'Dense multiply-accumulate',
  summary: 'Multiply every entry, add the products.',
  family: 'baseline',
  usesRescaleSlots: false,
  classes: () => [
    {
      name: 'product',
      value: 1,
      searches: 0,
      contribution: (magnitude, activation) => magnitude * activation,
    },
  ],
  searchedBits: () => 0,
  multiplications: (entries) => entries,
};
