import type { Emitter, Value } from '../emitter.ts';
import { windowOutput } from '../../network/window.ts';
import type { ConvAttributes } from './conv-attributes.ts';

/**
 * dLoss/dWeight for stride 1 without groups or dilation. The padded image is one flat vector of rows
 * of width P, so moving a window is an offset: the tap (r, c) reads at r * P + c. The image is stacked
 * once per tap column and dy (rows widened to P with zeros) once per tap row, and a single batched
 * product gives all taps: `[kh * o, L] x [L, kw * i]`. All copies are long and contiguous.
 */
function flatWeightGradient(
  emitter: Emitter,
  dy: Value,
  input: Value,
  weightShape: readonly number[],
  attributes: ConvAttributes,
): Value {
  const [n = 0, channels = 0, h = 0, w = 0] = input.shape;
  const [o = 0] = weightShape;
  const [kh, kw] = attributes.kernel;
  const [top, left, bottom, right] = attributes.padding;
  const width = w + left + right;
  const rows = h + top + bottom;
  const length = rows * width;
  // One more row of zeros, so that the last tap column can read past the end.
  const flat = emitter.reshape(emitter.padImage(input, top, left, bottom + 1, right), [
    n,
    channels,
    (rows + 1) * width,
  ]);
  const columns = emitter.concat(
    Array.from({ length: kw }, (_, c) => emitter.slice(flat, [{ axis: 2, start: c, length }])),
    1,
  );
  const wide = emitter.padImage(dy, kh - 1, 0, kh - 1, kw - 1);
  const flatDy = emitter.reshape(wide, [n, o, (rows + kh - 1) * width]);
  const taps = emitter.concat(
    Array.from({ length: kh }, (_, r) =>
      emitter.slice(flatDy, [{ axis: 2, start: (kh - 1 - r) * width, length }]),
    ),
    1,
  );
  const products = emitter.sum(emitter.multiplyTransposed(taps, columns), [0]);
  return emitter.transpose(emitter.reshape(products, [kh, o, kw, channels]), [1, 3, 0, 2]);
}

/** dLoss/dWeight in general: the input's window elements as columns, then one batched product. */
function generalWeightGradient(
  emitter: Emitter,
  dy: Value,
  input: Value,
  weightShape: readonly number[],
  attributes: ConvAttributes,
): Value {
  const [n = 0, channels = 0, h = 0, w = 0] = input.shape;
  const [o = 0] = weightShape;
  const { kernel, stride, padding, dilation, groups } = attributes;
  const [oh, ow] = windowOutput(attributes, [0, h, w], dilation);
  const padded = emitter.padImage(input, ...padding);
  const taps: Value[] = [];
  for (let r = 0; r < kernel[0]; r++) {
    for (let c = 0; c < kernel[1]; c++) {
      const tap = emitter.slice(padded, [
        { axis: 2, start: r * dilation[0], length: oh, step: stride[0] },
        { axis: 3, start: c * dilation[1], length: ow, step: stride[1] },
      ]);
      taps.push(emitter.reshape(tap, [n, groups, channels / groups, oh * ow]));
    }
  }
  const columns = emitter.concat(taps, 2);
  const products = emitter.sum(
    emitter.multiplyTransposed(emitter.reshape(dy, [n, groups, o / groups, oh * ow]), columns),
    [0],
  );
  const byTap = emitter.reshape(products, [o, kernel[0] * kernel[1], channels / groups]);
  return emitter.reshape(emitter.transpose(byTap, [0, 2, 1]), weightShape);
}

/** dLoss/dWeight of a convolution: the sum over images and pixels of dy times the window element. */
export function convWeightGradient(
  emitter: Emitter,
  dy: Value,
  input: Value,
  weightShape: readonly number[],
  attributes: ConvAttributes,
): Value {
  const { kernel, stride, dilation, groups } = attributes;
  const plain = [...stride, ...dilation, groups].every((value) => value === 1);
  return plain && kernel[0] > 1 && kernel[1] > 1
    ? flatWeightGradient(emitter, dy, input, weightShape, attributes)
    : generalWeightGradient(emitter, dy, input, weightShape, attributes);
}
