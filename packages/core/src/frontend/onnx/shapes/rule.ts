import { fail } from '../../../diagnostics/index.ts';
import type { EvaluationContext } from '../operator.ts';
import { quoted } from '../place.ts';
import type { ValueType } from '../simplified.ts';
import type { OnnxTensor } from '../tensor.ts';

/** What is known of a node before it runs: types of all inputs, values of the constant ones. */
export interface ShapeContext extends EvaluationContext {
  /** Null where an optional input is absent. */
  readonly inputs: readonly (ValueType | null)[];
  /** Null where the input is absent or known at run time only. */
  readonly constants: readonly (OnnxTensor | null)[];
}

/**
 * Type and shape of a node's outputs, in their order; there may be more than the node names.
 *
 * @throws TallyError `onnx-invalid` where shapes or attributes do not fit, `onnx-dynamic-shape` where
 *   the shape depends on values known at run time only, `onnx-unsupported`. The caller adds the place.
 */
export type ShapeRule = (context: ShapeContext) => readonly ValueType[];

/** A rule and the operator it belongs to. */
export interface NamedShapeRule {
  readonly domain: string;
  readonly name: string;
  readonly rule: ShapeRule;
}

/** Rules of ONNX's own domain that share their code. */
export function rulesFor(names: readonly string[], rule: ShapeRule): readonly NamedShapeRule[] {
  return names.map((name) => ({ domain: '', name, rule }));
}

function place({ node }: EvaluationContext): string {
  return `node ${quoted(node.name)} (${node.operator})`;
}

/** Refuses shapes or attributes that break the operator's rules. */
export function refuse(context: EvaluationContext, message: string, remedy: string): never {
  return fail('onnx-invalid', place(context), message, remedy);
}

/** Refuses what ONNX allows and the frontend cannot do. */
export function refuseUnsupported(context: EvaluationContext, message: string, remedy: string): never {
  return fail('onnx-unsupported', place(context), message, remedy);
}

/** Type of input `index`, which the operator requires. */
export function inputType(context: ShapeContext, index: number): ValueType {
  const type = context.inputs.at(index) ?? null;
  if (type === null)
    return refuse(context, `input ${index} is absent`, `${context.node.operator} requires it`);
  return type;
}

/** Value of input `index`, on which the shape depends; null when the input is absent. */
export function constantInput(context: ShapeContext, index: number): OnnxTensor | null {
  const type = context.inputs.at(index) ?? null;
  if (type === null) return null;
  const constant = context.constants[index];
  if (constant === null)
    return fail(
      'onnx-dynamic-shape',
      place(context),
      `its shape depends on the values of input ${index} (${quoted(context.node.inputs[index])}), which are known at run time only`,
      'export with fixed shapes, or give the shapes of the inputs',
    );
  return constant;
}

/** Most integers that a shape, a list of axes, of pads, of parts has. */
const MOST_INTEGERS = 65_536;

/** Elements of an integer tensor; beyond 2^53 they become the largest or smallest safe integer ("to the end"). */
export function integersOf(context: ShapeContext, tensor: OnnxTensor): readonly number[] {
  const { data } = tensor;
  if (data.length > MOST_INTEGERS)
    return refuse(context, `${data.length} integers`, `give at most ${MOST_INTEGERS}`);
  const integers: number[] = [];
  for (const value of data) {
    const number = Math.min(Math.max(Number(value), Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
    if (!Number.isInteger(number))
      refuse(context, `${number} is given where an integer belongs`, 'give integers');
    integers.push(number);
  }
  return integers;
}

/** Integers of constant input `index`, null when absent. */
export function integersInput(context: ShapeContext, index: number): readonly number[] | null {
  const tensor = constantInput(context, index);
  return tensor === null ? null : integersOf(context, tensor);
}

/** Integer attribute, or `fallback` when absent. */
export function intOf(context: EvaluationContext, name: string, fallback: number): number {
  const attribute = context.node.attributes.get(name);
  if (attribute === undefined) return fallback;
  if (attribute.kind !== 'int')
    return refuse(context, `attribute ${name} is of kind ${attribute.kind}`, 'it is an integer');
  return attribute.value;
}

/** Integers attribute, null when absent. */
export function intsOf(context: EvaluationContext, name: string): readonly number[] | null {
  const attribute = context.node.attributes.get(name);
  if (attribute === undefined) return null;
  if (attribute.kind !== 'ints')
    return refuse(context, `attribute ${name} is of kind ${attribute.kind}`, 'it is a list of integers');
  return attribute.value;
}

/** String attribute, or `fallback` when absent. */
export function stringOf(context: EvaluationContext, name: string, fallback: string): string {
  const attribute = context.node.attributes.get(name);
  if (attribute === undefined) return fallback;
  if (attribute.kind !== 'string')
    return refuse(context, `attribute ${name} is of kind ${attribute.kind}`, 'it is a string');
  return attribute.value;
}

/** Integers that are an attribute before opset `since` and input `index` from then on; null when absent. */
export function integersSince(
  context: ShapeContext,
  name: string,
  index: number,
  since: number,
): readonly number[] | null {
  return context.opset < since ? intsOf(context, name) : integersInput(context, index);
}

/** An axis counted from the front; `extent` is the rank, or one more where a new axis may come last. */
export function axisOf(context: EvaluationContext, axis: number, extent: number): number {
  const normal = axis < 0 ? axis + extent : axis;
  if (!(normal >= 0 && normal < extent))
    return refuse(context, `axis ${axis}`, `it lies between ${-extent} and ${extent - 1}`);
  return normal;
}

/** Common shape of operands by ONNX's multidirectional broadcasting. */
export function broadcast(
  context: EvaluationContext,
  shapes: readonly (readonly number[])[],
): readonly number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let size = 1;
    for (const shape of shapes) {
      const own = shape.at(axis - rank + shape.length >= 0 ? axis - rank : shape.length) ?? 1;
      if (own === 1 || own === size) continue;
      if (size !== 1)
        refuse(
          context,
          `shapes ${shapes.map(shapeText).join(' and ')} do not broadcast`,
          'the sizes of an axis are equal or 1',
        );
      size = own;
    }
    return size;
  });
}

/** `[1, 3, 224, 224]` */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
