import type { OnnxOperator, Placement } from '../operator.ts';
import type { OnnxTensor } from '../tensor.ts';
import { intAttribute } from './support/attributes.ts';
import { allocate, checkType, FLOAT_TYPES, isBig, rounderOf } from './support/elements.ts';
import { integersByVersion, required } from './support/inputs.ts';
import { normalAxes, offsets, sizeOf, stridesOf } from './support/shape.ts';

/** A reduction as start value, step, and what is made of the sum of `count` elements. */
interface Reduction {
  readonly name: string;
  /** First opset at which `axes` is an input. */
  readonly axesInput: number;
  readonly placement: Placement;
  readonly start: number;
  readonly step: (result: number, x: number) => number;
  readonly finish?: (result: number, count: number) => number;
  /** On 64-bit integers; absent: refused. */
  readonly big?: (result: bigint | null, x: bigint) => bigint;
}

const TYPES = [...FLOAT_TYPES, 'int8', 'uint8', 'int32', 'uint32', 'int64', 'uint64'] as const;

function reduction({ name, axesInput, placement, start, step, finish, big }: Reduction): OnnxOperator {
  const types =
    big === undefined ? TYPES.filter((type) => !type.endsWith('64') || type === 'float64') : TYPES;
  return {
    name,
    domain: '',
    opsets: [1, 25],
    placement,
    attributes: ['axes', 'keepdims', 'noop_with_empty_axes'],
    limits: big === undefined ? 'no 64-bit integers' : '',
    evaluate(inputs, context) {
      const x = required(context, inputs, 0);
      checkType(context, 'its input', x, types);
      const rank = x.shape.length;
      const stated = integersByVersion(context, inputs, 'axes', 1, axesInput) ?? [];
      const keepAll = stated.length === 0 && intAttribute(context, 'noop_with_empty_axes', 0) !== 0;
      const all = x.shape.map((_, axis) => axis);
      const axes = keepAll ? [] : stated.length === 0 ? all : normalAxes(context, stated, rank);
      const kept = all.filter((axis) => !axes.includes(axis));
      const strides = stridesOf(x.shape);
      const part = (which: readonly number[], from: readonly number[]): number[] =>
        which.map((axis) => from[axis]);
      const outer = offsets(part(kept, x.shape), part(kept, strides));
      const inner = offsets(part(axes, x.shape), part(axes, strides));
      const keepdims = intAttribute(context, 'keepdims', 1) !== 0;
      const shape = keepdims
        ? x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
        : part(kept, x.shape);
      const data = allocate(context, x.type, sizeOf(shape));
      const from = x.data;
      if (isBig(data) && isBig(from)) {
        for (let i = 0; i < data.length; i++) {
          let result: bigint | null = null;
          for (const offset of inner) result = big?.(result, from[outer[i] + offset]) ?? 0n;
          data[i] =
            finish === undefined ? (result ?? 0n) : BigInt(Math.trunc(finish(Number(result), inner.length)));
        }
      } else if (!isBig(data) && !isBig(from)) {
        const round = rounderOf(x.type);
        for (let i = 0; i < data.length; i++) {
          let result = start;
          for (const offset of inner) result = step(result, from[outer[i] + offset]);
          data[i] = round(finish === undefined ? result : finish(result, inner.length));
        }
      }
      return [{ type: x.type, shape, data } satisfies OnnxTensor];
    },
  };
}

const add = (result: number, x: number): number => result + x;
const addBig = (result: bigint | null, x: bigint): bigint => (result ?? 0n) + x;
const least = (result: bigint | null, x: bigint): bigint => (result === null || x < result ? x : result);
const most = (result: bigint | null, x: bigint): bigint => (result === null || x > result ? x : result);

/** Reductions over axes (all when none is stated), in float64, rounded once. */
export const reductions: readonly OnnxOperator[] = [
  reduction({
    name: 'ReduceSum',
    axesInput: 13,
    placement: 'float-only',
    start: 0,
    step: add,
    big: addBig,
  }),
  reduction({
    name: 'ReduceMean',
    axesInput: 18,
    placement: 'host',
    start: 0,
    step: add,
    finish: (sum, count) => sum / count,
  }),
  reduction({
    name: 'ReduceMax',
    axesInput: 18,
    placement: 'float-only',
    start: -Infinity,
    step: Math.max,
    big: most,
  }),
  reduction({
    name: 'ReduceMin',
    axesInput: 18,
    placement: 'float-only',
    start: Infinity,
    step: Math.min,
    big: least,
  }),
  reduction({
    name: 'ReduceProd',
    axesInput: 18,
    placement: 'float-only',
    start: 1,
    step: (result, x) => result * x,
    big: (result, x) => (result ?? 1n) * x,
  }),
  reduction({
    name: 'ReduceSumSquare',
    axesInput: 18,
    placement: 'float-only',
    start: 0,
    step: (result, x) => result + x * x,
    big: (result, x) => (result ?? 0n) + x * x,
  }),
  reduction({
    name: 'ReduceL1',
    axesInput: 18,
    placement: 'float-only',
    start: 0,
    step: (result, x) => result + Math.abs(x),
    big: (result, x) => (result ?? 0n) + (x < 0n ? -x : x),
  }),
  reduction({
    name: 'ReduceL2',
    axesInput: 18,
    placement: 'float-only',
    start: 0,
    step: (result, x) => result + x * x,
    finish: Math.sqrt,
  }),
];
