import type { EvaluationContext, OnnxOperator } from '../operator.ts';
import { floatAttribute } from './support/attributes.ts';
import { allocate, checkType, isBig, NUMERIC_TYPES, type BigData } from './support/elements.ts';
import { optional, required, scalarOf, type Inputs } from './support/inputs.ts';
import { invalid } from './support/problem.ts';
import type { OnnxTensor } from '../tensor.ts';

/** A bound that is an input since opset 11, null when absent. */
function boundInput(
  context: EvaluationContext,
  inputs: Inputs,
  index: number,
  x: OnnxTensor,
): OnnxTensor | null {
  const bound = optional(inputs, index);
  if (bound === null) return null;
  if (bound.type !== x.type)
    invalid(context, `input ${index} is of type ${bound.type}`, `give it the input's type ${x.type}`);
  scalarOf(context, `input ${index}`, bound);
  return bound;
}

function clipBig(x: BigData, data: BigData, low: BigData | null, high: BigData | null): void {
  for (let i = 0; i < data.length; i++) {
    let value = x[i];
    if (low !== null && value < low[0]) value = low[0];
    if (high !== null && value > high[0]) value = high[0];
    data[i] = value;
  }
}

/**
 * min(max(x, low), high); bounds are the attributes `min` and `max` before opset 11, inputs since. With
 * low > high every element is high (opset 13).
 */
export const clip: OnnxOperator = {
  name: 'Clip',
  domain: '',
  opsets: [6, 25],
  placement: 'folded',
  attributes: ['max', 'min'],
  limits: '',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    checkType(context, 'its input', x, NUMERIC_TYPES);
    const data = allocate(context, x.type, x.data.length);
    const low = context.opset < 11 ? null : boundInput(context, inputs, 1, x);
    const high = context.opset < 11 ? null : boundInput(context, inputs, 2, x);
    if (isBig(data) && isBig(x.data)) {
      const lows = low !== null && isBig(low.data) ? low.data : null;
      const highs = high !== null && isBig(high.data) ? high.data : null;
      clipBig(x.data, data, lows, highs);
    } else if (!isBig(data) && !isBig(x.data)) {
      const old = context.opset < 11;
      const least = old ? floatAttribute(context, 'min', -Infinity) : Number(low?.data[0] ?? -Infinity);
      const most = old ? floatAttribute(context, 'max', Infinity) : Number(high?.data[0] ?? Infinity);
      for (let i = 0; i < data.length; i++) data[i] = Math.min(Math.max(x.data[i], least), most);
    }
    return [{ type: x.type, shape: x.shape, data }];
  },
};
