import type { OnnxOperator } from '../operator.ts';
import { checkLength } from './support/elements.ts';
import { integersOf, required } from './support/inputs.ts';
import { invalid } from './support/problem.ts';
import {
  broadcastOffsets,
  broadcastShape,
  rearrange,
  shapeText,
  sizeOf,
  stridesOf,
} from './support/shape.ts';

/** A tensor broadcast with a shape. */
const expand: OnnxOperator = {
  name: 'Expand',
  domain: '',
  opsets: [8, 25],
  placement: 'float-only',
  attributes: [],
  limits: '',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    const wanted = integersOf(context, 'the shape', required(context, inputs, 1));
    if (wanted.some((size) => size < 0)) invalid(context, `shape ${shapeText(wanted)}`, 'sizes are >= 0');
    const shape = broadcastShape(context, [x.shape, wanted]);
    const source = broadcastOffsets(x.shape, shape);
    return [source === null ? x : rearrange(context, x, shape, source)];
  },
};

/** A tensor repeated along each axis. */
const tile: OnnxOperator = {
  name: 'Tile',
  domain: '',
  opsets: [6, 25],
  placement: 'float-only',
  attributes: [],
  limits: '',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    const repeats = integersOf(context, 'repeats', required(context, inputs, 1));
    if (repeats.length !== x.shape.length || repeats.some((count) => count < 0))
      invalid(
        context,
        `repeats ${shapeText(repeats)} for ${shapeText(x.shape)}`,
        'one count >= 0 for each axis',
      );
    const shape = x.shape.map((size, axis) => size * repeats[axis]);
    checkLength(context, sizeOf(shape));
    const strides = stridesOf(shape);
    const own = stridesOf(x.shape);
    const source = new Int32Array(sizeOf(shape));
    for (let i = 0; i < source.length; i++)
      for (let axis = 0; axis < shape.length; axis++)
        source[i] += (Math.floor(i / strides[axis]) % x.shape[axis]) * own[axis];
    return [rearrange(context, x, shape, source)];
  },
};

export const expansions: readonly OnnxOperator[] = [expand, tile];
