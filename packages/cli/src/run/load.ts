import {
  checkNetworkOnChip,
  elementCount,
  fail,
  inferTypes,
  throwIfAny,
  type Chip,
  type Network,
  type NetworkFile,
  type TechTable,
} from '@tally/core';
import { datasetFiles, readDataset, type Dataset } from '../io/dataset.ts';
import { readNetworkFile } from '../io/network-file.ts';
import { choosePoint, type OperatingPointChoice } from '../io/operating-point.ts';
import { isPath, readChip, readTech } from '../io/presets.ts';

/** What a run reads, by name or path. */
export interface RunInputs {
  readonly network: string;
  readonly data: string;
  /** IDX file of labels beside a single file of images. */
  readonly labels: string | null;
  readonly chip: string;
  readonly tech: string;
  readonly point: OperatingPointChoice;
  /** First images to run; null for all. */
  readonly images: number | null;
}

/** Everything that a run needs, read and checked against each other. */
export interface LoadedRun {
  readonly file: NetworkFile;
  readonly chip: Chip;
  readonly tech: TechTable;
  readonly operatingPoint: { readonly voltageV: number; readonly clockMHz: number };
  readonly dataset: Dataset;
  /** Images to run: the first `count` of the data set. */
  readonly images: Uint8Array;
  readonly labels: Uint8Array | null;
  readonly count: number;
}

/**
 * Files that a run may read; not all of them exist.
 *
 * @throws TallyError `unknown-dataset`
 */
export function inputFiles({ network, data, labels, chip, tech }: RunInputs): readonly string[] {
  return [network, ...[chip, tech].filter(isPath), ...datasetFiles(data, labels)];
}

/**
 * Reads and checks all inputs before any image runs.
 *
 * @throws TallyError for whatever is missing, malformed or does not fit: also
 * `network-does-not-fit-chip` rules of the chip, `dataset-shape-mismatch`, `label-out-of-range`, `too-few-images`
 */
export async function loadRun(inputs: RunInputs): Promise<LoadedRun> {
  const chip = readChip(inputs.chip);
  const tech = readTech(inputs.tech);
  const point = choosePoint(chip, inputs.point);
  const file = readNetworkFile(inputs.network);
  throwIfAny(
    checkNetworkOnChip(file.network, chip).map((issue) => ({
      ...issue,
      path: `${inputs.network}: ${issue.path}`,
    })),
  );
  const dataset = await readDataset(inputs.data, inputs.labels, classesOf(file.network));
  checkShape(inputs.data, dataset, file.network);
  const count = inputs.images ?? dataset.count;
  if (count > dataset.count) {
    fail(
      'too-few-images',
      '--images',
      `is ${count}, the data set ${dataset.name} has ${dataset.count} images`,
      `give at most ${dataset.count}`,
    );
  }
  return {
    file,
    chip,
    tech,
    operatingPoint: point,
    dataset,
    images: dataset.images.subarray(0, count * dataset.rows * dataset.columns),
    labels: dataset.labels?.subarray(0, count) ?? null,
    count,
  };
}

/** Number of classes that a network tells apart: the elements of its output. */
function classesOf(network: Network): number {
  return elementCount(inferTypes(network).get(network.output)!.shape);
}

function checkShape(data: string, { rows, columns }: Dataset, network: Network): void {
  const { shape, bits } = network.input;
  if (shape.length === 3 && shape[0] === 1 && shape[1] === rows && shape[2] === columns && bits === 8) return;
  fail(
    'dataset-shape-mismatch',
    data,
    `its images are 1×${rows}×${columns} with 8-bit codes, the network ${network.name} reads ${shape.join('×')} with ${bits}-bit codes`,
    'choose a data set of that shape, or a network trained for this one',
  );
}
