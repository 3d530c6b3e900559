import type { OnnxNode } from './graph.ts';
import type { OnnxElementType, OnnxTensor } from './tensor.ts';

/** Type and shape of a value, batch axis included. */
export interface ValueType {
  readonly type: OnnxElementType;
  readonly shape: readonly number[];
}

/**
 * A decoded graph after constant folding and static shape inference: what the importer reads. No
 * Constant, Identity or (inference) Dropout nodes, no shape arithmetic; quantizers of constants
 * (Quant, BipolarQuant, DequantizeLinear) are kept as nodes, because what they say about weights is
 * information, and stand next to the operator that reads the weights: a Transpose, Reshape, Flatten,
 * Squeeze or Unsqueeze between the two is applied to the weights. QuantizeLinear of a constant is
 * folded into integer codes: the DequantizeLinear after it says the rest.
 *
 * Two things stay although the file could do without: an Identity whose output is a graph output and
 * whose input is an input, a constant or another output; and a node made for one wanted output whose
 * other outputs nobody reads.
 */
export interface SimplifiedGraph {
  readonly name: string;
  readonly opsets: ReadonlyMap<string, number>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Topological order. */
  readonly nodes: readonly OnnxNode[];
  /** Constants that a node reads. */
  readonly constants: ReadonlyMap<string, OnnxTensor>;
  /** Of every value: inputs, constants and what the nodes make. */
  readonly types: ReadonlyMap<string, ValueType>;
}
