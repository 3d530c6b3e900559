import type { CodeFormat } from './codes.ts';

/** A tensor shape without the batch axis: `[channels, height, width]` or `[features]`. */
export type Shape = readonly number[];

/** Two-dimensional window of a convolution or a pooling, in elements. */
export interface Window {
  readonly kernel: readonly [height: number, width: number];
  readonly stride: readonly [vertical: number, horizontal: number];
  /** Zero padding on the four sides. Max pooling never selects a padded element. */
  readonly padding: readonly [top: number, left: number, bottom: number, right: number];
}

/** Integer weights: codes in row-major order of the owning node's weight shape. */
export interface Weights {
  readonly format: CodeFormat;
  readonly codes: Int8Array;
}

interface NodeBase {
  /** Unique name, also the name of the value that the node makes. `input` is reserved. */
  readonly id: string;
}

/** Convolution of unsigned codes; makes exact integer accumulators. */
export interface ConvNode extends NodeBase, Window {
  readonly kind: 'conv';
  readonly input: string;
  readonly outChannels: number;
  readonly groups: number;
  readonly dilation: readonly [vertical: number, horizontal: number];
  /** Shape `[outChannels, inChannels / groups, kernel height, kernel width]`. */
  readonly weights: Weights;
  /** Added to the accumulator, length `outChannels`. */
  readonly bias: Int32Array | null;
}

/** Fully connected layer on a flat vector of unsigned codes; makes exact integer accumulators. */
export interface FullyConnectedNode extends NodeBase {
  readonly kind: 'fully-connected';
  readonly input: string;
  readonly outFeatures: number;
  /** Shape `[outFeatures, inFeatures]`. */
  readonly weights: Weights;
  readonly bias: Int32Array | null;
}

/**
 * Integers to unsigned codes by comparison: `code = #{ k : x >= thresholds[c][k] }` where the
 * channel rises, `code = #{ k : x <= thresholds[c][k] }` where it falls (batch norm with gamma < 0).
 * Thresholds of a rising channel ascend, of a falling channel descend (both weakly).
 */
export interface ThresholdNode extends NodeBase {
  readonly kind: 'threshold';
  readonly input: string;
  /** Width of the codes made; there are 2^bits - 1 thresholds. */
  readonly bits: number;
  /** Shape `[channels, 2^bits - 1]`; `channels` is 1 when all channels share them. */
  readonly thresholds: Int32Array;
  /** Per channel (or one): +1 rises, -1 falls. */
  readonly direction: Int8Array;
}

/**
 * Integers to fixed point: `y = floor((multiplier[c] * x + offset[c]) / 2^shift)`; the half for
 * rounding is part of `offset`. Every intermediate is below 2^53 in magnitude (verified).
 */
export interface AffineNode extends NodeBase {
  readonly kind: 'affine';
  readonly input: string;
  /** Integers with |m| < 2^31, length channels or 1. */
  readonly multiplier: Int32Array;
  /** Integers, exactly representable as float64, length channels or 1. */
  readonly offset: Float64Array;
  /** 0 to 48. */
  readonly shift: number;
  /**
   * Bound on |y - exact real value| in units of the last place of y, over all reachable x; stated by
   * whoever lowered a float network, 0 when the node is exact by definition.
   */
  readonly errorBoundLsb: number;
}

/** Sum of two integer tensors of one scale (residual connection). */
export interface AddNode extends NodeBase {
  readonly kind: 'add';
  readonly inputs: readonly [string, string];
}

/** max(x, 0) on integers. */
export interface ReluNode extends NodeBase {
  readonly kind: 'relu';
  readonly input: string;
}

export interface MaxPoolNode extends NodeBase, Window {
  readonly kind: 'max-pool';
  readonly input: string;
}

/**
 * Average pooling without its division: makes the exact sum of each window; the divisor is part of
 * the scale of what follows. Padding counts as zeros (count_include_pad).
 */
export interface AveragePoolNode extends NodeBase, Window {
  readonly kind: 'average-pool';
  readonly input: string;
}

/** Sum over all pixels of each channel, shape `[channels, 1, 1]`; the divisor is part of the scale of what follows. */
export interface GlobalAveragePoolNode extends NodeBase {
  readonly kind: 'global-average-pool';
  readonly input: string;
}

/** `[c, h, w]` to `[c * h * w]`, row-major. */
export interface FlattenNode extends NodeBase {
  readonly kind: 'flatten';
  readonly input: string;
}

/** Three sizes, offsets or steps of a value `[channels, rows, columns]`. */
export type Triple = readonly [channels: number, rows: number, columns: number];

/** Constant elements around a value `[c, h, w]`, codes or integers. */
export interface PadNode extends NodeBase {
  readonly kind: 'pad';
  readonly input: string;
  /** Elements put before (after) the value along each axis, at least 0. */
  readonly before: Triple;
  readonly after: Triple;
  /** What is put there: a code (an integer) per channel of the input, or one for all; one where channels are added. */
  readonly values: Int32Array;
}

/** Elements `start, start + step, ...` (`size` of them) of each axis of a value `[c, h, w]`, codes or integers. */
export interface SliceNode extends NodeBase {
  readonly kind: 'slice';
  readonly input: string;
  readonly start: Triple;
  readonly size: Triple;
  readonly step: Triple;
}

/** Every pixel of a value `[c, h, w]`, codes or integers, `factors` times along rows and columns: nearest-neighbour upsampling. */
export interface UpsampleNode extends NodeBase {
  readonly kind: 'upsample';
  readonly input: string;
  /** At least 1. */
  readonly factors: readonly [rows: number, columns: number];
}

/**
 * Values of one height and width (or flat vectors), one behind the other along the first axis: all
 * codes of one width, or all integers.
 */
export interface ConcatNode extends NodeBase {
  readonly kind: 'concat';
  /** At least one; a value may be named more than once. */
  readonly inputs: readonly string[];
}

export type NetworkNode =
  | ConvNode
  | FullyConnectedNode
  | ThresholdNode
  | AffineNode
  | AddNode
  | ReluNode
  | MaxPoolNode
  | AveragePoolNode
  | GlobalAveragePoolNode
  | FlattenNode
  | PadNode
  | SliceNode
  | UpsampleNode
  | ConcatNode;

/** The nodes whose multiply-accumulates run on the macro. */
export type MacNode = ConvNode | FullyConnectedNode;

/**
 * An integer network: a directed acyclic graph in topological order, no floating point anywhere.
 * The output is an integer vector `[classes]`, the class is the first index of its maximum.
 */
export interface Network {
  readonly kind: 'network';
  readonly name: string;
  readonly input: {
    readonly shape: Shape;
    /** Width of the unsigned input codes (8 for raw pixels). */
    readonly bits: number;
  };
  readonly nodes: readonly NetworkNode[];
  /** Id of the node whose value is the network's output. */
  readonly output: string;
}

/** The reserved id of the network's input value. */
export const INPUT_ID = 'input';
