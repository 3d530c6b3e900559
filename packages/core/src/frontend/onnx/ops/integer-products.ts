import type { OnnxOperator } from '../operator.ts';
import { convolve } from './support/convolve.ts';
import { optional, required } from './support/inputs.ts';
import { centred, int32Bias, int32Tensor, requantize } from './support/integer-operands.ts';
import { matrixProduct } from './support/multiply.ts';
import { WINDOW_ATTRIBUTES } from './support/window.ts';

/** Convolution of levels less their zero points, as int32; padding stands for the zero point. */
const convInteger: OnnxOperator = {
  name: 'ConvInteger',
  domain: '',
  opsets: [10, 25],
  placement: 'float-only',
  attributes: [...WINDOW_ATTRIBUTES, 'group'],
  limits: '8-bit operands',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    const w = required(context, inputs, 1);
    const { shape, sums } = convolve(
      context,
      centred(context, 'input x', x, optional(inputs, 2), null),
      x.shape,
      centred(context, 'input w', w, optional(inputs, 3), 0),
      w.shape,
    );
    return [int32Tensor(shape, sums)];
  },
};

/** Matrix product of levels less their zero points, as int32. */
const matMulInteger: OnnxOperator = {
  name: 'MatMulInteger',
  domain: '',
  opsets: [10, 25],
  placement: 'float-only',
  attributes: [],
  limits: '8-bit operands',
  evaluate(inputs, context) {
    const a = required(context, inputs, 0);
    const b = required(context, inputs, 1);
    const { shape, products } = matrixProduct(
      context,
      centred(context, 'input A', a, optional(inputs, 2), Math.max(a.shape.length - 2, 0)),
      a.shape,
      centred(context, 'input B', b, optional(inputs, 3), b.shape.length - 1),
      b.shape,
    );
    return [int32Tensor(shape, products)];
  },
};

/** Convolution of levels with an int32 bias, scaled to levels of the output. */
const qLinearConv: OnnxOperator = {
  name: 'QLinearConv',
  domain: '',
  opsets: [10, 25],
  placement: 'float-only',
  attributes: [...WINDOW_ATTRIBUTES, 'group'],
  limits: '8-bit operands',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    const w = required(context, inputs, 3);
    const { shape, sums } = convolve(
      context,
      centred(context, 'input x', x, required(context, inputs, 2), null),
      x.shape,
      centred(context, 'input w', w, required(context, inputs, 5), 0),
      w.shape,
    );
    const biasInput = optional(inputs, 8);
    if (biasInput !== null) {
      const bias = int32Bias(context, biasInput, shape[1]);
      const plane = shape.slice(2).reduce((product, size) => product * size, 1);
      for (let i = 0; i < sums.length; i++) sums[i] += bias[Math.floor(i / plane) % shape[1]];
    }
    return [requantize(context, inputs, shape, sums, 1)];
  },
};

/** Matrix product of levels, scaled to levels of the output. */
const qLinearMatMul: OnnxOperator = {
  name: 'QLinearMatMul',
  domain: '',
  opsets: [10, 25],
  placement: 'float-only',
  attributes: [],
  limits: '8-bit operands, one scale for A',
  evaluate(inputs, context) {
    const a = required(context, inputs, 0);
    const b = required(context, inputs, 3);
    const { shape, products } = matrixProduct(
      context,
      centred(context, 'input a', a, required(context, inputs, 2), null),
      a.shape,
      centred(context, 'input b', b, required(context, inputs, 5), b.shape.length - 1),
      b.shape,
    );
    return [requantize(context, inputs, shape, products, shape.length - 1)];
  },
};

export const integerProducts: readonly OnnxOperator[] = [
  convInteger,
  matMulInteger,
  qLinearConv,
  qLinearMatMul,
];
