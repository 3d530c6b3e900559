import type { OnnxOperator } from '../operator.ts';
import { intAttribute, intsAttribute, missing } from './support/attributes.ts';
import { allocate, checkType, FLOAT_TYPES, isBig } from './support/elements.ts';
import { required } from './support/inputs.ts';
import { invalid } from './support/problem.ts';
import { shapeText, sizeOf, stridesOf } from './support/shape.ts';
import { WINDOW_ATTRIBUTES, windowAxes, windowOffsets } from './support/window.ts';

/** Offset into a channel's plane, counted with the first axis fastest. */
function columnMajor(offset: number, sizes: readonly number[]): number {
  const strides = stridesOf(sizes);
  let result = 0;
  let step = 1;
  sizes.forEach((size, axis) => {
    result += (Math.floor(offset / strides[axis]) % size) * step;
    step *= size;
  });
  return result;
}

/** The largest element under the kernel; padding never wins. Indices are offsets into the whole input. */
export const maxPool: OnnxOperator = {
  name: 'MaxPool',
  domain: '',
  opsets: [1, 25],
  placement: 'host',
  attributes: [...WINDOW_ATTRIBUTES, 'ceil_mode', 'storage_order'],
  limits: '',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    checkType(context, 'its input', x, [...FLOAT_TYPES, 'int8', 'uint8']);
    if (x.shape.length < 3) invalid(context, `input ${shapeText(x.shape)}`, 'its rank is 3 or more');
    const sizes = x.shape.slice(2);
    const kernel = intsAttribute(context, 'kernel_shape') ?? missing(context, 'kernel_shape');
    const axes = windowAxes(context, sizes, kernel, intAttribute(context, 'ceil_mode', 0) !== 0);
    const columns = intAttribute(context, 'storage_order', 0) !== 0;
    const source = windowOffsets(context, axes);
    const taps = sizeOf(kernel);
    const plane = sizeOf(sizes);
    const planes = x.shape[0] * x.shape[1];
    const positions = source.length / taps;
    const shape = [x.shape[0], x.shape[1], ...axes.map((axis) => axis.output)];
    const data = allocate(context, x.type, sizeOf(shape));
    const wantsIndices = (context.node.outputs[1] ?? '') !== '';
    const indices = wantsIndices ? new BigInt64Array(data.length) : null;
    if (isBig(data) || isBig(x.data)) return [];
    for (let i = 0; i < planes * positions; i++) {
      const base = Math.floor(i / positions) * plane;
      const first = (i % positions) * taps;
      let best = -Infinity;
      let at = -1;
      for (let t = first; t < first + taps; t++) {
        const offset = source[t];
        if (offset < 0) continue;
        const value = x.data[base + offset];
        // The first of equals; NaN wins and stays.
        if (at < 0 || value > best || (Number.isNaN(value) && !Number.isNaN(best))) {
          best = value;
          at = offset;
        }
      }
      data[i] = best;
      if (indices !== null) indices[i] = BigInt(base + (columns && at >= 0 ? columnMajor(at, sizes) : at));
    }
    return [{ type: x.type, shape, data }, indices === null ? null : { type: 'int64', shape, data: indices }];
  },
};
