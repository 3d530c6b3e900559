import { createKernelExecutor, elementCount, type Network, type RunOptions } from '@tally/core';
import { expect } from 'vitest';
import { ortIntegerExecutor } from '../../../packages/cli/src/crosscheck/ort.ts';

type Values = Map<string, Uint8Array | Int32Array>;

/** Images whose values are held at a time. */
const CHUNK = 250;

/** An observer that keeps the values of `count` images, batch after batch. */
function collect(values: Values, count: number): NonNullable<RunOptions['observe']> {
  const filled = new Map<string, number>();
  return (id, data, images) => {
    const size = (data.length / images) * count;
    const kept = values.get(id) ?? (data instanceof Uint8Array ? new Uint8Array(size) : new Int32Array(size));
    const at = filled.get(id) ?? 0;
    kept.set(data, at);
    values.set(id, kept);
    filled.set(id, at + data.length);
  };
}

/** Equal types are up to the caller; equal bytes. */
export const sameBytes = (a: Uint8Array | Int32Array, b: Uint8Array | Int32Array): boolean =>
  Buffer.compare(
    Buffer.from(a.buffer, a.byteOffset, a.byteLength),
    Buffer.from(b.buffer, b.byteOffset, b.byteLength),
  ) === 0;

/**
 * Runs `count` images through the WebAssembly kernels and through ONNX Runtime's integer operators and
 * compares every value of every node, image by image: with nothing fused, then whatever the fused plan
 * stores, then the outputs.
 *
 * @returns how many values were compared
 */
export async function compareWithOnnxRuntime(
  network: Network,
  images: Uint8Array,
  count: number,
): Promise<number> {
  const pixels = elementCount(network.input.shape);
  const ort = await ortIntegerExecutor(network, { threads: 2 });
  const plain = createKernelExecutor(network);
  const fused = createKernelExecutor(network, { observeFused: true });
  let compared = 0;
  for (let first = 0; first < count; first += CHUNK) {
    const size = Math.min(CHUNK, count - first);
    const chunk = images.subarray(first * pixels, (first + size) * pixels);
    const expected: Values = new Map();
    const shown: Values = new Map();
    const stored: Values = new Map();
    const outputs = await ort.run(chunk, size, { batch: size, observe: collect(expected, size) });
    const ours = plain.run(chunk, size, { observe: collect(shown, size) });
    const fast = fused.run(chunk, size, { observe: collect(stored, size) });
    expect(sameBytes(ours.outputs, outputs), 'outputs').toBe(true);
    expect(sameBytes(fast.outputs, outputs), 'outputs of the fused plan').toBe(true);
    for (const { id } of network.nodes) {
      const want = expected.get(id)!;
      expect(sameBytes(shown.get(id)!, want), `${id}, images from ${first}`).toBe(true);
      compared += want.length;
      const kept = stored.get(id);
      if (kept !== undefined) expect(sameBytes(kept, want), `${id} fused, images from ${first}`).toBe(true);
    }
  }
  await ort.release();
  return compared;
}
