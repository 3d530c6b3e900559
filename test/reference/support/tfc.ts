import {
  createFloatExecutor,
  createReferenceExecutor,
  explainLowering,
  findOperator,
  simplify,
} from '@tally/core';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { importOnnxFile, readOnnx } from '../../../packages/cli/src/io/onnx.ts';

const shared = process.env['TALLY_SHARED'] ?? fileURLToPath(new URL('../../../../shared', import.meta.url));
const file = join(shared, 'networks', 'TFC_2W2A.onnx');
const images = join(shared, 'images', 'mnist', 't10k-images-idx3-ubyte.gz');
const labels = join(shared, 'images', 'mnist', 't10k-labels-idx1-ubyte.gz');

/** Whether the QONNX network and the MNIST test images are there. */
export const hasTfc = [file, images, labels].every((path) => existsSync(path));

/** What to say when they are not. */
export const TFC_MISSING = `needs networks/TFC_2W2A.onnx and images/mnist (TALLY_SHARED names their folder, now ${shared})`;

const PIXELS = 28 * 28;

/** What the comparison of one run found. */
export interface TfcComparison {
  /** Codes at Quant nodes that were compared. */
  readonly codes: number;
  /** Of them, those that differ. */
  readonly different: number;
  /** Images whose class is right, by the integer network. */
  readonly correctByIntegers: number;
  /** The same by the float executor. */
  readonly correctByFloat: number;
}

function classOf(scores: ArrayLike<number>): number {
  const all = Array.from(scores);
  return all.indexOf(Math.max(...all));
}

/**
 * TFC_2W2A on the first MNIST test images: the QONNX file in the float executor against the imported and
 * lowered integer network, codes at every Quant of an activation.
 */
export function compareTfc(count: number): TfcComparison {
  const { model, places } = importOnnxFile(file, { normalization: null });
  const lowering = explainLowering(model);
  const graph = simplify(readOnnx(file), { operator: findOperator });
  const float = createFloatExecutor(graph, findOperator);
  const quantized = graph.nodes
    .filter(({ operator }) => operator === 'Quant')
    .flatMap(({ outputs: [name = ''] }) => {
      const place = lowering.places.get(places.get(name) ?? '');
      return place === undefined ? [] : [{ name, place }];
    });
  const pixels = gunzipSync(readFileSync(images)).subarray(16, 16 + count * PIXELS);
  const truth = gunzipSync(readFileSync(labels)).subarray(8);
  const executor = createReferenceExecutor(lowering.network);
  const result = { codes: 0, different: 0, correctByIntegers: 0, correctByFloat: 0 };
  const [input = ''] = graph.inputs;
  const [output = ''] = graph.outputs;
  for (let image = 0; image < count; image++) {
    const codes = pixels.subarray(image * PIXELS, (image + 1) * PIXELS);
    const integers = new Map<string, ArrayLike<number>>();
    const { outputs } = executor.run(codes, 1, {
      observe: (id, values) => {
        integers.set(id, values.slice());
      },
    });
    const data = Float32Array.from(codes, (code) => code * Math.fround(1 / 255));
    const run = float.run(new Map([[input, { type: 'float32', shape: [1, 1, 28, 28], data }]]), {
      keep: quantized.map(({ name }) => name),
    });
    for (const { name, place } of quantized) {
      const values = run.values.get(name)?.data ?? [];
      const own = integers.get(place.id);
      if (own === undefined) throw new Error(`no value '${place.id}'`);
      for (const [i, value] of values.entries()) {
        const code = own[i] ?? NaN;
        result.codes++;
        if ((code - place.zeroPoint) * place.scale !== Number(value)) result.different++;
      }
    }
    if (classOf(outputs) === truth[image]) result.correctByIntegers++;
    const scores = run.outputs.get(output)?.data;
    if (scores instanceof Float32Array && classOf(scores) === truth[image]) result.correctByFloat++;
  }
  return result;
}
