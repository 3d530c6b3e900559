import {
  fail,
  priceRun,
  type LayerSimulation,
  type RunReport,
  type RunResult,
  type SimulatedEnergy,
} from '@tally/core';
import { VERSION } from '../version.ts';
import type { PricedSimulation } from './load-priced.ts';

type LayerReport = RunReport['layers'][number];

/** Numbers that must be the same by their names: what the trace sums up to, and what the main job counts. */
type Sums = Readonly<Record<string, number>>;

function modelSums({ actions, classMatches, pairCounts, energy }: LayerReport): Sums {
  const { pairs, zeroWeightPairs, zeroActivationPairs, zeroBothPairs, nonzeroPairs } = pairCounts;
  return {
    ...actions,
    ...Object.fromEntries(
      classMatches.flatMap(({ name, positive, negative }) => [
        [`class ${name}, positive`, positive],
        [`class ${name}, negative`, negative],
      ]),
    ),
    pairs,
    zeroWeightPairs,
    zeroActivationPairs,
    zeroBothPairs,
    nonzeroPairs,
    'energy, pJ': energy.totalPj,
  };
}

function traceSums({ activity }: LayerSimulation, { actions, energy }: SimulatedEnergy['total']): Sums {
  const { pairs, zeroWeightPairs, zeroActivationPairs, zeroBothPairs, nonzeroPairs } = activity;
  return {
    ...actions,
    ...Object.fromEntries(
      activity.classes.flatMap(({ name, positive, negative }) => [
        [`class ${name}, positive`, positive],
        [`class ${name}, negative`, negative],
      ]),
    ),
    pairs,
    zeroWeightPairs,
    zeroActivationPairs,
    zeroBothPairs,
    nonzeroPairs,
    'energy, pJ': energy.totalPj,
  };
}

/**
 * Holds what a simulation of all layers counted against what `tally run` says of the same image: matches class by class,
 * zeros, every priced action, energy; exactly, layer by layer.
 *
 * @param result of the integer executor on that image, with the level histograms of the chip
 * @throws TallyError `simulation-differs`: a defect of Tally
 */
export function checkAgainstModel(
  { file, chip, tech, operatingPoint, dataset }: PricedSimulation,
  dataflow: string,
  result: RunResult,
  layers: readonly LayerSimulation[],
  energy: SimulatedEnergy,
): void {
  const model = priceRun({
    toolVersion: VERSION,
    network: file.network,
    hash: file.hash,
    // The main job prices the loads of the chip's own dataflow.
    chip: { ...chip, dataflow: { ...chip.dataflow, name: dataflow } },
    tech,
    operatingPoint,
    dataset: { name: dataset, images: 1 },
    labels: null,
    sampling: { seed: 1, samples: 1, distribution: 'triangular' },
    result,
  });
  for (const [i, layer] of layers.entries()) {
    const { id } = layer.schedule.layer;
    const predicted = modelSums(model.layers[i]);
    const measured = traceSums(layer, energy.layers[i]);
    for (const name of new Set([...Object.keys(predicted), ...Object.keys(measured)])) {
      if (predicted[name] === measured[name]) continue;
      fail(
        'simulation-differs',
        `${file.network.name}: ${id}: ${name}`,
        `the trace sums up to ${measured[name]}, the main job counts ${predicted[name]}`,
        'report this as a bug of Tally, with the network, the chip and the image',
      );
    }
  }
}
