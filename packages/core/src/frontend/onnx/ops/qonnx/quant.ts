import type { OnnxOperator } from '../../operator.ts';
import { requiredInt } from '../support/attributes.ts';
import { numbersOf } from '../support/elements.ts';
import { bitWidth, parameter, QONNX_DOMAIN, quantizedInput } from './parameters.ts';
import { levelRange, roundingOf } from './rounding.ts';

const fround = Math.fround;

/**
 * Quantized values on the float scale: (round(clamp(x / scale + zeropt)) - zeropt) scale, float32 at
 * each step as in QONNX. One signed bit stands for -1 and 1, by the sign of x / scale + zeropt.
 */
function quant(name: string): OnnxOperator {
  return {
    name,
    domain: QONNX_DOMAIN,
    opsets: [1, 2],
    placement: 'folded',
    attributes: ['narrow', 'rounding_mode', 'signed'],
    limits: 'one bit width for the tensor',
    evaluate(inputs, context) {
      const x = quantizedInput(context, inputs);
      const scale = parameter(context, inputs, 1, 'scale', x);
      const zero = parameter(context, inputs, 2, 'zeropt', x);
      const bits = bitWidth(context, inputs, 3);
      const signed = requiredInt(context, 'signed') !== 0;
      const narrow = requiredInt(context, 'narrow') !== 0;
      const round = roundingOf(context, 'ROUND');
      const [low, high] = levelRange(bits, signed, narrow);
      const bipolar = bits === 1 && signed;
      const values = numbersOf(x);
      const data = new Float32Array(values.length);
      for (let i = 0; i < data.length; i++) {
        const s = scale(i);
        const z = zero(i);
        const y = fround(fround(values[i] / s) + z);
        const level = bipolar ? (y >= 0 ? 1 : -1) : round(Math.max(low, Math.min(high, y)));
        data[i] = fround(level - z) * s;
      }
      return [{ type: 'float32', shape: x.shape, data }];
    },
  };
}

/** `IntQuant` is the newer name. */
export const quants: readonly OnnxOperator[] = [quant('Quant'), quant('IntQuant')];
