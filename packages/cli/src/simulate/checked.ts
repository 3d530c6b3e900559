import {
  createKernelExecutor,
  fail,
  histogramDigitBits,
  measureEnergy,
  simulateNetwork,
  type LayerSimulation,
  type MacroEngine,
  type NetworkSimulation,
  type SimulatedEnergy,
} from '@tally/core';
import { checkAgainstModel } from './against-model.ts';
import type { PricedSimulation } from './load-priced.ts';

/** How one image is simulated. */
export interface CheckedOptions {
  readonly dataflow: string;
  readonly engine?: MacroEngine;
  readonly onLayer?: (simulation: LayerSimulation) => void;
}

/** A simulation of all layers that equals everything else that is said of its image, and its energy. */
export interface CheckedSimulation {
  readonly simulation: NetworkSimulation;
  readonly energy: SimulatedEnergy;
}

/**
 * Runs one image through the macro, every clock, and holds outputs, counts and energy against the integer executor and the
 * main job.
 *
 * @throws TallyError `simulation-differs`: a defect of Tally
 */
export function simulateChecked(loaded: PricedSimulation, options: CheckedOptions): CheckedSimulation {
  const { file, chip, tech, operatingPoint, codes } = loaded;
  const { network } = file;
  const simulation = simulateNetwork(network, chip, codes, options);
  const result = createKernelExecutor(network).run(codes, 1, {
    histogramDigitBits: histogramDigitBits(network, chip),
  });
  const wrong = result.outputs.findIndex((value, k) => value !== simulation.output[k]);
  if (wrong >= 0) {
    fail(
      'simulation-differs',
      `${network.name}: ${network.output}[${wrong}]`,
      `the macro gives ${simulation.output[wrong]}, the integer executor ${result.outputs[wrong]}`,
      'report this as a bug of Tally, with the network, the chip and the image',
    );
  }
  const { voltageV } = operatingPoint;
  const energy = measureEnergy(network, simulation.layers, { chip, tech, voltageV });
  checkAgainstModel(loaded, options.dataflow, result, simulation.layers, energy);
  return { simulation, energy };
}
