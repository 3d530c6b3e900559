import type { Emitter, Value } from '../emitter.ts';
import { imageShape, inputAt, type Operator } from '../operator.ts';
import { windowOutput } from '../../network/window.ts';
import { convOnnxAttributes, type ConvAttributes } from './conv-attributes.ts';
import { convInputGradient } from './conv-input-gradient.ts';
import { convWeightGradient } from './conv-weight-gradient.ts';

function forward(
  emitter: Emitter,
  input: Value,
  weight: Value,
  bias: Value | undefined,
  attributes: ConvAttributes,
): Value {
  const [n, c, h, w] = imageShape('conv', input);
  const [oh, ow] = windowOutput(attributes, [c, h, w], attributes.dilation);
  return emitter.node(
    'Conv',
    bias === undefined ? [input, weight] : [input, weight, bias],
    [n, weight.shape[0] ?? 0, oh, ow],
    convOnnxAttributes(attributes),
  );
}

/**
 * Convolution: inputs `[n, c, h, w]`, weights `[o, c / groups, kh, kw]` and, optionally, bias `[o]`,
 * output `[n, o, oh, ow]` (cross-correlation, as everywhere in deep learning).
 */
export const conv: Operator<ConvAttributes> = {
  apply(emitter, inputs, attributes) {
    const input = inputAt('conv', inputs, 0);
    const weight = inputAt('conv', inputs, 1);
    const bias = inputs.at(2);
    return {
      output: forward(emitter, input, weight, bias, attributes),
      gradients: (dy, wanted) => [
        wanted[0] ? convInputGradient(emitter, dy, weight, input.shape, attributes) : null,
        wanted[1] ? convWeightGradient(emitter, dy, input, weight.shape, attributes) : null,
        ...(bias === undefined ? [] : [emitter.sum(dy, [0, 2, 3])]),
      ],
    };
  },
};
