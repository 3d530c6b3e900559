import {
  quantizedGraph,
  quantizedValues,
  ValueHistogram,
  valueGraph,
  valueName,
  valueShapes,
  weightShapesOf,
  type Model,
  type Precision,
} from '@tally/core';
import { outputOf } from '../train/session.ts';
import type { Pixels } from './pixels.ts';
import { CALIBRATION_BATCH, runOverImages, type PassOptions } from './run-graph.ts';

/** Shows some values of a model (in inference mode) over images: `[present, ...shape]`, batch after batch. */
async function observe(
  model: Model,
  values: readonly string[],
  pixels: Pixels,
  options: PassOptions,
  onValue: (id: string, data: Float32Array, present: number) => void,
): Promise<void> {
  if (values.length === 0) return;
  const { batch = CALIBRATION_BATCH } = options;
  const emitted = valueGraph(model.graph, weightShapesOf(model.graph, model.parameters), { batch, values });
  await runOverImages(
    emitted,
    model.parameters,
    pixels,
    (outputs, present) => {
      for (const id of values) {
        const data = outputOf(outputs, valueName(id)).data as Float32Array;
        onValue(id, data.subarray(0, (data.length / batch) * present), present);
      }
    },
    options,
  );
}

/** Histograms of some values of a model over images, by value id. */
export async function valueHistograms(
  model: Model,
  values: readonly string[],
  pixels: Pixels,
  options: PassOptions,
): Promise<ReadonlyMap<string, ValueHistogram>> {
  const histograms = new Map(values.map((id) => [id, new ValueHistogram()]));
  await observe(model, values, pixels, options, (id, data) =>
    histograms.get(id)?.add(data, `${model.graph.name}.${id}`),
  );
  return histograms;
}

/** Bins of a channel's histogram: a network has thousands of channels. */
const CHANNEL_BINS = 512;

/** Histograms of each channel of some values of a model over images, by value id. */
export async function channelHistograms(
  model: Model,
  values: readonly string[],
  pixels: Pixels,
  options: PassOptions,
): Promise<ReadonlyMap<string, readonly ValueHistogram[]>> {
  const shapes = valueShapes(model.graph, weightShapesOf(model.graph, model.parameters));
  const histograms = new Map(
    values.map((id) => [
      id,
      Array.from({ length: shapes.get(id)?.[0] ?? 0 }, () => new ValueHistogram(CHANNEL_BINS)),
    ]),
  );
  await observe(model, values, pixels, options, (id, data, present) => {
    const channels = histograms.get(id) ?? [];
    const size = data.length / (present * channels.length);
    for (let start = 0; start < data.length; start += size) {
      const channel = (start / size) % channels.length;
      channels[channel].add(data.subarray(start, start + size), `${model.graph.name}.${id}[${channel}]`);
    }
  });
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
