import { fail } from '../../diagnostics/index.ts';
import { countElements } from './element-count.ts';
import { MAX_DIMENSION, type OnnxLimits } from './limits.ts';
import type { OnnxNode } from './graph.ts';
import { mostInputsOf } from './shapes/arity.ts';
import type { ShapeContext } from './shapes/rule.ts';
import { findShapeRule } from './shapes/table.ts';
import type { ValueType } from './simplified.ts';

/**
 * Type and shape of each output that a node names.
 *
 * @param place of the node, for issues.
 * @returns one a name; null where the name is ''.
 * @throws TallyError of the operator's rule, `onnx-unsupported` when there is no rule,
 *   `onnx-too-large` when an output would have more elements than the limit.
 */
export function inferOutputs(
  context: ShapeContext,
  place: string,
  limits: OnnxLimits,
): readonly (ValueType | null)[] {
  const { node } = context;
  const rule = findShapeRule(node.domain, node.operator);
  if (rule === undefined)
    return fail(
      'onnx-unsupported',
      place,
      'the shape of its result is not known: there is no rule for this operator',
      'see FEATURES.md for the operators that can be read',
    );
  const count = node.inputs.findLastIndex((name) => name !== '') + 1;
  if (count > mostInputsOf(node.operator))
    return fail(
      'onnx-invalid',
      place,
      `it has ${count} inputs; the operator takes at most ${mostInputsOf(node.operator)}`,
      'export the network again',
    );
  const types = rule(context);
  return node.outputs.map((name, index) => {
    if (name === '') return null;
    const type = types.at(index);
    if (type === undefined)
      return fail(
        'onnx-invalid',
        place,
        `it names ${node.outputs.length} outputs; the operator has ${types.length}`,
        'export the network again',
      );
    checkSize(type, place, limits);
    return type;
  });
}

function checkSize({ type, shape }: ValueType, place: string, limits: OnnxLimits): void {
  const text = `[${shape.join(', ')}]`;
  if (shape.length > limits.rank)
    fail(
      'onnx-too-large',
      place,
      `its result would have ${shape.length} axes`,
      `at most ${limits.rank} axes are supported`,
    );
  if (countElements(shape) > limits.valueElements || shape.some((size) => !(size <= MAX_DIMENSION)))
    fail(
      'onnx-too-large',
      place,
      `its result ${text} of ${type} would have more than ${limits.valueElements} elements`,
      'give smaller input shapes, or check the shapes and pads in the file',
    );
}

/**
 * Elementary steps that evaluating a node takes, for the limit on folding: multiply-accumulates of
 * products, comparisons of thresholds, elements touched otherwise.
 */
export function evaluationSteps(
  node: OnnxNode,
  inputs: readonly (ValueType | null)[],
  outputs: readonly (ValueType | null)[],
): number {
  const elements = (types: readonly (ValueType | null)[]): number =>
    types.reduce((sum, type) => sum + (type === null ? 0 : countElements(type.shape)), 0);
  const inner = (index: number, from: number): number =>
    countElements(inputs.at(index)?.shape.slice(from) ?? []);
  const made = elements(outputs);
  const touched = made + elements(inputs);
  switch (node.operator) {
    case 'Conv':
    case 'ConvInteger':
      return touched + made * inner(1, 1);
    case 'QLinearConv':
      return touched + made * inner(3, 1);
    case 'MatMul':
    case 'MatMulInteger':
    case 'QLinearMatMul':
      return touched + made * inner(0, -1);
    case 'Gemm':
      return touched + made * Math.max(...(inputs.at(0)?.shape ?? [1]));
    case 'MultiThreshold':
      return touched + made * inner(1, 1);
    case 'LRN':
      return touched + made * (inputs.at(0)?.shape.at(1) ?? 1);
    case 'Resize':
      return touched + made * 2 ** (inputs.at(0)?.shape.length ?? 0);
    default: {
      const kernel = node.attributes.get('kernel_shape');
      return touched + (kernel?.kind === 'ints' ? made * countElements(kernel.value) : 0);
    }
  }
}
