import { bitsFor, oneTo, type CountingScheme } from '../scheme.ts';

/**
 * A class is an unordered pair {x, y}: (|w|, a) = (x, y) and (y, x) share a count and a
 * multiplication, but each order is a search key of its own.
 * W3 sign-magnitude x A2: 6 classes, 9 searches.
 */
export const unorderedPairs: CountingScheme = {
  name: 'unordered-pairs',
  title: 'Unordered magnitude pairs',
  summary: 'Search (x, y) and (y, x) into one count; multiply once per unordered pair.',
  family: 'counting',
  usesRescaleSlots: true,
  classes: ({ maxMagnitude, maxActivation }) => {
    const reachable = (m: number, v: number): boolean => m <= maxMagnitude && v <= maxActivation;
    const largest = Math.max(maxMagnitude, maxActivation);
    return oneTo(largest).flatMap((x) =>
      oneTo(largest)
        .filter((y) => y >= x && (reachable(x, y) || reachable(y, x)))
        .map((y) => ({
          name: `{${x},${y}}`,
          value: x * y,
          searches: x === y ? 1 : Number(reachable(x, y)) + Number(reachable(y, x)),
          contribution: (magnitude: number, activation: number) =>
            (magnitude === x && activation === y) || (magnitude === y && activation === x) ? 1 : 0,
        })),
    );
  },
  searchedBits: ({ maxMagnitude, maxActivation }) => bitsFor(maxMagnitude) + bitsFor(maxActivation),
};
