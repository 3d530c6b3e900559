import { countElements } from './element-count.ts';
import type { OnnxNode } from './graph.ts';
import type { OnnxTensor } from './tensor.ts';

/** A change of shape or order applied to a tensor: the node's operator with its other inputs fixed. */
export type ApplyLayout = (tensor: OnnxTensor) => OnnxTensor;

/** Operators that move elements without looking at them. */
const LAYOUT_OPERATORS = ['Transpose', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze'];

/** Whether a node moves the elements of its first input without looking at them. */
export function isLayoutNode({ domain, operator }: OnnxNode): boolean {
  return domain === '' && LAYOUT_OPERATORS.includes(operator);
}

/** The order of axes of a Transpose of `rank` axes, null for other operators. */
function axisOrder(layout: OnnxNode, rank: number): readonly number[] | null {
  if (layout.operator !== 'Transpose') return null;
  const perm = layout.attributes.get('perm');
  return perm?.kind === 'ints' ? perm.value : Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
}

/** A quantizer of constants: what it quantizes, its parameters, and the node. */
export interface WeightQuantizer {
  readonly node: OnnxNode;
  readonly data: OnnxTensor;
  /** Inputs from the second on; null where absent. */
  readonly parameters: readonly (OnnxTensor | null)[];
}

/**
 * Exchanges a quantizer of constants and the layout operator after it: `Transpose(Quant(w))` becomes
 * `Quant(Transpose(w))`, so that quantizers stand next to the operator that reads the weights. Each
 * quantizer works element by element, so the values are the same.
 *
 * Parameters of one element stay (as scalars). Per-channel parameters follow a Transpose; with the
 * other operators their axis may vanish, so the two nodes stay as they are.
 *
 * @param layout the node after the quantizer.
 * @param apply evaluates `layout` on a tensor of the shape of the weights.
 * @returns the quantizer to put in place of both (its node's inputs and outputs still to be named), or
 *   null when the two cannot be exchanged.
 */
export function commuteQuantizer(
  quantizer: WeightQuantizer,
  layout: OnnxNode,
  apply: ApplyLayout,
): WeightQuantizer | null {
  const { node, data, parameters } = quantizer;
  const rank = data.shape.length;
  const order = axisOrder(layout, rank);
  const isPerTensor = parameters.every((parameter) => parameter === null || parameter.data.length === 1);
  if (isPerTensor) {
    const scalars = parameters.map((parameter) => parameter && { ...parameter, shape: [] });
    return { node, data: apply(data), parameters: scalars };
  }
  if (order === null) return null;
  if (node.operator === 'DequantizeLinear') return commutePerAxis(quantizer, order, apply);
  // QONNX parameters broadcast to the weights: give them all axes, then transpose them alike.
  const moved = parameters.map((parameter) => {
    if (parameter === null) return null;
    if (countElements(parameter.shape) === 1) return { ...parameter, shape: [] };
    const ones = new Array<number>(rank - parameter.shape.length).fill(1);
    return apply({ ...parameter, shape: [...ones, ...parameter.shape] });
  });
  return { node, data: apply(data), parameters: moved };
}

/** DequantizeLinear states the axis of its per-channel scales; blocks of several elements are left alone. */
function commutePerAxis(
  { node, data, parameters }: WeightQuantizer,
  order: readonly number[],
  apply: ApplyLayout,
): WeightQuantizer | null {
  if (parameters.some((parameter) => parameter !== null && parameter.shape.length > 1)) return null;
  const stated = node.attributes.get('axis');
  const axis = stated?.kind === 'int' ? stated.value : 1;
  const normal = axis < 0 ? axis + data.shape.length : axis;
  const attributes = new Map(node.attributes);
  attributes.set('axis', { kind: 'int', value: order.indexOf(normal) });
  return { node: { ...node, attributes }, data: apply(data), parameters };
}
