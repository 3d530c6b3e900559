import type { CodeFormat } from '../network/codes.ts';
import type { Shape, Window } from '../network/network.ts';

/** A float32 tensor in row-major order. */
export interface FloatTensor {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** Learned step size quantizer of a weight tensor: code = round(clamp(w / step)), value = step * code. */
export interface WeightQuantizer {
  /** Parameter name of the step: one scalar (shape `[]`) or one per output channel (shape `[out]`). */
  readonly step: string;
  readonly format: CodeFormat;
}

interface ModelNodeBase {
  readonly id: string;
}

export interface ModelConvNode extends ModelNodeBase, Window {
  readonly kind: 'conv';
  readonly input: string;
  /** Parameter name, shape `[out, in / groups, kh, kw]`. */
  readonly weight: string;
  /** Shape `[out]`; null where a batch norm follows and makes one pointless. */
  readonly bias: string | null;
  readonly groups: number;
  readonly dilation: readonly [number, number];
  /** Null: full precision. */
  readonly weightQuantizer: WeightQuantizer | null;
}

/** y = gamma * (x - mean) / sqrt(variance + epsilon) + beta, parameter names of shape `[channels]`. */
export interface ModelBatchNormNode extends ModelNodeBase {
  readonly kind: 'batch-norm';
  readonly input: string;
  readonly gamma: string;
  readonly beta: string;
  readonly mean: string;
  readonly variance: string;
  /** Used as the float32 nearest to it. */
  readonly epsilon: number;
  /** Training uses and keeps the statistics as they are, instead of each batch's: what is learned is a scale and an offset per channel. */
  readonly frozen?: boolean;
}

export interface ModelReluNode extends ModelNodeBase {
  readonly kind: 'relu';
  readonly input: string;
}

/** x where x >= 0, alpha x where x < 0. */
export interface ModelLeakyReluNode extends ModelNodeBase {
  readonly kind: 'leaky-relu';
  readonly input: string;
  /** Finite, >= 0 (0 is a ReLU, 1 does nothing); used as the float32 nearest to it. */
  readonly alpha: number;
}

/**
 * LSQ activation quantizer: code = clamp(roundHalfToEven(x / step) + zeroPoint, 0, levels - 1), and with a
 * half zero point clamp(roundHalfToEven(x / step + zeroPoint), 0, levels - 1);
 * value = step * (code - zeroPoint). The code is unsigned whatever the values are: signed and
 * asymmetric activations have a zero point.
 */
export interface ModelQuantizeNode extends ModelNodeBase {
  readonly kind: 'quantize';
  readonly input: string;
  /** Parameter name, shape `[]`, positive. */
  readonly step: string;
  /** Width of the unsigned codes, 1 to 8. */
  readonly bits: number;
  /** 0 .. levels - 1, a multiple of 1/2; a half (bipolar codes -1, +1 at step / 2) has no code for 0. */
  readonly zeroPoint: number;
  /** Codes in use, 2 .. 2^bits: fewer than 2^bits for narrow ranges (-1, 0, 1 in two bits). */
  readonly levels: number;
}

/** min(max(x, min), max): ReLU6 and other clips. */
export interface ModelClipNode extends ModelNodeBase {
  readonly kind: 'clip';
  readonly input: string;
  /** -Infinity is written as null. */
  readonly min: number | null;
  /** Infinity is written as null. */
  readonly max: number | null;
}

/** Constant elements around a value `[c, h, w]`. */
export interface ModelPadNode extends ModelNodeBase {
  readonly kind: 'pad';
  readonly input: string;
  readonly before: readonly [channels: number, rows: number, columns: number];
  readonly after: readonly [channels: number, rows: number, columns: number];
  /**
   * Null: the real value 0. Otherwise one code per channel of the network's input, which the node then
   * must read, without padding channels: the mean pixel, of which a normalised image's zeros are made.
   */
  readonly codes: readonly number[] | null;
}

/** Elements `start, start + step, ...` (`size` of them) of each axis of a value `[c, h, w]`. */
export interface ModelSliceNode extends ModelNodeBase {
  readonly kind: 'slice';
  readonly input: string;
  readonly start: readonly [channels: number, rows: number, columns: number];
  readonly size: readonly [channels: number, rows: number, columns: number];
  readonly step: readonly [channels: number, rows: number, columns: number];
}

/** Every pixel of a value `[c, h, w]`, `factors` times along rows and columns: nearest-neighbour upsampling. */
export interface ModelUpsampleNode extends ModelNodeBase {
  readonly kind: 'upsample';
  readonly input: string;
  /** At least 1. */
  readonly factors: readonly [rows: number, columns: number];
}

/** Values `[c, h, w]` of one height and width (or `[features]`), one behind the other along the first axis. */
export interface ModelConcatNode extends ModelNodeBase {
  readonly kind: 'concat';
  /** At least one. */
  readonly inputs: readonly string[];
}

export interface ModelAddNode extends ModelNodeBase {
  readonly kind: 'add';
  readonly inputs: readonly [string, string];
}

export interface ModelMaxPoolNode extends ModelNodeBase, Window {
  readonly kind: 'max-pool';
  readonly input: string;
}

/** Padding counts as zeros (count_include_pad). */
export interface ModelAveragePoolNode extends ModelNodeBase, Window {
  readonly kind: 'average-pool';
  readonly input: string;
}

export interface ModelGlobalAveragePoolNode extends ModelNodeBase {
  readonly kind: 'global-average-pool';
  readonly input: string;
}

export interface ModelFlattenNode extends ModelNodeBase {
  readonly kind: 'flatten';
  readonly input: string;
}

export interface ModelFullyConnectedNode extends ModelNodeBase {
  readonly kind: 'fully-connected';
  readonly input: string;
  /** Shape `[out, in]`. */
  readonly weight: string;
  /** Shape `[out]`. */
  readonly bias: string | null;
  readonly weightQuantizer: WeightQuantizer | null;
}

export type ModelNode =
  | ModelConvNode
  | ModelBatchNormNode
  | ModelReluNode
  | ModelLeakyReluNode
  | ModelQuantizeNode
  | ModelClipNode
  | ModelPadNode
  | ModelSliceNode
  | ModelUpsampleNode
  | ModelConcatNode
  | ModelAddNode
  | ModelMaxPoolNode
  | ModelAveragePoolNode
  | ModelGlobalAveragePoolNode
  | ModelFlattenNode
  | ModelFullyConnectedNode;

/** Ids of the values that a node reads, in order. */
export function inputsOf(node: ModelNode): readonly string[] {
  return 'inputs' in node ? node.inputs : [node.input];
}

/** The node reading, in place of each value, the one that `name` gives for its id. */
export function readingFrom(node: ModelNode, name: (id: string) => string): ModelNode {
  switch (node.kind) {
    case 'add':
      return { ...node, inputs: [name(node.inputs[0]), name(node.inputs[1])] };
    case 'concat':
      return { ...node, inputs: node.inputs.map(name) };
    default:
      return { ...node, input: name(node.input) };
  }
}

/** The graph of a float (or fake-quantized) network without its parameters' values: what a trainer trains. */
export interface ModelGraph {
  readonly kind: 'model-graph';
  readonly name: string;
  readonly input: {
    readonly shape: Shape;
    /** Input codes are unsigned, `bits` wide; the real value of a pixel is `code * scale` (scale used as float32). */
    readonly bits: number;
    readonly scale: number;
  };
  /** Topological order; the value `input` is the scaled image. */
  readonly nodes: readonly ModelNode[];
  readonly output: string;
}

/** A trained model: graph and parameters by name. Fully quantized when every conv/fc reads codes and has a weight quantizer. */
export interface Model {
  readonly graph: ModelGraph;
  readonly parameters: ReadonlyMap<string, FloatTensor>;
}
