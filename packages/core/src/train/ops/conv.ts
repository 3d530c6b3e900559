import type { Window } from '../../network/network.ts';
import type { Emitter, Value } from '../emitter.ts';
import { imageShape, inputAt, type Operator } from '../operator.ts';
import { convInputGradient } from './conv-input-gradient.ts';
import { convWeightGradient } from './conv-weight-gradient.ts';

/** Attributes of a convolution. */
export interface ConvAttributes extends Window {
  readonly groups: number;
  readonly dilation: readonly [vertical: number, horizontal: number];
}

/** Output height and width of a window moved over an image. */
export function windowOutput(
  height: number,
  width: number,
  window: Window,
  dilation: readonly [number, number] = [1, 1],
): readonly [number, number] {
  const [top, left, bottom, right] = window.padding;
  const spanV = dilation[0] * (window.kernel[0] - 1) + 1;
  const spanH = dilation[1] * (window.kernel[1] - 1) + 1;
  return [
    Math.floor((height + top + bottom - spanV) / window.stride[0]) + 1,
    Math.floor((width + left + right - spanH) / window.stride[1]) + 1,
  ];
}

/** ONNX attributes of a convolution-like node. */
export function convOnnxAttributes(
  attributes: ConvAttributes,
): Record<string, { readonly ints: readonly number[] } | { readonly int: number }> {
  return {
    kernel_shape: { ints: attributes.kernel },
    strides: { ints: attributes.stride },
    pads: { ints: attributes.padding },
    dilations: { ints: attributes.dilation },
    group: { int: attributes.groups },
  };
}

function forward(emitter: Emitter, input: Value, weight: Value, attributes: ConvAttributes): Value {
  const [n, , h, w] = imageShape('conv', input);
  const [oh, ow] = windowOutput(h, w, attributes, attributes.dilation);
  return emitter.node(
    'Conv',
    [input, weight],
    [n, weight.shape[0] ?? 0, oh, ow],
    convOnnxAttributes(attributes),
  );
}

/**
 * Convolution without bias: inputs `[n, c, h, w]` and weights `[o, c / groups, kh, kw]`, output
 * `[n, o, oh, ow]` (cross-correlation, as everywhere in deep learning).
 */
export const conv: Operator<ConvAttributes> = {
  apply(emitter, inputs, attributes) {
    const input = inputAt('conv', inputs, 0);
    const weight = inputAt('conv', inputs, 1);
    return {
      output: forward(emitter, input, weight, attributes),
      gradients: (dy, wanted) => [
        wanted[0] ? convInputGradient(emitter, dy, weight, input.shape, attributes) : null,
        wanted[1] ? convWeightGradient(emitter, dy, input, weight.shape, attributes) : null,
      ],
    };
  },
};
