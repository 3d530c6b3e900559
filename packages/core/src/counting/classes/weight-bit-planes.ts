import { bitsFor, oneTo, type CountingScheme } from '../scheme.ts';

/**
 * A class is (weight magnitude m, activation bit j): the memory searches m, a multiplexer selects
 * bit j of each activation, and entries with both count. W3 sign-magnitude x A3: 3 x 3 = 9 classes.
 *
 * Reconstructed: the reading of Zhu et al., IEEE JETCAS 10(3):283-294, 2020, that best fits its
 * "content addressable memory cells and multiplexed arrays".
 */
export const weightBitPlanes: CountingScheme = {
  name: 'weight-bit-planes',
  title: 'Weight level x activation bit-plane',
  summary: 'Search each weight magnitude m, select activation bit j, count by sign, multiply by m * 2^j.',
  family: 'counting',
  usesRescaleSlots: true,
  classes: ({ maxMagnitude, maxActivation }) =>
    oneTo(maxMagnitude).flatMap((m) =>
      oneTo(bitsFor(maxActivation)).map((plane) => ({
        name: `${m}.bit${plane - 1}`,
        value: m * 2 ** (plane - 1),
        searches: 1,
        contribution: (magnitude: number, activation: number) =>
          magnitude === m ? (activation >> (plane - 1)) & 1 : 0,
      })),
    ),
  searchedBits: ({ maxMagnitude }) => bitsFor(maxMagnitude) + 1,
};
