import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Values by name: float32 unless integers. */
export type Feeds = Readonly<Record<string, Tensor>>;

/** Runs an ONNX model once on one thread; outputs by name. */
export async function execute(bytes: Uint8Array, feeds: Feeds): Promise<Readonly<Record<string, Tensor>>> {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}

/** A float32 tensor. */
export const float = (shape: readonly number[], data: ArrayLike<number>): Tensor =>
  new Tensor('float32', Float32Array.from(data), [...shape]);

/** Values of a float32 output. */
export function floats(outputs: Readonly<Record<string, Tensor>>, name: string): Float32Array {
  const data = Object.hasOwn(outputs, name) ? outputs[name].data : null;
  if (!(data instanceof Float32Array)) throw new Error(`no float output '${name}'`);
  return data;
}
