import {
  checkNetworkOnChip,
  elementCount,
  fail,
  inferTypes,
  listMacLayers,
  throwIfAny,
  type Chip,
  type NetworkFile,
} from '@tally/core';
import { datasetFiles, readDataset } from '../io/dataset.ts';
import { readNetworkFile } from '../io/network-file.ts';
import { isPath, readChip } from '../io/presets.ts';
import { remedyForUnknown } from '../io/suggest.ts';

/** What a simulation reads, by name or path. */
export interface SimulationInputs {
  readonly network: string;
  readonly chip: string;
  readonly data: string;
  /** IDX file of labels beside a single file of images. */
  readonly labels: string | null;
  /** Number of the image, from 0. */
  readonly image: number;
  /** Id of a layer; null: all. */
  readonly layer: string | null;
}

/** Everything that a simulation needs, read and checked against each other. */
export interface LoadedSimulation {
  readonly file: NetworkFile;
  readonly chip: Chip;
  readonly dataset: string;
  readonly codes: Uint8Array;
  readonly label: number | null;
}

/** Files that a simulation may read; not all of them exist. */
export function simulationFiles({ network, chip, data, labels }: SimulationInputs): readonly string[] {
  return [network, ...[chip].filter(isPath), ...datasetFiles(data, labels)];
}

/**
 * Reads and checks all inputs.
 *
 * @throws TallyError for whatever is missing, malformed or does not fit: the rules of the chip, `unknown-layer`,
 * `dataset-shape-mismatch`, `no-such-image`
 */
export async function loadSimulation(inputs: SimulationInputs): Promise<LoadedSimulation> {
  const chip = readChip(inputs.chip);
  const file = readNetworkFile(inputs.network);
  const { network } = file;
  throwIfAny(
    checkNetworkOnChip(network, chip).map((issue) => ({
      ...issue,
      path: `${inputs.network}: ${issue.path}`,
    })),
  );
  const layers = listMacLayers(network).map(({ id }) => id);
  if (layers.length === 0) {
    fail(
      'no-mac-layers',
      inputs.network,
      'has no conv or fully-connected node',
      'give a network with layers to simulate',
    );
  }
  if (inputs.layer !== null && !layers.includes(inputs.layer)) {
    fail(
      'unknown-layer',
      '--layer',
      `'${inputs.layer}' is no conv or fully-connected node of ${network.name}`,
      remedyForUnknown(inputs.layer, layers),
    );
  }
  const classes = elementCount(inferTypes(network).get(network.output)!.shape);
  const dataset = await readDataset(inputs.data, inputs.labels, classes);
  const { rows, columns, count } = dataset;
  const { shape, bits } = network.input;
  if (!(shape.length === 3 && shape[0] === 1 && shape[1] === rows && shape[2] === columns && bits === 8)) {
    fail(
      'dataset-shape-mismatch',
      inputs.data,
      `its images are 1×${rows}×${columns} with 8-bit codes, the network ${network.name} reads ${shape.join('×')} with ${bits}-bit codes`,
      'choose a data set of that shape, or a network trained for this one',
    );
  }
  if (inputs.image >= count) {
    fail(
      'no-such-image',
      '--image',
      `is ${inputs.image}, the data set ${dataset.name} has ${count} images, numbered from 0`,
      `give at most ${count - 1}`,
    );
  }
  const size = rows * columns;
  return {
    file,
    chip,
    dataset: dataset.name,
    codes: dataset.images.slice(inputs.image * size, (inputs.image + 1) * size),
    label: dataset.labels?.[inputs.image] ?? null,
  };
}
