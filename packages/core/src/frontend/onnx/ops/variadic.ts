import type { OnnxOperator } from '../operator.ts';
import type { OnnxElementType } from '../tensor.ts';
import { FLOAT_TYPES, float64Of, fromFloat64, NUMERIC_TYPES } from './support/elements.ts';
import { broadcastBinary, type BinaryFunction } from './support/binary.ts';
import { variadic } from './support/inputs.ts';
import { checkType } from './support/elements.ts';
import { broadcastOffsets, broadcastShape, sizeOf } from './support/shape.ts';

/** Operators that pick one of their operands: the order does not matter and nothing is rounded. */
function extremum(name: string, pick: BinaryFunction): OnnxOperator {
  return {
    name,
    domain: '',
    opsets: [8, 25],
    placement: 'float-only',
    attributes: [],
    limits: '',
    evaluate(inputs, context) {
      const [first, ...rest] = variadic(context, inputs);
      checkType(context, 'its first input', first, NUMERIC_TYPES);
      return [
        rest.reduce((result, tensor) => broadcastBinary(context, result, tensor, NUMERIC_TYPES, pick), first),
      ];
    },
  };
}

/** Sums in float64, scaled, rounded once. */
function sum(
  name: string,
  types: readonly OnnxElementType[],
  scale: (count: number) => number,
): OnnxOperator {
  return {
    name,
    domain: '',
    opsets: [8, 25],
    placement: 'float-only',
    attributes: [],
    limits: 'floats',
    evaluate(inputs, context) {
      const tensors = variadic(context, inputs);
      tensors.forEach((tensor, index) => checkType(context, `input ${index}`, tensor, types));
      const shape = broadcastShape(
        context,
        tensors.map((tensor) => tensor.shape),
      );
      const sums = new Float64Array(sizeOf(shape));
      for (const tensor of tensors) {
        const at = broadcastOffsets(tensor.shape, shape);
        const values = float64Of(tensor);
        for (let i = 0; i < sums.length; i++) sums[i] += values[at?.[i] ?? i];
      }
      const factor = scale(tensors.length);
      if (factor !== 1) for (let i = 0; i < sums.length; i++) sums[i] /= factor;
      return [fromFloat64(tensors[0].type, shape, sums)];
    },
  };
}

export const variadics: readonly OnnxOperator[] = [
  extremum('Min', { number: Math.min, big: (a, b) => (a < b ? a : b) }),
  extremum('Max', { number: Math.max, big: (a, b) => (a > b ? a : b) }),
  sum('Sum', FLOAT_TYPES, () => 1),
  sum('Mean', FLOAT_TYPES, (count) => count),
];
