import { inputsOf } from '../network/analyse.ts';
import { elementCount } from '../network/integers.ts';
import { INPUT_ID, type Network } from '../network/network.ts';
import type { TensorType } from '../network/tensor-type.ts';
import { inferTypes } from '../network/verify.ts';
import type { Executor, RunOptions, RunResult } from './executor.ts';
import { checkImages } from './images.ts';
import { countLevels, startHistograms } from './reference-histogram.ts';
import { executeNode, type Value } from './reference-nodes.ts';

function allocate(type: TensorType): Value {
  const size = elementCount(type.shape);
  return { shape: type.shape, data: type.kind === 'codes' ? new Uint8Array(size) : new Int32Array(size) };
}

/**
 * The naive executor: each node's definition as nested loops, one image at a time, every value
 * materialised (`observe` sees each node of each image, `images` always 1). What it computes is
 * what the network means; the fast executors are compared with it.
 *
 * @throws TallyError when the network is not legal (see `verify`).
 */
export function createReferenceExecutor(network: Network): Executor {
  const types = inferTypes(network);
  const run = (images: Uint8Array, count: number, options: RunOptions = {}): RunResult => {
    checkImages(network, images, count);
    const histograms = startHistograms(network, types, count, options);
    const pixels = elementCount(network.input.shape);
    const classes = elementCount(types.get(network.output)!.shape);
    const outputs = new Int32Array(count * classes);
    for (let image = 0; image < count; image++) {
      const data = images.subarray(image * pixels, (image + 1) * pixels);
      const values = new Map<string, Value>([[INPUT_ID, { shape: network.input.shape, data }]]);
      for (const node of network.nodes) {
        const [first, ...rest] = inputsOf(node).map((id) => values.get(id)!);
        const output = allocate(types.get(node.id)!);
        executeNode(node, [first, ...rest], output);
        values.set(node.id, output);
        const histogram = histograms.get(node.id);
        if (histogram !== undefined) countLevels(histogram, first.data);
        options.observe?.(node.id, output.data, 1);
      }
      outputs.set(values.get(network.output)!.data, image * classes);
    }
    return { outputs, histograms };
  };
  return { run };
}
