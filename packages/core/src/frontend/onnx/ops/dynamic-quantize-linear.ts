import type { OnnxOperator } from '../operator.ts';
import { checkType, numbersOf, roundHalfEven } from './support/elements.ts';
import { required } from './support/inputs.ts';

/**
 * uint8 levels of a tensor whose scale covers its own range, zero included; float32 at each step. A
 * tensor of zeros has no scale of its own and takes 1, as in ONNX Runtime.
 */
export const dynamicQuantizeLinear: OnnxOperator = {
  name: 'DynamicQuantizeLinear',
  domain: '',
  opsets: [11, 25],
  placement: 'float-only',
  attributes: [],
  limits: 'folded on constants; quantize activations by calibration instead',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    checkType(context, 'input x', x, ['float32']);
    const values = numbersOf(x);
    let low = 0;
    let high = 0;
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    const scale = high === low ? 1 : Math.fround(Math.fround(high - low) / 255);
    const zero = Math.max(0, Math.min(255, roundHalfEven(Math.fround(-low / scale))));
    const data = Uint8Array.from(values, (value) =>
      Math.max(0, Math.min(255, roundHalfEven(Math.fround(value / scale)) + zero)),
    );
    return [
      { type: 'uint8', shape: x.shape, data },
      { type: 'float32', shape: [], data: Float32Array.of(scale) },
      { type: 'uint8', shape: [], data: Uint8Array.of(zero) },
    ];
  },
};
