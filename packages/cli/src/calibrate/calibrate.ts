import {
  calibrated,
  equalizableValues,
  equalized,
  equalizedActivations,
  layerIds,
  matchesPattern,
  precisionFromRules,
  precisionText,
  refuseQuantized,
  type ActivationChoice,
  type BitsRule,
  type CalibrationOptions,
  type CorrectionKind,
  type LayerPrecision,
  type Model,
  type Precision,
} from '@tally/core';
import type { ReconstructOptions } from '../reconstruct/options.ts';
import type { Progress } from '../terminal/progress.ts';
import { chooseBits, type AutoBits, type SensitivityStore } from './auto-bits.ts';
import { correctOverImages, type CorrectedLayer } from './correct.ts';
import { activationHistograms, channelHistograms } from './observe.ts';
import { firstPixels, spreadPixels, type Pixels } from './pixels.ts';
import { layerRecords, type AssignmentRecord, type EqualizedRecord, type LayerRecord } from './report.ts';

/** What channels are rescaled by, between layers: ranges of weights, steps of activations, or nothing. */
export type Equalization = 'weights' | 'activations' | 'none';

/** Images whose channels are looked at: each has thousands of pixels. */
const CHANNEL_IMAGES = 256;

/** How a full-precision network becomes a quantized one without training on labels. */
export interface PostTrainingOptions {
  /** Name of the network that is made. */
  readonly name: string;
  readonly rules: readonly BitsRule[];
  readonly auto: AutoBits | null;
  readonly steps: CalibrationOptions;
  readonly equalize: Equalization;
  readonly correction: CorrectionKind | null;
  /** Null: rounding to nearest. */
  readonly reconstruction: ReconstructOptions | null;
  /** Views of each image that reconstruction sees, the image itself counted: 1 or more. */
  readonly views: number;
  /** Where reconstruction keeps its checkpoint; null keeps none. */
  readonly checkpoint: { readonly path: string; readonly resume: boolean } | null;
  readonly threads: number;
}

/** A quantized network, and what was chosen on the way. */
export interface PostTraining {
  readonly model: Model;
  readonly layers: readonly LayerRecord[];
  readonly activations: readonly ActivationChoice[];
  readonly equalized: readonly EqualizedRecord[];
  readonly assignment: AssignmentRecord | null;
  readonly remarks: readonly string[];
}

/** Starts a progress bar. */
export type StartProgress = (label: string, total: number, noun: string) => Progress;

/**
 * Post-training quantization: equalisation of channels, activation statistics, precisions (given or chosen),
 * steps of least error, corrections of the layers' outputs, and, where asked for, block reconstruction.
 *
 * @param parent full precision.
 * @param seen the images and, behind them, `options.views - 1` more views of each, which reconstruction alone sees: the rest is
 * measured on images as the network will meet them.
 * @param storeOf where measurements of the network with its channels rescaled are kept.
 * @throws TallyError `model-already-quantized`, `layer-unknown`, `budget-too-small`, `calibration-degenerate`
 */
