import type { OnnxOperator } from '../operator.ts';
import { FLOAT_TYPES, NUMERIC_TYPES, roundHalfEven } from './support/elements.ts';
import { unary } from './support/unary.ts';

const negative = ['float32', 'float64', 'float16', 'bfloat16', 'int8', 'int16', 'int32', 'int64'] as const;

/** |x|; the least integer of a type is its own absolute value, as in C. */
const abs = unary({
  name: 'Abs',
  opsets: [6, 25],
  placement: 'float-only',
  types: NUMERIC_TYPES,
  bind: () => Math.abs,
  big: (x) => (x < 0n ? -x : x),
});

const neg = unary({
  name: 'Neg',
  opsets: [6, 25],
  placement: 'float-only',
  types: negative,
  bind: () => (x) => -x,
  big: (x) => -x,
});

/** -1, 0 or 1. */
const sign = unary({
  name: 'Sign',
  opsets: [9, 25],
  placement: 'float-only',
  types: NUMERIC_TYPES,
  bind: () => Math.sign,
  big: (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n),
});

/** Nearest integer, ties to even. */
const round = unary({
  name: 'Round',
  opsets: [11, 25],
  placement: 'float-only',
  types: FLOAT_TYPES,
  bind: () => roundHalfEven,
});

const functions = [
  { name: 'Sqrt', apply: Math.sqrt },
  { name: 'Exp', apply: Math.exp },
  { name: 'Log', apply: Math.log },
  { name: 'Floor', apply: Math.floor },
  { name: 'Ceil', apply: Math.ceil },
  { name: 'Reciprocal', apply: (x: number): number => 1 / x },
] as const;

export const unaryMath: readonly OnnxOperator[] = [
  abs,
  neg,
  sign,
  round,
  ...functions.map(({ name, apply }) =>
    unary({ name, opsets: [6, 25], placement: 'float-only', types: FLOAT_TYPES, bind: () => apply }),
  ),
];
