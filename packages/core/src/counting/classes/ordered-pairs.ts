import { bitsFor, oneTo, type CountingScheme } from '../scheme.ts';

/**
 * A class is an ordered pair (|w|, a); the search compares both operands at once, the sign of the
 * weight splits the count. W3 sign-magnitude x A2: 3 x 3 = 9 classes.
 *
 * Reconstructed: the reading of Zhu et al., IEEE JETCAS 10(3):283-294, 2020, that best fits its
 * published 12.8x (9 classes and one more slot per 128 entries).
 */
export const orderedPairs: CountingScheme = {
  name: 'ordered-pairs',
  title: 'Ordered magnitude pairs',
  summary:
    'Search each pair (|w|, a) of nonzero magnitudes, count matches by sign, multiply the count by |w| * a.',
  family: 'counting',
  usesRescaleSlots: true,
  classes: ({ maxMagnitude, maxActivation }) =>
    oneTo(maxMagnitude).flatMap((m) =>
      oneTo(maxActivation).map((v) => ({
        name: `${m}x${v}`,
        value: m * v,
        searches: 1,
        contribution: (magnitude: number, activation: number) =>
          magnitude === m && activation === v ? 1 : 0,
      })),
    ),
  searchedBits: ({ maxMagnitude, maxActivation }) => bitsFor(maxMagnitude) + bitsFor(maxActivation),
};
