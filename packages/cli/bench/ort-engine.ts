import { elementCount, inferTypes, type Network } from '@tally/core';
import type { ScoreEngine } from '../src/eval/engine.ts';
import { floatGraph, IMAGE, quantizedGraph } from './onnx-graphs.ts';

/** Codes of pixels as the float graph reads them. */
const FLOATS = Float32Array.from({ length: 256 }, (_, code) => code / 128 - 1);

/**
 * ONNX Runtime on a graph of the network's topology, as an engine of `tally eval`: one session on `threads`
 * threads, `batch` images a call. The images of a chunk must be whole batches.
 */
export async function ortEngine(
  network: Network,
  threads: number,
  precision: 'fp32' | 'int8',
  { batch, chunk }: { readonly batch: number; readonly chunk: number },
): Promise<ScoreEngine> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const graph = precision === 'fp32' ? floatGraph(network, batch) : quantizedGraph(network, batch);
  const session = await InferenceSession.create(graph, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const { shape } = network.input;
  const size = batch * elementCount(shape);
  const classes = elementCount(inferTypes(network).get(network.output)!.shape);
  return {
    form: 'float',
    name: `ort ${precision}`,
    hash: '',
    shape,
    classes,
    chunk,
    async score(images, count) {
      const scores = new Float32Array(count * classes);
      for (let first = 0; first < count; first += batch) {
        const part = images.slice((first / batch) * size, (first / batch + 1) * size);
        const tensor =
          precision === 'fp32'
            ? new Tensor(
                'float32',
                Float32Array.from(part, (code) => FLOATS[code]),
                [batch, ...shape],
              )
            : new Tensor('uint8', part, [batch, ...shape]);
        const { logits } = await session.run({ [IMAGE]: tensor });
        scores.set(logits.data as Float32Array, first * classes);
      }
      return scores;
    },
    histograms: () => new Map(),
    close: () => session.release(),
  };
}
