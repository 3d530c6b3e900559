import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { importOnnx } from '../frontend/import/import.ts';
import { decodeOnnx } from '../frontend/onnx/decode.ts';
import { findOperator } from '../frontend/onnx/registry.ts';
import type { SimplifiedGraph } from '../frontend/onnx/simplified.ts';
import { simplify } from '../frontend/onnx/simplify.ts';
import type { Model } from '../model/model.ts';
import { elementCount } from '../network/integers.ts';
import { ModelProtoSchema, ValueInfoProtoSchema } from '../onnx/onnx_pb.gen.ts';
import { seededRandom } from '../testing/random.ts';

/** The file with more of its values as outputs. */
export function withOutputs(bytes: Uint8Array, names: readonly string[]): Uint8Array {
  const model = fromBinary(ModelProtoSchema, bytes);
  const { graph } = model;
  if (graph === undefined) throw new Error('no graph');
  const present = new Set(graph.output.map(({ name }) => name));
  for (const name of names) if (!present.has(name)) graph.output.push(create(ValueInfoProtoSchema, { name }));
  return toBinary(ModelProtoSchema, model);
}

/** `count` random images of the model's input codes, the extremes often. */
export function randomCodes(model: Model, count: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const max = 2 ** model.graph.input.bits - 1;
  return Uint8Array.from({ length: count * elementCount(model.graph.input.shape) }, () =>
    random.chance(0.3) ? random.pick([0, max]) : random.integer(0, max),
  );
}

/** Input codes as the real values that an exported model reads. */
export function realImages(model: Model, codes: Uint8Array): Float32Array {
  const scale = Math.fround(model.graph.input.scale);
  return Float32Array.from(codes, (code) => code * scale);
}

/** Outputs of a file in ONNX Runtime for one image, by name. */
export async function runOrt(
  bytes: Uint8Array,
  input: Tensor,
): Promise<ReadonlyMap<string, Float32Array | Int32Array | Uint8Array>> {
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const outputs = await session.run({ input });
  await session.release();
  return new Map(
    Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array | Int32Array | Uint8Array]),
  );
}

/** The file decoded and simplified, for one image. */
export function simplified(bytes: Uint8Array): SimplifiedGraph {
  return simplify(decodeOnnx(bytes), { operator: findOperator, batch: 1 });
}

/** The model that a file holds, on the input codes of `like`. */
export function imported(bytes: Uint8Array, { graph: { name, input } }: Model): Model {
  return importOnnx(simplified(bytes), {
    name,
    normalization: null,
    inputScale: input.scale,
    inputBits: input.bits,
  }).model;
}
