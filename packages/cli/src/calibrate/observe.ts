import {
  quantizedGraph,
  quantizedValues,
  ValueHistogram,
  valueGraph,
  valueName,
  weightShapesOf,
  type Model,
  type Precision,
} from '@tally/core';
import { outputOf } from '../train/session.ts';
import type { Pixels } from './pixels.ts';
import { CALIBRATION_BATCH, runOverImages, type PassOptions } from './run-graph.ts';

/** Histograms of some values of a model (in inference mode) over images, by value id. */
export async function valueHistograms(
  model: Model,
  values: readonly string[],
  pixels: Pixels,
  options: PassOptions,
): Promise<ReadonlyMap<string, ValueHistogram>> {
  const histograms = new Map(values.map((id) => [id, new ValueHistogram()]));
  if (values.length === 0) return histograms;
  const { batch = CALIBRATION_BATCH } = options;
  const emitted = valueGraph(model.graph, weightShapesOf(model.graph, model.parameters), { batch, values });
  await runOverImages(
    emitted,
    model.parameters,
    pixels,
    (outputs, present) => {
      for (const [id, histogram] of histograms) {
        const data = outputOf(outputs, valueName(id)).data as Float32Array;
        histogram.add(data.subarray(0, (data.length / batch) * present), `${model.graph.name}.${id}`);
      }
    },
    options,
  );
  return histograms;
}

/** Histograms of everything that activation quantizers will read in a full-precision model of that precision. */
export async function activationHistograms(
  parent: Model,
  precision: Precision,
  pixels: Pixels,
  options: PassOptions,
): Promise<ReadonlyMap<string, ValueHistogram>> {
  const values = quantizedValues(quantizedGraph(parent.graph, parent.graph.name, precision));
  return valueHistograms(parent, values, pixels, options);
}
