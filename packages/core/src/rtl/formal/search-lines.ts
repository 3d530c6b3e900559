import {
  bit,
  conditional,
  equal,
  literal,
  negate,
  ref,
  slice,
  zero,
  zeroExtend,
  and,
  type Expression,
  type Ref,
} from '../ast/index.ts';
import type { Geometry } from '../geometry.ts';
import { bitOf } from './monitor.ts';

/** Bits in which every weight and its negative are two's complement numbers. */
export const weightValueBits = ({ spec }: Geometry): number => spec.weightBits + 1;

/** The weight that a code of entry `entry` stands for, as a two's complement number of `bits` bits. */
export function weightValue({ spec }: Geometry, row: Ref, entry: number, bits: number): Expression {
  const { weightBits, weightSystem } = spec;
  const start = entry * weightBits;
  const sign = bitOf(row, start + weightBits - 1);
  const magnitude = zeroExtend(slice(row, start, weightBits - 1), bits);
  switch (weightSystem) {
    case 'sign-magnitude':
      return conditional(sign, negate(magnitude), magnitude);
    case 'twos-complement':
      // The sign bit weighs -2^(bits - 1).
      return {
        kind: 'binary',
        operator: 'subtract',
        left: magnitude,
        right: conditional(sign, literal(bits, 2 ** (weightBits - 1)), zero(bits)),
      };
    default:
      return weightSystem satisfies never;
  }
}

/** The activation of entry `entry`, unsigned, in `bits` bits. */
export const activationValue = ({ spec }: Geometry, row: Ref, entry: number, bits: number): Expression =>
  zeroExtend(slice(row, entry * spec.activationBits, spec.activationBits), bits);

/** Lines of the weights' search port and what each must carry for a magnitude (an unsigned net of weightBits bits). */
export function weightLines(geometry: Geometry, magnitude: Ref): readonly (readonly [Ref, Expression])[] {
  const { spec } = geometry;
  const bits = spec.weightBits;
  switch (spec.weightSystem) {
    case 'sign-magnitude':
      return [
        [ref('search_magnitude', bits - 1), slice(magnitude, 0, bits - 1)],
        [ref('search_pos'), zero(1)],
        [ref('search_neg'), literal(1, 1)],
      ];
    case 'twos-complement': {
      // +m has a code unless it is 2^(bits - 1).
      const exists = equal(bit(magnitude, bits - 1), zero(1));
      return [
        [ref('enable_pos'), exists],
        [ref('search_pos', bits), conditional(exists, magnitude, zero(bits))],
        [ref('search_neg', bits), negate(magnitude)],
      ];
    }
    default:
      return spec.weightSystem satisfies never;
  }
}

/** The operand's port; for bit planes one line per plane. */
export const operandLine = ({ spec }: Geometry): Ref =>
  ref(spec.search === 'pair' ? 'search_activation' : 'search_plane', spec.activationBits);

export const all = (conditions: readonly Expression[]): Expression => and(...conditions);
