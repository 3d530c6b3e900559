import {
  isolated,
  layerIds,
  precisionText,
  valueGraph,
  valueName,
  weightShapesOf,
  type LayerPrecision,
  type Model,
} from '@tally/core';
import { outputOf } from '../train/session.ts';
import type { Pixels } from './pixels.ts';
import { runOverImages, type PassOptions } from './run-graph.ts';

/** What quantizing one layer alone does to the network's output. */
export interface Sensitivity {
  readonly layer: string;
  readonly precision: string;
  /** Mean Kullback-Leibler divergence of the class probabilities from the full-precision ones, in nats. */
  readonly divergence: number;
}

/** Measurements by layer and precision, as they are kept between runs. */
export type SensitivityTable = Readonly<Partial<Record<string, Readonly<Partial<Record<string, number>>>>>>;

/** Logits of a model over images, image after image. */
async function logits(model: Model, pixels: Pixels, options: PassOptions): Promise<Float32Array[]> {
  const { batch = 10 } = options;
  const { output } = model.graph;
  const emitted = valueGraph(model.graph, weightShapesOf(model.graph, model.parameters), {
    batch,
    values: [output],
  });
  const rows: Float32Array[] = [];
  await runOverImages(
    emitted,
    model.parameters,
    pixels,
    (outputs, present) => {
      const data = outputOf(outputs, valueName(output)).data as Float32Array;
      const size = data.length / batch;
      for (let i = 0; i < present; i++) rows.push(data.slice(i * size, (i + 1) * size));
    },
    { ...options, batch },
  );
  return rows;
}

/** log of the softmax, in float64. */
function logProbabilities(row: Float32Array): Float64Array {
  const largest = row.reduce((a, b) => Math.max(a, b), -Infinity);
  const total = Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0)) + largest;
  return Float64Array.from(row, (value) => value - total);
}

/** Mean KL(p || q) of class probabilities, of rows of logits; in nats. */
export function meanDivergence(reference: readonly Float32Array[], other: readonly Float32Array[]): number {
  let sum = 0;
  reference.forEach((row, index) => {
    const [p, q] = [logProbabilities(row), logProbabilities(other[index] ?? row)];
    p.forEach((log, k) => (sum += Math.exp(log) * (log - (q[k] ?? log))));
  });
  return sum / reference.length;
}

/**
 * How much each inner layer's precision matters: quantizes one layer at a time and measures how far the
 * network's class probabilities move.
 *
 * @param calibratedAt the whole model calibrated with every inner layer at a precision.
 * @param known measurements that need not be made again.
 * @param onMeasured called after each measurement, with all so far.
 */
export async function measureSensitivity(
  parent: Model,
  layers: readonly string[],
  candidates: readonly LayerPrecision[],
  calibratedAt: (precision: LayerPrecision) => Model,
  pixels: Pixels,
  options: PassOptions,
  known: SensitivityTable,
  onMeasured: (table: SensitivityTable, done: number, of: number) => void,
): Promise<SensitivityTable> {
  let table: SensitivityTable = known;
  let reference: readonly Float32Array[] | null = null;
  let done = 0;
  for (const candidate of candidates) {
    const text = precisionText(candidate);
    const missing = layers.filter((layer) => table[layer]?.[text] === undefined);
    done += layers.length - missing.length;
    if (missing.length === 0) continue;
    reference ??= await logits(parent, pixels, options);
    const model = calibratedAt(candidate);
    for (const layer of missing) {
      const divergence = meanDivergence(reference, await logits(isolated(model, layer), pixels, options));
      table = { ...table, [layer]: { ...table[layer], [text]: divergence } };
      onMeasured(table, ++done, layers.length * candidates.length);
    }
  }
  return table;
}

/** The layers whose precision is open: all but the first and the last. */
export function innerLayers(model: Model): readonly string[] {
  return layerIds(model.graph).slice(1, -1);
}
