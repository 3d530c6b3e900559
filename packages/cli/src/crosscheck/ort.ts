import { checkImages, elementCount, inferTypes, type Network } from '@tally/core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { integerOnnxGraph, outputName } from './ort-graph.ts';

/** Options of one run. */
export interface OrtRunOptions {
  /** Images per call of ONNX Runtime, default 64. */
  readonly batch?: number;
  /** As `RunOptions.observe` of the core: called for every node in topological order, per batch. */
  readonly observe?: (id: string, data: Uint8Array | Int32Array, images: number) => void;
  /** Called after each batch with the number of images done. */
  readonly progress?: (done: number) => void;
}

/** ONNX Runtime as an executor of integer networks. */
export interface OrtIntegerExecutor {
  /**
   * @param images unsigned codes, shape `[count, ...network.input.shape]`.
   * @returns outputs, shape `[count, classes]`.
   * @throws TallyError `image-shape-mismatch` or `image-code-out-of-range`.
   */
  run(images: Uint8Array, count: number, options?: OrtRunOptions): Promise<Int32Array>;
  /** Frees the session. */
  release(): Promise<void>;
}

function integersOf(tensor: Tensor | undefined, id: string): Uint8Array | Int32Array {
  const data: unknown = tensor?.data;
  if (data instanceof Uint8Array || data instanceof Int32Array) return data;
  throw new Error(`ONNX Runtime: value '${id}' is ${tensor?.type ?? 'missing'}, expected uint8 or int32`);
}

/**
 * Runs a network with ONNX Runtime's own integer kernels: an implementation that shares nothing with
 * the executors of the core but the meaning of the graph, so that agreement on every value is evidence.
 *
 * @param options.threads of ONNX Runtime, default 1; does not change the result.
 * @throws TallyError when the network is not legal.
 */
export async function ortIntegerExecutor(
  network: Network,
  options: { readonly threads?: number } = {},
): Promise<OrtIntegerExecutor> {
  const types = inferTypes(network);
  const session = await InferenceSession.create(integerOnnxGraph(network), {
    executionProviders: ['cpu'],
    intraOpNumThreads: options.threads ?? 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'basic',
    logSeverityLevel: 3,
  });
  const pixels = elementCount(network.input.shape);
  const classes = elementCount(types.get(network.output)!.shape);
  return {
    async run(images, count, { batch = 64, observe, progress } = {}) {
      checkImages(network, images, count);
      const outputs = new Int32Array(count * classes);
      const ids = observe === undefined ? [network.output] : network.nodes.map((node) => node.id);
      for (let first = 0; first < count; first += batch) {
        const size = Math.min(batch, count - first);
        const data = images.subarray(first * pixels, (first + size) * pixels);
        const feed = new Tensor('uint8', data, [size, ...network.input.shape]);
        const values = await session.run({ images: feed }, ids.map(outputName));
        for (const id of ids) observe?.(id, integersOf(values[outputName(id)], id), size);
        outputs.set(integersOf(values[outputName(network.output)], network.output), first * classes);
        progress?.(first + size);
      }
      return outputs;
    },
    release: () => session.release(),
  };
}
