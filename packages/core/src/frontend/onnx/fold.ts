import { fail } from '../../diagnostics/index.ts';
import { countElements } from './element-count.ts';
import { allocate } from './tensor-bytes.ts';
import { evaluationSteps } from './infer.ts';
import type { OnnxLimits } from './limits.ts';
import type { OnnxOperator } from './operator.ts';
import { intOf, type ShapeContext } from './shapes/rule.ts';
import type { ValueType } from './simplified.ts';
import type { OnnxTensor } from './tensor.ts';

function isOfType(tensor: OnnxTensor, { type, shape }: ValueType): boolean {
  return (
    tensor.type === type &&
    tensor.shape.length === shape.length &&
    tensor.shape.every((size, axis) => size === shape[axis])
  );
}

/** Evaluates nodes whose inputs are constants, within limits on memory and time for all of a graph. */
export class Folder {
  readonly #limits: OnnxLimits;
  #elements = 0;
  #steps = 0;

  constructor(limits: OnnxLimits) {
    this.#limits = limits;
  }

  /**
   * Values of a node's outputs.
   *
   * @param outputs what `inferOutputs` said of them.
   * @returns one for each name; null where nothing is wanted.
   * @throws TallyError of the operator, `onnx-too-large` when the limits are used up: before anything
   *   is computed.
   */
  evaluate(
    operator: OnnxOperator,
    context: ShapeContext,
    outputs: readonly (ValueType | null)[],
    place: string,
  ): readonly (OnnxTensor | null)[] {
    this.#spend(context, outputs, place);
    const values = operator.evaluate(context.constants, { node: context.node, opset: context.opset });
    return outputs.map((type, index) => {
      if (type === null) return null;
      const value = values.at(index) ?? null;
      // The two are written apart; where they differ, one of them is wrong.
      if (value === null || !isOfType(value, type))
        throw new Error(
          `${place}: output ${index} was inferred as ${type.type} [${type.shape.join(', ')}] and computed as ` +
            (value === null ? 'nothing' : `${value.type} [${value.shape.join(', ')}]`),
        );
      return value;
    });
  }

  #spend(context: ShapeContext, outputs: readonly (ValueType | null)[], place: string): void {
    this.#steps += evaluationSteps(context.node, context.inputs, outputs);
    for (const type of outputs) this.#elements += type === null ? 0 : countElements(type.shape);
    const { foldedElements, foldingSteps } = this.#limits;
    if (this.#elements > foldedElements)
      fail(
        'onnx-too-large',
        place,
        `the constants computed from the file's constants would have more than ${foldedElements} elements`,
        'store the constants in the file instead of computing them',
      );
    if (this.#steps > foldingSteps)
      fail(
        'onnx-too-large',
        place,
        `computing what depends on constants only would take more than ${foldingSteps} steps`,
        'store the constants in the file instead of computing them',
      );
  }
}

/** Value of a Shape or Size node, which needs the shape of its input only; null for other operators. */
export function shapeValue(context: ShapeContext, output: ValueType): OnnxTensor | null {
  const { node } = context;
  const input = context.inputs.at(0) ?? null;
  if (node.domain !== '' || input === null) return null;
  if (node.operator === 'Size')
    return { type: 'int64', shape: [], data: BigInt64Array.of(BigInt(countElements(input.shape))) };
  if (node.operator !== 'Shape') return null;
  const rank = input.shape.length;
  const start = intOf(context, 'start', 0);
  const from = Math.min(Math.max(start < 0 ? start + rank : start, 0), rank);
  const data = allocate('int64', output.shape[0]);
  for (let i = 0; i < data.length; i++) data[i] = BigInt(input.shape[from + i]);
  return { type: 'int64', shape: output.shape, data };
}
