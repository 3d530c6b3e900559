import { bitsFor, oneTo, type CountingScheme } from '../scheme.ts';

/**
 * A class is a weight magnitude m: the activations of the entries that hold it are summed (by sign),
 * the sum is multiplied once by m. This is the factorisation of UCNN: Hegde et al., "UCNN: Exploiting
 * Computational Reuse in Deep Neural Networks via Weight Repetition", ISCA 2018, found here by search
 * and not by UCNN's indirection tables.
 */
export const weightLevels: CountingScheme = {
  name: 'weight-levels',
  title: 'Weight levels (unique-weight grouping, UCNN)',
  summary:
    'Search each nonzero weight magnitude m, sum the activations of the matches, multiply the sum by m.',
  family: 'grouping',
  usesRescaleSlots: true,
  classes: ({ maxMagnitude }) =>
    oneTo(maxMagnitude).map((m) => ({
      name: `w${m}`,
      value: m,
      searches: 1,
      contribution: (magnitude: number, activation: number) => (magnitude === m ? activation : 0),
    })),
  searchedBits: ({ maxMagnitude }) => bitsFor(maxMagnitude),
};
