import { TallyError } from '../../diagnostics/index.ts';
import type { ModelNode } from '../../model/model.ts';
import { OnnxGraphBuilder } from '../../onnx/builder.ts';
import { decodeOnnx } from '../onnx/decode.ts';
import { findOperator } from '../onnx/registry.ts';
import { simplify } from '../onnx/simplify.ts';
import { importOnnx, type ImportedNetwork, type ImportOptions } from './import.ts';

/** A graph under construction: input `x`, output whatever `build` returns. */
export type Build = (builder: OnnxGraphBuilder, x: string) => string;

export interface FileOptions {
  /** Shape of the input, default `[1, 2, 4, 4]`. */
  readonly input?: readonly number[];
  readonly type?: 'float32' | 'uint8' | 'int8';
  /** Shape of the output, default `[1, 3]`. */
  readonly output?: readonly number[];
  readonly opset?: 17 | 21;
  readonly import?: Partial<ImportOptions>;
}

/** Imports a small graph. */
export function imported(build: Build, options: FileOptions = {}): ImportedNetwork {
  const { input = [1, 2, 4, 4], output = [1, 3], type = 'float32', opset = 17 } = options;
  const builder = new OnnxGraphBuilder('small', { opset });
  builder.output('y', build(builder, builder.input('x', type, input)), 'float32', output);
  const graph = simplify(decodeOnnx(builder.encode()), { operator: findOperator });
  return importOnnx(graph, { name: 'small', normalization: null, ...options.import });
}

/** What is refused, one line an issue: `path: message — remedy`. */
export function refusals(build: Build, options: FileOptions = {}): readonly string[] {
  try {
    imported(build, options);
  } catch (error) {
    if (!(error instanceof TallyError)) throw error;
    return error.issues.map(({ path, message, remedy }) => `${path}: ${message} — ${remedy}`);
  }
  throw new Error('nothing was refused');
}

/** Numbers 1, 2, 3, ... divided by 8: distinct and exact. */
export function ramp(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => (i + 1) / 8);
}

/** A linear layer of 3 outputs at the end of a value `[1, c, h, w]` or `[1, f]` of `features` elements. */
export function head(builder: OnnxGraphBuilder, value: string, features: number): string {
  const weight = builder.parameter('fc.weight', 'float32', [3, features], ramp(3 * features));
  return builder.node('Gemm', [builder.node('Flatten', [value]), weight], { transB: { int: 1 } });
}

/** `kind id` of every node. */
export function sketch({ model }: ImportedNetwork): readonly string[] {
  return model.graph.nodes.map(({ kind, id }) => `${kind} ${id}`);
}

/** The node with this id. */
export function nodeOf({ model }: ImportedNetwork, id: string): ModelNode {
  const node = model.graph.nodes.find((other) => other.id === id);
  if (node === undefined) throw new Error(`no node '${id}'`);
  return node;
}

/** Elements of a parameter. */
export function parameterOf({ model }: ImportedNetwork, name: string): readonly number[] {
  const tensor = model.parameters.get(name);
  if (tensor === undefined)
    throw new Error(`no parameter '${name}' among ${[...model.parameters.keys()].join(', ')}`);
  return [...tensor.data];
}
