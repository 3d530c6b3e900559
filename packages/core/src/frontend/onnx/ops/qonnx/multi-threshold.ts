import type { OnnxOperator } from '../../operator.ts';
import { choiceAttribute, floatAttribute } from '../support/attributes.ts';
import { numbersOf } from '../support/elements.ts';
import { required } from '../support/inputs.ts';
import { invalid } from '../support/problem.ts';
import { around, shapeText } from '../support/shape.ts';
import { QONNX_DOMAIN, quantizedInput } from './parameters.ts';

/**
 * out_scale times the number of thresholds that x reaches, plus out_bias. Thresholds are [channels, n]
 * or [1, n]; channels are axis 1, or the last with a layout that ends in C.
 */
export const multiThreshold: OnnxOperator = {
  name: 'MultiThreshold',
  domain: QONNX_DOMAIN,
  opsets: [1, 2],
  placement: 'float-only',
  attributes: ['data_layout', 'out_bias', 'out_dtype', 'out_scale'],
  limits: '',
  evaluate(inputs, context) {
    const x = quantizedInput(context, inputs);
    const thresholds = required(context, inputs, 1);
    const layout = choiceAttribute(context, 'data_layout', ['NCHW', 'NC', 'NHWC'], 'NCHW');
    const scale = floatAttribute(context, 'out_scale', 1);
    const bias = floatAttribute(context, 'out_bias', 0);
    const axis = layout.endsWith('C') ? x.shape.length - 1 : 1;
    const [channels, count] = thresholds.shape;
    if (x.shape.length < 2 || thresholds.shape.length !== 2 || (channels !== 1 && channels !== x.shape[axis]))
      invalid(
        context,
        `thresholds ${shapeText(thresholds.shape)} for ${shapeText(x.shape)}, layout ${layout}`,
        'they are [channels, n] or [1, n]',
      );
    const { inner } = around(x.shape, axis);
    const bounds = numbersOf(thresholds);
    const values = numbersOf(x);
    const data = new Float32Array(values.length);
    for (let i = 0; i < data.length; i++) {
      const row = channels === 1 ? 0 : Math.floor(i / inner) % channels;
      let reached = 0;
      for (let t = row * count; t < (row + 1) * count; t++) if (values[i] >= bounds[t]) reached++;
      data[i] = Math.fround(scale * reached) + bias;
    }
    return [{ type: 'float32', shape: x.shape, data }];
  },
};
