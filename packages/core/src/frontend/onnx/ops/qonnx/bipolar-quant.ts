import type { OnnxOperator } from '../../operator.ts';
import { numbersOf } from '../support/elements.ts';
import { parameter, QONNX_DOMAIN, quantizedInput } from './parameters.ts';

/** scale where x >= 0, else -scale. */
export const bipolarQuant: OnnxOperator = {
  name: 'BipolarQuant',
  domain: QONNX_DOMAIN,
  opsets: [1, 2],
  placement: 'folded',
  attributes: [],
  limits: '',
  evaluate(inputs, context) {
    const x = quantizedInput(context, inputs);
    const scale = parameter(context, inputs, 1, 'scale', x);
    const data = Float32Array.from(numbersOf(x), (value, i) => (value >= 0 ? scale(i) : -scale(i)));
    return [{ type: 'float32', shape: x.shape, data }];
  },
};
