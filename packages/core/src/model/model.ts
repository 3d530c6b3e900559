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
}

export interface ModelReluNode extends ModelNodeBase {
  readonly kind: 'relu';
  readonly input: string;
}

/** LSQ activation quantizer: code = roundHalfToEven(clamp(x / step, 0, 2^bits - 1)), value = step * code. */
export interface ModelQuantizeNode extends ModelNodeBase {
  readonly kind: 'quantize';
  readonly input: string;
  /** Parameter name, shape `[]`, positive. */
  readonly step: string;
  /** 1 to 8, unsigned codes. */
  readonly bits: number;
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
  | ModelQuantizeNode
  | ModelAddNode
  | ModelMaxPoolNode
  | ModelAveragePoolNode
  | ModelGlobalAveragePoolNode
  | ModelFlattenNode
  | ModelFullyConnectedNode;

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
