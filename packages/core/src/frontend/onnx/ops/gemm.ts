import type { OnnxOperator } from '../operator.ts';
import { floatAttribute, intAttribute } from './support/attributes.ts';
import { checkType, FLOAT_TYPES, float64Of, fromFloat64 } from './support/elements.ts';
import { optional, required } from './support/inputs.ts';
import { transposeMatrices } from './support/multiply.ts';
import { invalid } from './support/problem.ts';
import { multiplyRows } from './support/product.ts';
import { broadcastOffsets, broadcastShape, shapeText } from './support/shape.ts';

/** Y = alpha A' B' + beta C in float64, rounded once; C broadcasts to Y. */
export const gemm: OnnxOperator = {
  name: 'Gemm',
  domain: '',
  opsets: [7, 25],
  placement: 'macro',
  attributes: ['alpha', 'beta', 'transA', 'transB'],
  limits: 'floats',
  evaluate(inputs, context) {
    const a = required(context, inputs, 0);
    const b = required(context, inputs, 1);
    const c = optional(inputs, 2);
    for (const [name, tensor] of [['input A', a] as const, ['input B', b] as const]) {
      checkType(context, name, tensor, FLOAT_TYPES);
      if (tensor.shape.length !== 2)
        invalid(context, `${name} has shape ${shapeText(tensor.shape)}`, 'its rank is 2');
    }
    const alpha = floatAttribute(context, 'alpha', 1);
    const beta = floatAttribute(context, 'beta', 1);
    const turnA = intAttribute(context, 'transA', 0) !== 0;
    const turnB = intAttribute(context, 'transB', 0) !== 0;
    const [rows, depth] = turnA ? [a.shape[1], a.shape[0]] : a.shape;
    const [inner, columns] = turnB ? [b.shape[1], b.shape[0]] : b.shape;
    if (inner !== depth)
      invalid(
        context,
        `inputs ${shapeText(a.shape)} and ${shapeText(b.shape)} with transA ${turnA}, transB ${turnB}`,
        'inner sizes are equal',
      );
    const shape = [rows, columns];
    const left = turnA ? transposeMatrices(float64Of(a), depth, rows) : float64Of(a);
    // multiplyRows wants the columns of B' as rows.
    const right = turnB ? float64Of(b) : transposeMatrices(float64Of(b), depth, columns);
    const sums = new Float64Array(rows * columns);
    multiplyRows(left, rows, right, columns, depth, sums);
    if (alpha !== 1) for (let i = 0; i < sums.length; i++) sums[i] *= alpha;
    if (c !== null && beta !== 0) {
      if (broadcastShape(context, [c.shape, shape]).join() !== shape.join())
        invalid(
          context,
          `input C ${shapeText(c.shape)} for a result ${shapeText(shape)}`,
          'C broadcasts to it',
        );
      const values = float64Of(c);
      const at = broadcastOffsets(c.shape, shape);
      for (let i = 0; i < sums.length; i++) sums[i] += beta * values[at?.[i] ?? i];
    }
    return [fromFloat64(a.type, shape, sums)];
  },
};
