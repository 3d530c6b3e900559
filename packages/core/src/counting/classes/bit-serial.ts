import { bitsFor, oneTo, type CountingScheme } from '../scheme.ts';

/**
 * Baseline: AND of weight bit i and activation bit j over all entries, popcount by sign, shift by
 * i + j. W3 sign-magnitude x A2: 2 x 2 = 4 plane pairs. Its multiplications are all shifts; they are
 * counted like those of every other scheme, because the published 12.8x counts the class of value 1 too.
 * Dot products by AND and popcount of bit-planes: Zhou et al., "DoReFa-Net", arXiv:1606.06160, 2016.
 */
export const bitSerial: CountingScheme = {
  name: 'bit-serial',
  title: 'Bit-serial AND-popcount',
  summary: 'AND weight bit i with activation bit j, popcount by sign, shift by i + j.',
  family: 'baseline',
  usesRescaleSlots: true,
  classes: ({ maxMagnitude, maxActivation }) =>
    oneTo(bitsFor(maxMagnitude)).flatMap((i) =>
      oneTo(bitsFor(maxActivation)).map((j) => ({
        name: `bit${i - 1}.bit${j - 1}`,
        value: 2 ** (i + j - 2),
        searches: 1,
        contribution: (magnitude: number, activation: number) =>
          (magnitude >> (i - 1)) & (activation >> (j - 1)) & 1,
      })),
    ),
  searchedBits: () => 2,
};
