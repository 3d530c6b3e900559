import type { OnnxOperator } from '../operator.ts';
import { floatAttribute } from './support/attributes.ts';
import { FLOAT_TYPES, NUMERIC_TYPES } from './support/elements.ts';
import { unary } from './support/unary.ts';

function sigmoidOf(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** max(x, 0). */
const relu = unary({
  name: 'Relu',
  opsets: [6, 25],
  placement: 'folded',
  types: NUMERIC_TYPES,
  bind: () => (x) => (x < 0 ? 0 : x),
  big: (x) => (x < 0n ? 0n : x),
});

/** x, or alpha x where x < 0. */
const leakyRelu = unary({
  name: 'LeakyRelu',
  opsets: [6, 25],
  placement: 'folded',
  attributes: ['alpha'],
  limits: 'lowered with alpha >= 0',
  types: FLOAT_TYPES,
  bind(context) {
    const alpha = floatAttribute(context, 'alpha', Math.fround(0.01));
    return (x) => (x < 0 ? alpha * x : x);
  },
});

/** x, or alpha (e^x - 1) where x < 0. */
const elu = unary({
  name: 'Elu',
  opsets: [6, 25],
  placement: 'float-only',
  attributes: ['alpha'],
  types: FLOAT_TYPES,
  bind(context) {
    const alpha = floatAttribute(context, 'alpha', 1);
    return (x) => (x < 0 ? alpha * Math.expm1(x) : x);
  },
});

/** 1 / (1 + e^-x). */
const sigmoid = unary({
  name: 'Sigmoid',
  opsets: [6, 25],
  placement: 'float-only',
  types: FLOAT_TYPES,
  bind: () => sigmoidOf,
});

const tanh = unary({
  name: 'Tanh',
  opsets: [6, 25],
  placement: 'float-only',
  types: FLOAT_TYPES,
  bind: () => Math.tanh,
});

/** max(0, min(1, alpha x + beta)). */
const hardSigmoid = unary({
  name: 'HardSigmoid',
  opsets: [6, 25],
  placement: 'folded',
  attributes: ['alpha', 'beta'],
  limits: 'lowered with alpha > 0',
  types: FLOAT_TYPES,
  bind(context) {
    const alpha = floatAttribute(context, 'alpha', Math.fround(0.2));
    const beta = floatAttribute(context, 'beta', 0.5);
    return (x) => Math.max(0, Math.min(1, alpha * x + beta));
  },
});

/** x max(0, min(1, x / 6 + 1 / 2)). */
const hardSwish = unary({
  name: 'HardSwish',
  opsets: [14, 25],
  placement: 'float-only',
  types: FLOAT_TYPES,
  bind: () => (x) => x * Math.max(0, Math.min(1, x / 6 + 0.5)),
});

/** ln(1 + e^x). */
const softplus = unary({
  name: 'Softplus',
  opsets: [1, 25],
  placement: 'float-only',
  types: FLOAT_TYPES,
  // Written so that e^x cannot overflow.
  bind: () => (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
});

/** x / (1 + |x|). */
const softsign = unary({
  name: 'Softsign',
  opsets: [1, 25],
  placement: 'float-only',
  types: FLOAT_TYPES,
  bind: () => (x) => x / (1 + Math.abs(x)),
});

export const activations: readonly OnnxOperator[] = [
  relu,
  leakyRelu,
  elu,
  sigmoid,
  tanh,
  hardSigmoid,
  hardSwish,
  softplus,
  softsign,
];
