import type { EvaluationContext } from '../../operator.ts';
import type { OnnxTensor } from '../../tensor.ts';
import { intsAttribute } from './attributes.ts';
import { numbersOf } from './elements.ts';
import { invalid } from './problem.ts';

/** Inputs of one evaluation; absent optional inputs are null, trailing ones may be missing. */
export type Inputs = readonly (OnnxTensor | null)[];

/** Input `index`, or null when it is absent. */
export function optional(inputs: Inputs, index: number): OnnxTensor | null {
  return inputs.at(index) ?? null;
}

/** Input `index`, which the operator requires. */
export function required(context: EvaluationContext, inputs: Inputs, index: number): OnnxTensor {
  const tensor = optional(inputs, index);
  if (tensor === null)
    return invalid(context, `input ${index} is absent`, `${context.node.operator} requires it`);
  return tensor;
}

/** All inputs of a variadic operator: at least one, none absent. */
export function variadic(context: EvaluationContext, inputs: Inputs): OnnxTensor[] {
  if (inputs.length === 0) invalid(context, 'has no inputs', 'give at least one');
  return inputs.map((_, index) => required(context, inputs, index));
}

/** Elements of an integer tensor (a shape, axes, pads ...) as safe integers. */
export function integersOf(context: EvaluationContext, what: string, tensor: OnnxTensor): number[] {
  const values = Array.from(numbersOf(tensor));
  const odd = values.find((value) => !Number.isSafeInteger(value));
  if (odd !== undefined) invalid(context, `${what} holds ${odd}`, 'its elements are integers');
  return values;
}

/** The one element of a tensor. */
export function scalarOf(context: EvaluationContext, what: string, tensor: OnnxTensor): number {
  if (tensor.data.length !== 1)
    invalid(context, `${what} has ${tensor.data.length} elements`, 'it is a scalar');
  return numbersOf(tensor)[0];
}

/**
 * Integers that are an attribute before opset `since` and input `index` from then on (axes, pads,
 * splits ...); null when absent.
 */
export function integersByVersion(
  context: EvaluationContext,
  inputs: Inputs,
  name: string,
  index: number,
  since: number,
): readonly number[] | null {
  if (context.opset < since) return intsAttribute(context, name);
  if (context.node.attributes.has(name))
    invalid(context, `attribute '${name}' at opset ${context.opset}`, `since opset ${since} it is an input`);
  const tensor = optional(inputs, index);
  return tensor === null ? null : integersOf(context, `input '${name}'`, tensor);
}
