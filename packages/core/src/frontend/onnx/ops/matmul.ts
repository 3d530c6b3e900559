import type { EvaluationContext, OnnxOperator } from '../operator.ts';
import type { OnnxTensor } from '../tensor.ts';
import { allocate, checkType, FLOAT_TYPES, float64Of, fromFloat64, isBig } from './support/elements.ts';
import { required } from './support/inputs.ts';
import { matrixProduct, pairMatrices } from './support/multiply.ts';
import { invalid } from './support/problem.ts';

const TYPES = [...FLOAT_TYPES, 'int32', 'uint32', 'int64', 'uint64'] as const;

/** Products of 32- and 64-bit integers, modulo 2^32 or 2^64 as in C, in BigInt. */
function integerProduct(context: EvaluationContext, a: OnnxTensor, b: OnnxTensor): OnnxTensor {
  const { shape, rows, columns, depth, left, right, matrices } = pairMatrices(context, a.shape, b.shape);
  const data = allocate(context, a.type, matrices * rows * columns);
  const x = BigInt64Array.from(a.data, BigInt);
  const y = BigInt64Array.from(b.data, BigInt);
  for (let i = 0; i < data.length; i++) {
    const m = Math.floor(i / (rows * columns));
    const r = Math.floor(i / columns) % rows;
    const l = ((left?.[m] ?? m) * rows + r) * depth;
    const o = (right?.[m] ?? m) * columns * depth + (i % columns);
    let sum = 0n;
    for (let k = 0; k < depth; k++) sum += x[l + k] * y[o + k * columns];
    if (isBig(data)) data[i] = sum;
    else data[i] = Number(BigInt.asIntN(32, sum));
  }
  return { type: a.type, shape, data };
}

/** numpy's matmul: batched, sums in float64, rounded once. */
export const matMul: OnnxOperator = {
  name: 'MatMul',
  domain: '',
  opsets: [1, 25],
  placement: 'macro',
  attributes: [],
  limits: 'floats, 32- and 64-bit integers',
  evaluate(inputs, context) {
    const a = required(context, inputs, 0);
    const b = required(context, inputs, 1);
    checkType(context, 'input A', a, TYPES);
    if (a.type !== b.type) invalid(context, `operands of types ${a.type} and ${b.type}`, 'types are equal');
    if (!FLOAT_TYPES.includes(a.type)) return [integerProduct(context, a, b)];
    const { shape, products } = matrixProduct(context, float64Of(a), a.shape, float64Of(b), b.shape);
    return [fromFloat64(a.type, shape, products)];
  },
};
