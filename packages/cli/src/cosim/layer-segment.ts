import {
  createReferenceExecutor,
  elementCount,
  fail,
  fusedThresholds,
  INPUT_ID,
  listMacLayers,
  scheduleLayer,
  type LayerSchedule,
  type MacLayer,
  type Macro,
  type Network,
  type ThresholdNode,
} from '@tally/core';
import { PROMPT, type Handshakes } from './handshakes.ts';
import { layerHost, type Host, type LayerResult } from './host.ts';
import type { Segment } from './session.ts';
import { macroStimulus, type ClockObserver, type StimulusOptions } from './stimulus.ts';

/** A layer with one image's codes and what the integer executor makes of them. */
export interface LayerJob {
  readonly layer: MacLayer;
  readonly codes: Uint8Array;
  readonly thresholds: ThresholdNode | null;
  /** Accumulators with bias, or codes where there are thresholds; `layer.output` row-major. */
  readonly expected: ArrayLike<number>;
}

/**
 * Runs one image through the integer executor and keeps, for every layer that runs on the macro, what goes in and what
 * has to come out.
 *
 * @param image codes of one image, each below 2^input.bits
 * @throws TallyError `image-shape-mismatch`
 */
export function layerJobs(network: Network, macro: Macro, image: Uint8Array): readonly LayerJob[] {
  const values = new Map<string, Uint8Array | Int32Array>([[INPUT_ID, image]]);
  createReferenceExecutor(network).run(image, 1, {
    observe: (id, data) => void values.set(id, data.slice()),
  });
  const valueOf = (id: string): Uint8Array | Int32Array => {
    const value = values.get(id);
    if (value === undefined) throw new Error(`the reference executor did not show ${id}`);
    return value;
  };
  const fused = fusedThresholds(network, macro.spec);
  return listMacLayers(network).map((layer) => {
    const thresholds = fused.get(layer.id) ?? null;
    return {
      layer,
      codes: Uint8Array.from(valueOf(layer.node.input)),
      thresholds,
      expected: valueOf(thresholds?.id ?? layer.id),
    };
  });
}

/** A segment and what is known of it beforehand. */
export interface LayerSegment extends Segment {
  readonly schedule: LayerSchedule;
  /** The world around the macro for this layer, from the beginning; checks every result. */
  readonly host: () => Host;
  /** As `start`, with every clock seen. */
  readonly startWatched: (observer: ClockObserver) => ReturnType<Segment['start']>;
}

/**
 * A layer under a dataflow as a segment; every result is held against the integer executor's.
 *
 * @param handshakes made anew at each start
 * @throws what `scheduleLayer` refuses; while it runs TallyError `result-differs`
 */
export function layerSegment(
  macro: Macro,
  job: LayerJob,
  dataflow: string,
  name: string,
  handshakes: () => Handshakes = () => PROMPT,
): LayerSegment {
  const { layer, codes, thresholds } = job;
  const schedule = scheduleLayer({ macro, layer, codes, dataflow, thresholds });
  const check = resultCheck(job, name);
  const host = (): Host => layerHost(schedule, check);
  const start = (options?: StimulusOptions): ReturnType<Segment['start']> =>
    macroStimulus(macro, host(), handshakes(), options);
  return { name, schedule, host, start: () => start(), startWatched: (observer) => start({ observer }) };
}

function resultCheck({ layer, expected, thresholds }: LayerJob, name: string): (result: LayerResult) => void {
  if (expected.length !== elementCount(layer.output)) throw new Error(`${name}: values of another shape`);
  const bias = thresholds === null ? layer.node.bias : null;
  return ({ channel, pixel, value, isCode }) => {
    const wanted = expected[channel * layer.positions + pixel];
    const got = value + (bias?.[channel] ?? 0);
    if (got === wanted && isCode === (thresholds !== null)) return;
    fail(
      'result-differs',
      `${name}: channel ${channel}, pixel ${pixel}`,
      `the simulated macro hands out the ${isCode ? 'code' : 'sum'} ${got}, the integer executor has ${wanted}`,
      'report it: simulator and executor compute the same network',
    );
  };
}
