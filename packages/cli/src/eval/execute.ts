import {
  checkNetworkOnChip,
  fail,
  operatingPoint,
  priceRun,
  throwIfAny,
  type EvaluationReport,
  type Normalization,
  type RunReport,
  type Transform,
} from '@tally/core';
import { openCached, openDataset, type Dataset } from '../data/index.ts';
import { readChip, readTech } from '../io/presets.ts';
import { startProgress } from '../terminal/progress.ts';
import { VERSION } from '../version.ts';
import type { ArithmeticName } from './arithmetic.ts';
import { evaluate, type EvaluationResult } from './evaluate.ts';
import { loadNetwork, type EvaluatedNetwork, type OnnxReading } from './load.ts';
import { accuracyOf } from './tally.ts';

/** What `tally eval` is asked for. */
export interface EvaluationRequest {
  readonly network: string;
  readonly data: string;
  readonly labels: string | null;
  readonly meta: string | null;
  readonly split: 'train' | 'test';
  readonly transform: Transform;
  /** For .onnx files; null: x / 255. */
  readonly normalization: Normalization | null;
  /** For .onnx files. */
  readonly as: OnnxReading;
  /** For models; null: the one that agrees with the integer network, float32 without quantizers. */
  readonly arithmetic: ArithmeticName | null;
  readonly chip: string;
  readonly tech: string;
  readonly point: string;
  /** Null: all. */
  readonly images: number | null;
  readonly threads: number;
  readonly skipCorrupt: boolean;
  readonly state: string | null;
  /** Folder of decoded images; null: every picture is decoded again. */
  readonly cache: string | null;
}

/**
 * Reads, checks, evaluates and prices; writes nothing but the state and the cache.
 *
 * @throws TallyError for whatever is refused, mostly before the first image
 */
export async function executeEvaluation(request: EvaluationRequest): Promise<{
  readonly report: EvaluationReport;
  readonly speed: { readonly seconds: number; readonly scored: number };
}> {
  const chip = readChip(request.chip);
  const tech = readTech(request.tech);
  const point = operatingPoint(chip, request.point);
  const { normalization, as, arithmetic, threads } = request;
  const network = loadNetwork(request.network, { chip, normalization, as, arithmetic, threads });
  if (network.file !== null) throwIfAny(checkNetworkOnChip(network.file.network, chip));
  const opened = await openDataset(request.data, {
    labels: request.labels,
    meta: request.meta,
    classes: network.classes,
    split: request.split,
    transform: request.transform,
    shape: imageShape(network),
    threads: Math.max(0, threads - 1),
  });
  const dataset = await cached(opened, request.cache);
  try {
    const images = countOf(request.images, dataset);
    const progress = startProgress({ label: dataset.name, total: images, noun: 'images' });
    const result = await evaluate((before) => network.start(before), network, dataset, {
      images,
      state: request.state,
      context: network.file === null ? network.context : JSON.stringify({ chip, point }),
      skipCorrupt: request.skipCorrupt,
      progress,
    });
    const run = network.file === null ? null : price(network.file, result, dataset);
    return { report: reportOf(request, network, dataset, result, run), speed: result };
  } finally {
    await dataset.close();
  }

  function price(
    file: NonNullable<EvaluatedNetwork['file']>,
    result: EvaluationResult,
    { name, length }: Dataset,
  ): RunReport {
    const report = priceRun({
      toolVersion: VERSION,
      network: file.network,
      hash: file.hash,
      chip,
      tech,
      operatingPoint: point,
      dataset: { name, images: length },
      labels: null,
      result: { outputs: new Int32Array(), histograms: result.histograms },
    });
    return { ...report, top1: result.hits.top1 / result.hits.images };
  }
}

/** The data set with its pictures decoded once for all evaluations. */
async function cached(dataset: Dataset, folder: string | null): Promise<Dataset> {
  if (folder === null) return dataset;
  const progress = startProgress({
    label: `decoding ${dataset.name}`,
    total: dataset.length,
    noun: 'images',
  });
  try {
    return await openCached(dataset, folder, { progress: (done) => progress.update(done) });
  } catch (error) {
    await dataset.close();
    throw error;
  } finally {
    progress.finish();
  }
}

function imageShape({ shape }: EvaluatedNetwork): readonly [number, number, number] | null {
  const [channels = 1, rows = 1, columns = 1] = shape;
  return shape.length === 3 ? [channels, rows, columns] : null;
}

function countOf(wanted: number | null, dataset: Dataset): number {
  if (wanted !== null && wanted > dataset.length) {
    fail(
      'too-few-images',
      '--images',
      `is ${wanted}, the data set ${dataset.name} has ${dataset.length} images`,
      `give at most ${dataset.length}`,
    );
  }
  return wanted ?? dataset.length;
}

function reportOf(
  request: EvaluationRequest,
  { form, hash, arithmetic }: EvaluatedNetwork,
  { name, identity, length }: Dataset,
  { hits, skipped }: EvaluationResult,
  run: RunReport | null,
): EvaluationReport {
  const file = request.network.split('/').at(-1) ?? request.network;
  return {
    kind: 'tally-evaluation-report',
    formatVersion: 1,
    toolVersion: VERSION,
    network: { name: file, hash, form, ...(arithmetic === null ? {} : { arithmetic }) },
    dataset: { name, identity, images: length },
    top1: accuracyOf(hits.top1, hits.images),
    top5: accuracyOf(hits.top5, hits.images),
    skipped,
    run,
  };
}
