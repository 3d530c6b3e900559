import type { ModelConvNode, ModelFullyConnectedNode, ModelNode, ModelPadNode } from '../model/model.ts';
import type { Window } from '../network/network.ts';
import type { Attribute } from '../onnx/builder.ts';
import { insideMask } from './border.ts';
import { NEAREST } from './nearest.ts';
import type { ModelWriter } from './model-writer.ts';
import type { QuantizerStyle } from './quantizers.ts';

type Attributes = Readonly<Record<string, Attribute>>;

function windowAttributes(window: Window): Attributes {
  return {
    kernel_shape: { ints: window.kernel },
    strides: { ints: window.stride },
    pads: { ints: window.padding },
  };
}

function layer(
  writer: ModelWriter,
  style: QuantizerStyle | null,
  node: ModelConvNode | ModelFullyConnectedNode,
  input: string,
  path: string,
): void {
  const quantizer = style === null ? null : node.weightQuantizer;
  const weight =
    style === null || quantizer === null
      ? writer.parameter(node.weight, `${path}.weight`)
      : style.weights(writer, {
          layer: node.id,
          name: node.weight,
          tensor: writer.tensor(node.weight, `${path}.weight`),
          quantizer,
          steps: writer.steps(quantizer.step, `${path}.weightQuantizer.step`),
          path,
        });
  const isGemm = node.kind === 'fully-connected';
  const opType = isGemm ? 'Gemm' : 'Conv';
  const attributes: Attributes = isGemm
    ? { transB: { int: 1 } }
    : { ...windowAttributes(node), dilations: { ints: node.dilation }, group: { int: node.groups } };
  if (node.bias === null) {
    writer.node(opType, [input, weight], attributes, node.id);
    return;
  }
  if (style?.biasApart !== true || node.id === writer.graph.output) {
    const bias = writer.parameter(node.bias, `${path}.bias`);
    writer.node(opType, [input, weight, bias], attributes, node.id);
    return;
  }
  const products = writer.helper(opType, [input, weight], attributes, `${node.id}.products`, node.id);
  const [outputs = 1] = writer.tensor(node.weight, `${path}.weight`).shape;
  const bias = writer.parameter(node.bias, `${path}.bias`, isGemm ? [outputs] : [1, outputs, 1, 1]);
  writer.node('Add', [products, bias], {}, node.id, `${node.id}.bias`);
}

/** Zeros around the value; or the codes' real values, which Pad cannot say per channel: they are chosen outside the old borders. */
function pad(writer: ModelWriter, node: ModelPadNode, input: string): void {
  const pads = writer.constant('int64', [8], [0, ...node.before, 0, ...node.after]);
  if (node.codes === null) {
    writer.node('Pad', [input, pads], {}, node.id);
    return;
  }
  const zeros = writer.helper('Pad', [input, pads], {}, `${node.id}.zeros`);
  const [, height = 0, width = 0] = writer.graph.input.shape;
  const { rows, columns, inside } = insideMask([height, width], node.before, node.after);
  const scale = Math.fround(writer.graph.input.scale);
  const fill = Float32Array.from(node.codes, (code) => code * scale);
  writer.node(
    'Where',
    [
      writer.constant('bool', [1, 1, rows, columns], inside),
      zeros,
      writer.constant('float32', [1, fill.length, 1, 1], fill),
    ],
    {},
    node.id,
  );
}

/**
 * Writes one model node as ONNX; its node and its value are called as the model's node.
 *
 * @param style how quantizers are written; null: the model has none.
 * @param value name of a model value in the file.
 * @param path `model.nodes.3(conv1)`.
 */
export function writeModelNode(
  writer: ModelWriter,
  style: QuantizerStyle | null,
  node: ModelNode,
  value: (id: string) => string,
  path: string,
): void {
  switch (node.kind) {
    case 'conv':
    case 'fully-connected':
      layer(writer, style, node, value(node.input), path);
      return;
    case 'batch-norm': {
      const read = (field: 'gamma' | 'beta' | 'mean' | 'variance'): string =>
        writer.parameter(node[field], `${path}.${field}`);
      const operands = [value(node.input), read('gamma'), read('beta'), read('mean'), read('variance')];
      writer.node('BatchNormalization', operands, { epsilon: { float: node.epsilon } }, node.id);
      return;
    }
    case 'quantize':
      style?.activation(writer, node, value(node.input), path);
      return;
    case 'relu':
      writer.node('Relu', [value(node.input)], {}, node.id);
      return;
    case 'leaky-relu':
      writer.node('LeakyRelu', [value(node.input)], { alpha: { float: node.alpha } }, node.id);
      return;
    case 'clip': {
      const bound = (limit: number | null): string => (limit === null ? '' : writer.scalar(limit));
      writer.node('Clip', [value(node.input), bound(node.min), bound(node.max)], {}, node.id);
      return;
    }
    case 'pad':
      pad(writer, node, value(node.input));
      return;
    case 'slice': {
      const integers = (values: readonly number[]): string =>
        writer.constant('int64', [values.length], values);
      const ends = node.size.map((size, axis) => node.start[axis] + (size - 1) * node.step[axis] + 1);
      const operands = [integers(node.start), integers(ends), integers([1, 2, 3]), integers(node.step)];
      writer.node('Slice', [value(node.input), ...operands], {}, node.id);
      return;
    }
    case 'upsample': {
      const scales = writer.constant('float32', [4], [1, 1, ...node.factors]);
      writer.node('Resize', [value(node.input), '', scales], NEAREST, node.id);
      return;
    }
    case 'concat':
      writer.node('Concat', node.inputs.map(value), { axis: { int: 1 } }, node.id);
      return;
    case 'add':
      writer.node('Add', node.inputs.map(value), {}, node.id);
      return;
    case 'max-pool':
      writer.node('MaxPool', [value(node.input)], windowAttributes(node), node.id);
      return;
    case 'average-pool': {
      const attributes = { ...windowAttributes(node), count_include_pad: { int: 1 } };
      writer.node('AveragePool', [value(node.input)], attributes, node.id);
      return;
    }
    case 'global-average-pool':
      writer.node('GlobalAveragePool', [value(node.input)], {}, node.id);
      return;
    case 'flatten':
      writer.node('Flatten', [value(node.input)], { axis: { int: 1 } }, node.id);
      return;
    default:
      throw new Error(`unknown node ${String(node satisfies never)}`);
  }
}
