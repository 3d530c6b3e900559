import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import {
  defaultWeightSteps,
  encodeModel,
  encodeNetwork,
  explainLowering,
  fail,
  hashNetwork,
  type Lowering,
  type Model,
  type Normalization,
  type Transform,
} from '@tally/core';
import { writeAllAtomically } from '../io/outputs.ts';
import { inFile } from '../io/read.ts';
import { startProgress } from '../terminal/progress.ts';
import { VERSION } from '../version.ts';
import type { SensitivityStore } from './auto-bits.ts';
import { quantizePostTraining, type PostTraining, type PostTrainingOptions } from './calibrate.ts';
import { openCalibrationImages } from './open-images.ts';
import { readPixels, type Pixels, type Views } from './pixels.ts';
import type { CalibrationRecord, ReconstructionRecord } from './report.ts';
import { sensitivityFile } from './sensitivity-file.ts';

/** Where calibration images come from. */
export interface CalibrationData {
  readonly data: string;
  readonly labels: string | null;
  readonly transform: Transform;
  readonly split: 'train' | 'test';
  /** Most images to use. */
  readonly images: number;
}

/** Everything that `tally quantize --data` needs. */
export interface CalibrationRun {
  readonly network: string;
  readonly parent: Model;
  /** What importing the network remarked. */
  readonly remarks: readonly string[];
  readonly normalization: Normalization | null;
  readonly images: CalibrationData;
  readonly options: PostTrainingOptions;
  readonly method: string;
  readonly outputs: {
    readonly network: string;
    readonly model: string | null;
    readonly json: string | null;
    readonly sensitivity: string | null;
  };
}

/** What came of it. */
export interface CalibrationResult extends PostTraining {
  readonly lowering: Lowering;
  readonly images: number;
  readonly bytes: number;
}

async function readImages(
  images: CalibrationData,
  shape: readonly number[],
  views: Views,
): Promise<{
  readonly pixels: Pixels;
  readonly count: number;
  readonly name: string;
  readonly identity: string;
}> {
  if (shape.length !== 3) {
    fail(
      'calibration-shape',
      '--data',
      `images have three axes, the network reads ${shape.join('×')}`,
      'use a network that reads images',
    );
  }
  const [channels, rows, columns] = shape;
  const { data, labels, transform, split } = images;
  const isPlain = transform.resize === null && transform.crop === null;
  const dataset = await openCalibrationImages(data, {
    labels,
    split,
    shape: [channels, rows, columns],
    // Data sets of one size take no transform, not even one that does nothing.
    ...(isPlain ? {} : { transform }),
  });
  try {
    const count = Math.min(images.images, dataset.length);
    const total = count * views.perImage;
    const noun = views.perImage === 1 ? 'images' : 'views';
    const progress = startProgress({ label: 'reading images', total, noun });
    try {
      const pixels = await readPixels(dataset, count, views, (done) => progress.update(done));
      return { pixels, count, name: dataset.name, identity: dataset.identity };
    } finally {
      progress.finish();
    }
  } finally {
    await dataset.close();
  }
}

/**
 * Quantizes a full-precision network on images, lowers it, and writes network, model and record, all or none.
 *
 * @throws TallyError for whatever is missing or cannot be done, before anything is written
 */
export async function executeCalibration(run: CalibrationRun): Promise<CalibrationResult> {
  const { parent, options, outputs } = run;
  const { reconstruction } = options;
  const { pixels, count, name, identity } = await readImages(run.images, parent.graph.input.shape, {
    perImage: options.views,
    seed: reconstruction?.seed ?? 1,
  });
  const storeOf = (rescaled: Model): SensitivityStore => {
    if (outputs.sensitivity === null) return { load: () => ({}), save: () => undefined };
    const depends = createHash('sha256')
      .update(encodeModel(rescaled))
      .update(JSON.stringify([identity, count, options.steps, options.auto?.images]))
      .digest('hex');
    return sensitivityFile(outputs.sensitivity, depends);
  };
  const made = await quantizePostTraining(parent, pixels, options, storeOf, (label, total, noun) =>
    startProgress({ label, total, noun }),
  );
  const lowering = inFile(run.network, () => explainLowering(made.model));
  const hash = hashNetwork(lowering.network);
  const weightSteps = options.steps.weights ?? defaultWeightSteps;
  const learned: ReconstructionRecord | null =
    reconstruction === null
      ? null
      : { iterations: reconstruction.iterations, views: options.views, seed: reconstruction.seed };
  const record: CalibrationRecord = {
    kind: 'tally-calibration',
    formatVersion: 4,
    toolVersion: VERSION,
    network: lowering.network.name,
    hash,
    data: { name, identity, images: count },
    method: run.method,
    reconstruction: learned,
    equalization: options.equalize,
    equalized: made.equalized,
    correction: options.correction ?? 'none',
    weightSteps: { ...weightSteps },
    layers: made.layers,
    activations: made.activations,
    assignment: made.assignment,
    remarks: [...run.remarks, ...made.remarks],
  };
  const bytes = encodeNetwork(lowering.network, {
    madeBy: `tally ${VERSION} quantize`,
    model: basename(run.network),
    calibration: {
      method: run.method,
      correction: record.correction,
      equalization: options.equalize,
      weightSteps: { ...weightSteps },
      data: name,
      dataIdentity: identity,
      images: count,
      ...(learned === null ? {} : { reconstruction: { ...learned } }),
    },
    ...(run.normalization === null
      ? {}
      : { normalization: { mean: [...run.normalization.mean], std: [...run.normalization.std] } }),
  });
  writeAllAtomically([
    { path: outputs.network, content: bytes },
    ...(outputs.model === null ? [] : [{ path: outputs.model, content: encodeModel(made.model) }]),
    ...(outputs.json === null
      ? []
      : [{ path: outputs.json, content: `${JSON.stringify(record, null, 2)}\n` }]),
  ]);
  return { ...made, remarks: record.remarks, lowering, images: count, bytes: bytes.length };
}
