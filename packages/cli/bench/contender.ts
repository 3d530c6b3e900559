import { createKernelExecutor, type Network } from '@tally/core';
import { startPool } from '../src/workers/index.ts';
import { floatGraph, IMAGE, quantizedGraph } from './onnx-graphs.ts';

/** Something that runs a network's images; what is timed. */
export interface Contender {
  readonly name: string;
  readonly run: () => Promise<void>;
  readonly close: () => Promise<void>;
  /** Bytes that it says it holds, when it says so. */
  readonly memoryBytes?: number;
}

/** Images that every contender runs, all in one measurement. */
export interface Work {
  readonly network: Network;
  readonly images: Uint8Array;
  readonly count: number;
}

/** Our kernels: on this thread, or on worker threads when there are several. */
export async function tallyContender({ network, images, count }: Work, threads: number): Promise<Contender> {
  const name = 'tally';
  if (threads === 1) {
    const executor = createKernelExecutor(network);
    return {
      name,
      run: () => {
        executor.run(images, count);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
      memoryBytes: executor.memoryBytes(),
    };
  }
  const pool = await startPool(network, threads);
  return {
    name,
    run: async () => {
      await pool.run(images, count);
    },
    close: () => pool.close(),
    memoryBytes: pool.memoryBytes,
  };
}

/** ONNX Runtime on a graph of the same topology, `batch` images a call. */
export async function ortContender(
  { network, images, count }: Work,
  threads: number,
  precision: 'fp32' | 'int8',
  batch: number,
): Promise<Contender> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const graph = precision === 'fp32' ? floatGraph(network, batch) : quantizedGraph(network, batch);
  const session = await InferenceSession.create(graph, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const size = batch * (images.length / count);
  const shape = [batch, ...network.input.shape];
  // Tensors are made beforehand: ONNX Runtime gets its operands as it likes them, for free.
  const feeds = Array.from({ length: Math.floor(count / batch) }, (_, i) => {
    const part = images.slice(i * size, (i + 1) * size);
    const tensor =
      precision === 'fp32'
        ? new Tensor(
            'float32',
            Float32Array.from(part, (code) => code / 128 - 1),
            shape,
          )
        : new Tensor('uint8', part, shape);
    return { [IMAGE]: tensor };
  });
  return {
    name: `ort ${precision}, batch ${batch}`,
    run: async () => {
      for (const feed of feeds) await session.run(feed);
    },
    close: () => session.release(),
  };
}

/** Milliseconds of one run. */
export async function time(contender: Contender): Promise<number> {
  const start = performance.now();
  await contender.run();
  return performance.now() - start;
}

/** ONNX Runtime with the batch size that suits it best here: each candidate warms up, then the fastest of three runs decides. */
export async function bestOrtContender(
  work: Work,
  threads: number,
  precision: 'fp32' | 'int8',
  batches: readonly number[],
): Promise<Contender> {
  let best: { readonly contender: Contender; readonly ms: number } | null = null;
  for (const batch of batches) {
    const contender = await ortContender(work, threads, precision, batch);
    await contender.run();
    const ms = Math.min(await time(contender), await time(contender), await time(contender));
    const loser: Contender | undefined = best === null || ms < best.ms ? best?.contender : contender;
    if (best === null || ms < best.ms) best = { contender, ms };
    await loser?.close();
  }
  if (best === null) throw new Error('no batch size to try');
  return best.contender;
}
