import type { EvaluationContext } from '../../operator.ts';
import type { OnnxTensor } from '../../tensor.ts';
import { FLOAT_TYPES, checkType, numbersOf } from '../support/elements.ts';
import { required, type Inputs } from '../support/inputs.ts';
import { invalid } from '../support/problem.ts';
import { broadcastOffsets, broadcastShape, shapeText } from '../support/shape.ts';

/** QONNX's domain, under which the registry lists its operators. */
export const QONNX_DOMAIN = 'qonnx.custom_op.general';

/** A quantization parameter seen from the elements of the quantized tensor. */
export type Parameter = (element: number) => number;

/** Input `index`, broadcast to `x`: a scalar, or one value per channel, and so on. */
export function parameter(
  context: EvaluationContext,
  inputs: Inputs,
  index: number,
  what: string,
  x: OnnxTensor,
): Parameter {
  const tensor = required(context, inputs, index);
  const values = numbersOf(tensor);
  if (values.length === 1) {
    const [value] = values;
    return () => value;
  }
  if (broadcastShape(context, [x.shape, tensor.shape]).join() !== x.shape.join())
    invalid(context, `${what} ${shapeText(tensor.shape)} for ${shapeText(x.shape)}`, 'it broadcasts to it');
  const at = broadcastOffsets(tensor.shape, x.shape);
  return (element) => values[at?.[element] ?? element];
}

/** A bit width: one positive integer for the tensor. */
export function bitWidth(context: EvaluationContext, inputs: Inputs, index: number): number {
  const values = numbersOf(required(context, inputs, index));
  const [bits] = values;
  if (
    values.length === 0 ||
    !values.every((value) => value === bits) ||
    !Number.isInteger(bits) ||
    bits < 1 ||
    bits > 32
  )
    invalid(context, `bit width ${values.join(', ')}`, 'it is one integer from 1 to 32');
  return bits;
}

/** The tensor to quantize: float32, in which QONNX computes. */
export function quantizedInput(context: EvaluationContext, inputs: Inputs): OnnxTensor {
  const x = required(context, inputs, 0);
  checkType(context, 'its input', x, FLOAT_TYPES.slice(0, 1));
  return x;
}
