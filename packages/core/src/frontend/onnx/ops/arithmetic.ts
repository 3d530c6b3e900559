import type { EvaluationContext, OnnxOperator, Placement } from '../operator.ts';
import type { OnnxElementType } from '../tensor.ts';
import { FLOAT_TYPES, NUMERIC_TYPES } from './support/elements.ts';
import { broadcastBinary, type BinaryFunction } from './support/binary.ts';
import { required } from './support/inputs.ts';
import { invalid } from './support/problem.ts';

/** The function of an operator on elements of one type. */
type Choose = (type: OnnxElementType, context: EvaluationContext) => BinaryFunction;

function arithmetic(name: string, placement: Placement, choose: Choose): OnnxOperator {
  return {
    name,
    domain: '',
    opsets: [7, 25],
    placement,
    attributes: [],
    limits:
      name === 'Add'
        ? 'integers wrap as in C'
        : 'lowered with a constant only, not of two activations; integers wrap as in C',
    evaluate(inputs, context) {
      const a = required(context, inputs, 0);
      const b = required(context, inputs, 1);
      return [broadcastBinary(context, a, b, NUMERIC_TYPES, choose(a.type, context))];
    },
  };
}

function divideByZero(context: EvaluationContext): never {
  return invalid(context, 'divides an integer by zero', 'mend the divisor');
}

export const arithmetics: readonly OnnxOperator[] = [
  arithmetic('Add', 'host', () => ({ number: (a, b) => a + b, big: (a, b) => a + b })),
  arithmetic('Sub', 'folded', () => ({ number: (a, b) => a - b, big: (a, b) => a - b })),
  arithmetic('Mul', 'folded', (type) => ({
    // A product of 32-bit integers leaves float64's exact range; imul wraps it exactly.
    number: type.endsWith('int32') ? Math.imul : (a, b) => a * b,
    big: (a, b) => a * b,
  })),
  arithmetic('Div', 'folded', (type, context) => ({
    number: FLOAT_TYPES.includes(type)
      ? (a, b) => a / b
      : (a, b) => (b === 0 ? divideByZero(context) : Math.trunc(a / b)),
    big: (a, b) => (b === 0n ? divideByZero(context) : a / b),
  })),
];
