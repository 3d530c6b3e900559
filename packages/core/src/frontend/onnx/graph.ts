import type { OnnxElementType, OnnxTensor } from './tensor.ts';

/**
 * Value of a node's attribute. Integers are safe integers: the largest and smallest int64, by which
 * exporters say "to the end", become the largest and smallest safe integer; others beyond are refused.
 */
export type OnnxAttribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensor'; readonly value: OnnxTensor }
  /** A subgraph, a sparse tensor, a type: kept by name so that a refusal can say what it was. */
  | { readonly kind: 'unsupported'; readonly what: string };

/** One operator application. */
export interface OnnxNode {
  /** The file's name, or `#<index in the file>` when it has none. */
  readonly name: string;
  /** '' is the ONNX domain (`ai.onnx` is normalised to ''). */
  readonly domain: string;
  readonly operator: string;
  /** '' where an optional input is absent. */
  readonly inputs: readonly string[];
  /** '' where an optional output is not wanted. */
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** A dimension: a size, or the name of a symbolic one ('' when the file states nothing). */
export type OnnxDimension = number | string;

/** Declared type of a graph's input or output. */
export interface OnnxValueInfo {
  readonly name: string;
  readonly type: OnnxElementType;
  /** Null: the file does not state the rank. */
  readonly shape: readonly OnnxDimension[] | null;
}

/** A decoded graph; `nodes` are in topological order (verified or sorted by the decoder). */
export interface OnnxGraph {
  readonly name: string;
  /** Without the initializers that old files list as inputs too. */
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  readonly nodes: readonly OnnxNode[];
  /** Annotations of QONNX and others: element type that a value stands for, by value name (`INT2`, `BIPOLAR`). */
  readonly quantizationAnnotations: ReadonlyMap<string, string>;
}

/** A decoded ONNX file. */
export interface OnnxModel {
  readonly kind: 'onnx-model';
  readonly irVersion: number;
  readonly producer: string;
  /** Version of the operator set, by domain ('' is ONNX's own). */
  readonly opsets: ReadonlyMap<string, number>;
  readonly graph: OnnxGraph;
}
