import type { EvaluationContext } from '../../operator.ts';
import type { OnnxElementType, OnnxTensor } from '../../tensor.ts';
import { allocate, checkType, isBig, rounderOf } from './elements.ts';
import { invalid } from './problem.ts';
import { broadcastOffsets, broadcastShape, sizeOf } from './shape.ts';

/** A function of two elements, on numbers and on 64-bit integers. */
export interface BinaryFunction {
  /** On floats and integers of at most 32 bits; the result is rounded once, or taken modulo 2^n. */
  readonly number: (a: number, b: number) => number;
  readonly big: (a: bigint, b: bigint) => bigint;
}

/** Applies a function element by element with broadcasting; both operands and the result have one type. */
export function broadcastBinary(
  context: EvaluationContext,
  a: OnnxTensor,
  b: OnnxTensor,
  types: readonly OnnxElementType[],
  { number, big }: BinaryFunction,
): OnnxTensor {
  checkType(context, 'its first input', a, types);
  if (a.type !== b.type) invalid(context, `operands of types ${a.type} and ${b.type}`, 'types are equal');
  const shape = broadcastShape(context, [a.shape, b.shape]);
  const atA = broadcastOffsets(a.shape, shape);
  const atB = broadcastOffsets(b.shape, shape);
  const data = allocate(context, a.type, sizeOf(shape));
  const x = a.data;
  const y = b.data;
  if (isBig(data) && isBig(x) && isBig(y)) {
    for (let i = 0; i < data.length; i++) data[i] = big(x[atA?.[i] ?? i], y[atB?.[i] ?? i]);
  } else if (!isBig(data) && !isBig(x) && !isBig(y)) {
    if (a.type === 'float32' && atA === null && atB === null) {
      for (let i = 0; i < data.length; i++) data[i] = number(x[i], y[i]);
    } else {
      const round = rounderOf(a.type);
      for (let i = 0; i < data.length; i++) data[i] = round(number(x[atA?.[i] ?? i], y[atB?.[i] ?? i]));
    }
  }
  return { type: a.type, shape, data };
}

/** A comparison or logic function with broadcasting; the result is bool. */
export function broadcastPredicate(
  context: EvaluationContext,
  a: OnnxTensor,
  b: OnnxTensor,
  types: readonly OnnxElementType[],
  holds: (a: number | bigint, b: number | bigint) => boolean,
): OnnxTensor {
  checkType(context, 'its first input', a, types);
  if (a.type !== b.type) invalid(context, `operands of types ${a.type} and ${b.type}`, 'types are equal');
  const shape = broadcastShape(context, [a.shape, b.shape]);
  const atA = broadcastOffsets(a.shape, shape);
  const atB = broadcastOffsets(b.shape, shape);
  const data = new Uint8Array(sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = holds(a.data[atA?.[i] ?? i], b.data[atB?.[i] ?? i]) ? 1 : 0;
  return { type: 'bool', shape, data };
}