export async function quantizePostTraining(
  parent: Model,
  seen: Pixels,
  options: PostTrainingOptions,
  storeOf: (rescaled: Model) => SensitivityStore,
  startProgress: StartProgress,
): Promise<PostTraining> {
  refuseQuantized(parent);
  const { threads, rules } = options;
  const pixels = firstPixels(seen, seen.count / options.views);
  const named = precisionFromRules(parent.graph, rules, '--bits');
  const over = async <T>(
    label: string,
    total: number,
    noun: string,
    work: (update: (done: number) => void) => Promise<T>,
  ): Promise<T> => {
    const progress = startProgress(label, total, noun);
    progress.update(0);
    try {
      return await work((done) => progress.update(done));
    } finally {
      progress.finish();
    }
  };

  const { auto } = options;
  const open = layerIds(parent.graph)
    .slice(1, -1)
    .filter((layer) => !rules.some(({ pattern }) => matchesPattern(pattern, layer)));
  const expected = auto === null ? named : withFewestCodes(named, open, auto.candidates);
  const made = await rescaled(parent, expected, options, async (values) => {
    const few = spreadPixels(pixels, CHANNEL_IMAGES);
    return over('channel statistics', few.count, 'images', (onImages) =>
      channelHistograms(parent, values, few, { threads, onImages }),
    );
  });
  const start = made.model;
  const histograms = await over('activation statistics', pixels.count, 'images', (onImages) =>
    activationHistograms(start, named, pixels, { threads, onImages }),
  );
  const assigned =
    auto === null
      ? null
      : await over('sensitivity', open.length * auto.candidates.length, 'measurements', (update) =>
          chooseBits(
            start,
            named,
            open,
            histograms,
            pixels,
            auto,
            { threads, calibration: options.steps },
            storeOf(start),
            update,
          ),
        );
  const precision = assigned?.precision ?? named;
  const steps = calibrated(start, options.name, precision, histograms, options.steps);
  let { model } = steps;
  let corrected: readonly CorrectedLayer[] = [];
  const { correction, reconstruction } = options;
  if (correction !== null) {
    const result = await over('corrections', pixels.count, 'images', (onImages) =>
      correctOverImages(start, model, correction, pixels, { threads, onImages }),
    );
    ({ model, layers: corrected } = result);
  }
  if (reconstruction !== null) model = await reconstructed(start, model, seen, options, startProgress);
  const of = (layer: string): LayerPrecision => ({ ...precision, ...precision.overrides?.[layer] });
  return {
    model,
    layers: layerRecords(steps.weights, corrected, of, precisionText),
    activations: steps.activations,
    equalized: made.records,
    assignment: assigned?.record ?? null,
    remarks: made.remarks,
  };
}

/** Every open layer with the fewest activation bits that it may get: it is then that uneven channels cost most. */
function withFewestCodes(
  named: Precision,
  open: readonly string[],
  candidates: readonly LayerPrecision[],
): Precision {
  const activations = Math.min(...candidates.map((candidate) => candidate.activations));
  const fewest = open.map((layer) => [layer, { ...named.overrides?.[layer], activations }] as const);
  return { ...named, overrides: { ...named.overrides, ...Object.fromEntries(fewest) } };
}

/** The float network with its channels rescaled. @param observe gives histograms per channel of values. */
async function rescaled(
  parent: Model,
  precision: Precision,
  { equalize }: PostTrainingOptions,
  observe: (values: readonly string[]) => ReturnType<typeof channelHistograms>,
): Promise<{
  readonly model: Model;
  readonly records: readonly EqualizedRecord[];
  readonly remarks: readonly string[];
}> {
  switch (equalize) {
    case 'none':
      return { model: parent, records: [], remarks: [] };
    case 'weights': {
      const { model, pairs, remarks } = equalized(parent);
      const records = pairs.map(({ first, second }) => ({ maker: first, inserted: false, layers: [second] }));
      return { model, records, remarks };
    }
    case 'activations': {
      const { values, remarks } = equalizableValues(parent, precision);
      const histograms = await observe(values.map(({ value }) => value));
      const { model, values: done } = equalizedActivations(parent, values, histograms);
      const records = done.map(({ maker, inserted, layers }) => ({ maker, inserted, layers }));
      return { model, records, remarks };
    }
    default:
      throw new Error(`unknown equalisation ${String(equalize satisfies never)}`);
  }
}

async function reconstructed(
  parent: Model,
  model: Model,
  pixels: Pixels,
  { reconstruction, checkpoint, threads }: PostTrainingOptions,
  startProgress: StartProgress,
): Promise<Model> {
  if (reconstruction === null) return model;
  const { reconstruct } = await import('../reconstruct/reconstruct.ts');
  let progress: Progress | null = null;
  try {
    return await reconstruct(
      model,
      parent,
      pixels,
      { ...reconstruction, threads },
      {
        block(index, blocks) {
          progress?.finish();
          const label = `block ${index + 1} of ${blocks.length} (${blocks[index]?.layers.join(', ') ?? ''})`;
          progress = startProgress(label, reconstruction.iterations, 'steps');
        },
        step: (_, done) => progress?.update(done),
      },
      checkpoint,
    );
  } finally {
    (progress as Progress | null)?.finish();
  }
}
