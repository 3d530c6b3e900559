import type { MacroSpec } from '../chip/index.ts';

/** What one slot of a step searches for. */
export interface SearchKey {
  /** |weight| that matches, 1 to maxMagnitude. */
  readonly magnitude: number;
  /** Activation that matches (pair search), or the bit plane that is counted (bit-plane search). */
  readonly operand: number;
  /** Index of the class that the key belongs to. */
  readonly classIndex: number;
}

/** Keys in the order of their slots, and the value of each class. Keys of a class follow each other. */
export interface SearchKeys {
  readonly keys: readonly SearchKey[];
  readonly classValues: readonly number[];
}

type Pair = readonly [magnitude: number, operand: number];

interface KeyClass {
  readonly value: number;
  readonly pairs: readonly Pair[];
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

function orderedPairs({ maxMagnitude, maxActivation }: MacroSpec): KeyClass[] {
  return upTo(maxMagnitude).flatMap((m) =>
    upTo(maxActivation).map((v) => ({ value: m * v, pairs: [[m, v]] })),
  );
}

function unorderedPairs({ maxMagnitude, maxActivation }: MacroSpec): KeyClass[] {
  const exists = ([m, v]: Pair) => m <= maxMagnitude && v <= maxActivation;
  const largest = Math.max(maxMagnitude, maxActivation);
  return upTo(largest).flatMap((x) =>
    upTo(largest)
      .filter((y) => y >= x)
      .map((y) => {
        const orders: Pair[] =
          x === y
            ? [[x, x]]
            : [
                [x, y],
                [y, x],
              ];
        return { value: x * y, pairs: orders.filter(exists) };
      })
      .filter(({ pairs }) => pairs.length > 0),
  );
}

function distinctProducts({ maxMagnitude, maxActivation }: MacroSpec): KeyClass[] {
  return upTo(maxMagnitude * maxActivation)
    .map((product) => ({
      value: product,
      pairs: upTo(maxMagnitude)
        .filter((m) => product % m === 0 && product / m <= maxActivation)
        .map((m): Pair => [m, product / m]),
    }))
    .filter(({ pairs }) => pairs.length > 0);
}

function weightBitPlanes({ maxMagnitude, activationBits }: MacroSpec): KeyClass[] {
  const planes = Array.from({ length: activationBits }, (_, plane) => plane);
  return upTo(maxMagnitude).flatMap((m) => planes.map((j) => ({ value: m * 2 ** j, pairs: [[m, j]] })));
}

function classesOf(spec: MacroSpec): KeyClass[] {
  switch (spec.scheme) {
    case 'ordered-pairs':
      return orderedPairs(spec);
    case 'unordered-pairs':
      return unorderedPairs(spec);
    case 'distinct-products':
      return distinctProducts(spec);
    case 'weight-bit-planes':
      return weightBitPlanes(spec);
    default:
      return spec.scheme satisfies never;
  }
}

/**
 * The keys that the search driver holds (theory of operation, "Search keys"). Enumerated here from the spec alone: the
 * simulator has its own enumeration, and co-simulation compares the two.
 */
export function searchKeys(spec: MacroSpec): SearchKeys {
  const classes = classesOf(spec);
  return {
    keys: classes.flatMap(({ pairs }, classIndex) =>
      pairs.map(([magnitude, operand]) => ({ magnitude, operand, classIndex })),
    ),
    classValues: classes.map(({ value }) => value),
  };
}
