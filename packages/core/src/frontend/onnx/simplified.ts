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
 * (Quant, BipolarQuant, QuantizeLinear, DequantizeLinear) are kept as nodes, because what they say
 * about weights is information.
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
