import { bitsFor, oneTo, type CountingScheme } from '../scheme.ts';

/**
 * A class is an activation level v: the signed weights of the entries that hold it are summed, the
 * sum is multiplied once by v. A2: 3 classes; an adder tree over weights takes the place of the popcount.
 */
export const activationLevels: CountingScheme = {
  name: 'activation-levels',
  title: 'Activation levels',
  summary: 'Search each nonzero activation level v, sum the weights of the matches, multiply the sum by v.',
  family: 'grouping',
  usesRescaleSlots: true,
  classes: ({ maxActivation }) =>
    oneTo(maxActivation).map((v) => ({
      name: `a${v}`,
      value: v,
      searches: 1,
      contribution: (magnitude: number, activation: number) => (activation === v ? magnitude : 0),
    })),
  searchedBits: ({ maxActivation }) => bitsFor(maxActivation),
};
