import type { MacroSpec } from '../../chip/index.ts';

/** A key as the table of the theory of operation has it ("Search keys"). */
export interface SpecifiedKey {
  readonly magnitude: number;
  /** Activation, or the bit plane. */
  readonly operand: number;
  readonly value: number;
  readonly classIndex: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** How keys are sorted and which of them make a class: successive keys with the same class numbers. */
interface Order {
  readonly rank: (magnitude: number, operand: number) => readonly number[];
  readonly classOf: (magnitude: number, operand: number) => readonly number[];
}

function orderOf(spec: MacroSpec): Order {
  switch (spec.scheme) {
    case 'ordered-pairs':
    case 'weight-bit-planes':
      return { rank: (m, o) => [m, o], classOf: (m, o) => [m, o] };
    case 'unordered-pairs':
      return {
        rank: (m, v) => [Math.min(m, v), Math.max(m, v), m],
        classOf: (m, v) => [Math.min(m, v), Math.max(m, v)],
      };
    case 'distinct-products':
      return { rank: (m, v) => [m * v, m], classOf: (m, v) => [m * v] };
    default:
      return spec.scheme satisfies never;
  }
}

const compare = (a: readonly number[], b: readonly number[]): number =>
  a.map((value, index) => value - b[index]).find((difference) => difference !== 0) ?? 0;

/**
 * Keys of a macro: all pairs, sorted. Deliberately not the enumeration that the search driver is generated from: the
 * proofs compare the two.
 */
export function specifiedKeys(spec: MacroSpec): readonly SpecifiedKey[] {
  const { rank, classOf } = orderOf(spec);
  const planes = spec.search === 'bit-plane';
  const operands = planes
    ? Array.from({ length: spec.activationBits }, (_, plane) => plane)
    : Array.from({ length: spec.maxActivation }, (_, index) => index + 1);
  const pairs = Array.from({ length: spec.maxMagnitude }, (_, index) => index + 1)
    .flatMap((magnitude) => operands.map((operand) => ({ magnitude, operand })))
    .sort((a, b) => compare(rank(a.magnitude, a.operand), rank(b.magnitude, b.operand)));
  const sameClass = (a: number, b: number): boolean => {
    const [one, other] = [pairs.at(a), pairs.at(b)];
    if (a < 0 || one === undefined || other === undefined) return false;
    return compare(classOf(one.magnitude, one.operand), classOf(other.magnitude, other.operand)) === 0;
  };
  let classIndex = -1;
  return pairs.map(({ magnitude, operand }, index) => {
    const isFirst = !sameClass(index - 1, index);
    if (isFirst) classIndex++;
    return {
      magnitude,
      operand,
      value: magnitude * (planes ? 2 ** operand : operand),
      classIndex,
      isFirst,
      isLast: !sameClass(index, index + 1),
    };
  });
}
