/**
 * Upper bounds on what an ONNX file may ask for. A file is untrusted: each bound is checked before
 * anything of that size is allocated, so that reading a file takes a small multiple of its size.
 */
export interface OnnxLimits {
  /** Nodes of the graph. */
  readonly nodes: number;
  /** Messages inside messages (a graph in an attribute of a node of a graph ...). */
  readonly depth: number;
  /** Protobuf messages in the file: each becomes an object of a few hundred bytes. */
  readonly messages: number;
  /** Variable-length integers and strings in lists: a byte in the file, up to 32 bytes in memory. */
  readonly listItems: number;
  /** Axes of a tensor. */
  readonly rank: number;
  /** Elements of one value that is not stored in the file: an activation, or a constant made by folding. */
  readonly valueElements: number;
  /** Elements of all constants made by folding together. */
  readonly foldedElements: number;
  /** Elementary steps of all folding together (multiply-accumulates of a folded product of matrices). */
  readonly foldingSteps: number;
}

/** The limits that hold unless others are given. The largest published CNNs stay a hundredfold below most of them. */
export const DEFAULT_LIMITS: OnnxLimits = {
  nodes: 100_000,
  depth: 32,
  messages: 500_000,
  listItems: 8_388_608,
  rank: 16,
  valueElements: 67_108_864,
  foldedElements: 67_108_864,
  foldingSteps: 268_435_456,
};

/** Largest size of one axis: the largest int32. */
export const MAX_DIMENSION = 2_147_483_647;
