import type { OnnxOperator } from '../operator.ts';
import type { OnnxElementType } from '../tensor.ts';
import { NUMERIC_TYPES } from './support/elements.ts';
import { broadcastPredicate } from './support/binary.ts';
import { required } from './support/inputs.ts';
import { unary } from './support/unary.ts';

type Predicate = (a: number | bigint, b: number | bigint) => boolean;

function predicate(
  name: string,
  first: number,
  types: readonly OnnxElementType[],
  holds: Predicate,
): OnnxOperator {
  return {
    name,
    domain: '',
    opsets: [first, 25],
    placement: 'folded',
    attributes: [],
    limits: 'of constants and shapes',
    evaluate(inputs, context) {
      const a = required(context, inputs, 0);
      const b = required(context, inputs, 1);
      return [broadcastPredicate(context, a, b, types, holds)];
    },
  };
}

/** Comparisons and logic, with broadcasting. */
export const comparisons: readonly OnnxOperator[] = [
  predicate('Equal', 7, [...NUMERIC_TYPES, 'bool'], (a, b) => a === b),
  predicate('Greater', 7, NUMERIC_TYPES, (a, b) => a > b),
  predicate('Less', 7, NUMERIC_TYPES, (a, b) => a < b),
  predicate('GreaterOrEqual', 12, NUMERIC_TYPES, (a, b) => a >= b),
  predicate('LessOrEqual', 12, NUMERIC_TYPES, (a, b) => a <= b),
  predicate('And', 7, ['bool'], (a, b) => a !== 0 && b !== 0),
  predicate('Or', 7, ['bool'], (a, b) => a !== 0 || b !== 0),
  predicate('Xor', 7, ['bool'], (a, b) => (a !== 0) !== (b !== 0)),
  unary({
    name: 'Not',
    opsets: [1, 25],
    placement: 'folded',
    limits: 'of constants and shapes',
    types: ['bool'],
    bind: () => (x) => (x === 0 ? 1 : 0),
  }),
];
