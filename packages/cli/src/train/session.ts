import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { FloatTensor } from '@tally/core';

/**
 * Opens an ONNX graph on the CPU.
 *
 * Threads do not spin while they wait: on a machine that other work shares, spinning made a training
 * step up to twice as slow, and on an idle one it gained nothing.
 *
 * @param graph its bytes, or the path of a file that keeps weights in other files.
 */
export async function openSession(graph: Uint8Array | string, threads: number): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
  return typeof graph === 'string'
    ? InferenceSession.create(graph, options)
    : InferenceSession.create(graph, options);
}

/** A float tensor as onnxruntime's. The data is shared, not copied. */
export function toTensor(tensor: FloatTensor): Tensor {
  return new Tensor('float32', tensor.data, [...tensor.shape]);
}

/** An onnxruntime float tensor as ours, copied. */
export function fromTensor(tensor: Tensor): FloatTensor {
  if (!(tensor.data instanceof Float32Array)) throw new Error(`expected float32, got ${tensor.type}`);
  return { shape: [...tensor.dims], data: Float32Array.from(tensor.data) };
}

/** One output of a run, by name. */
export function outputOf(outputs: InferenceSession.OnnxValueMapType, name: string): Tensor {
  const value = outputs[name];
  if (!(value instanceof Tensor)) throw new Error(`the graph has no output '${name}'`);
  return value;
}

/** A scalar float output of a run, by name. */
export function scalarOf(outputs: InferenceSession.OnnxValueMapType, name: string): number {
  const [value] = outputOf(outputs, name).data;
  if (typeof value !== 'number') throw new Error(`the output '${name}' is not a number`);
  return value;
}
