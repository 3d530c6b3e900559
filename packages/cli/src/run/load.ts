import {
  checkNetworkOnChip,
  elementCount,
  fail,
  inferTypes,
  operatingPoint,
  throwIfAny,
  type Chip,
  type Network,
  type NetworkFile,
  type TechTable,
} from '@tally/core';
import { datasetFiles, readDataset, type Dataset } from '../io/dataset.ts';
import { readNetworkFile } from '../io/network-file.ts';
import { isPath, readChip, readTech } from '../io/presets.ts';
import { remedyForUnknown } from '../io/suggest.ts';

/** An operating point of the chip by name, or a voltage with a clock (default: the highest that it allows). */
export type OperatingPointChoice = string | { readonly voltageV: number; readonly clockMHz?: number };

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

/**
 * Supply and clock that were asked for.
 *
 * @throws TallyError `unknown-operating-point` with the nearest name, and what `operatingPoint` refuses
 */
export function choosePoint(chip: Chip, wanted: OperatingPointChoice): LoadedRun['operatingPoint'] {
  const known = chip.operatingPoints.map(({ name }) => name);
  if (typeof wanted === 'string' && !known.includes(wanted)) {
    fail(
      'unknown-operating-point',
      '--point',
      `chip '${chip.name}' has no operating point '${wanted}'`,
      `${remedyForUnknown(wanted, known)}, or give --voltage and --clock`,
    );
  }
  return operatingPoint(chip, wanted);
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
