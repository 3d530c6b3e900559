import {
  evalGraph,
  graphNames,
  probeGraph,
  probeName,
  weightShapesOf,
  type FloatTensor,
  type ModelGraph,
} from '@tally/core';
import type { LabelledSet } from './data.ts';
import { plainBatch } from './batches.ts';
import { openSession, outputOf, scalarOf, toTensor } from './session.ts';

/** Images per evaluation step. */
const BATCH = 100;

/** Result of a test run. */
export interface Evaluation {
  readonly images: number;
  readonly correct: number;
  /** Mean cross entropy. */
  readonly loss: number;
}

/** A network in inference mode, opened once and evaluated many times. */
export interface Evaluator {
  evaluate(parameters: ReadonlyMap<string, FloatTensor>, data: LabelledSet): Promise<Evaluation>;
  close(): Promise<void>;
}

function parameterFeeds(
  parameters: ReadonlyMap<string, FloatTensor>,
): Record<string, ReturnType<typeof toTensor>> {
  return Object.fromEntries(
    [...parameters].map(([name, tensor]) => [graphNames.parameter(name), toTensor(tensor)]),
  );
}

/**
 * Opens the inference graph of a network.
 *
 * @param parameters fix the shapes; values are given to `evaluate`.
 */
export async function openEvaluator(
  graph: ModelGraph,
  parameters: ReadonlyMap<string, FloatTensor>,
  threads: number,
): Promise<Evaluator> {
  const { bytes } = evalGraph(graph, weightShapesOf(graph, parameters), { batch: BATCH });
  const session = await openSession(bytes, threads);
  return {
    async evaluate(values, data) {
      const feeds = parameterFeeds(values);
      let correct = 0;
      let lossSum = 0;
      for (let start = 0; start < data.count; start += BATCH) {
        const batch = plainBatch(data, start, BATCH);
        const outputs = await session.run({
          ...feeds,
          [graphNames.images]: batch.images,
          [graphNames.labels]: batch.labels,
        });
        const present = Math.min(BATCH, data.count - start);
        if (present === BATCH) {
          correct += scalarOf(outputs, graphNames.correct);
          lossSum += BATCH * scalarOf(outputs, graphNames.loss);
          continue;
        }
        // A last, partial batch: count its own images only.
        const logits = outputOf(outputs, graphNames.logits);
        const scores = logits.data as Float32Array;
        const classes = logits.dims[1] ?? 0;
        for (let i = 0; i < present; i++) {
          const row = scores.subarray(i * classes, (i + 1) * classes);
          const best = row.indexOf(Math.max(...row));
          const label = data.labels[start + i] ?? 0;
          if (best === label) correct++;
          const largest = row[best] ?? 0;
          lossSum +=
            Math.log(row.reduce((sum, score) => sum + Math.exp(score - largest), 0)) +
            largest -
            (row[label] ?? 0);
        }
      }
      return { images: data.count, correct, loss: lossSum / data.count };
    },
    close: () => session.release(),
  };
}

/**
 * Mean magnitude of values of a network over the first images of a data set.
 *
 * @param values node ids.
 * @param images how many images.
 */
export async function meanMagnitudes(
  graph: ModelGraph,
  parameters: ReadonlyMap<string, FloatTensor>,
  data: LabelledSet,
  values: readonly string[],
  images: number,
  threads: number,
): Promise<ReadonlyMap<string, number>> {
  const { bytes } = probeGraph(graph, weightShapesOf(graph, parameters), { batch: images, values });
  const session = await openSession(bytes, threads);
  try {
    const outputs = await session.run({
      ...parameterFeeds(parameters),
      [graphNames.images]: plainBatch(data, 0, images).images,
    });
    return new Map(values.map((id) => [id, scalarOf(outputs, probeName(id))]));
  } finally {
    await session.release();
  }
}
