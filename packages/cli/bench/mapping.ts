// Searches of mappings: all layers of a ResNet-18-shaped network, each objective, one thread.
import {
  chipPreset,
  contentHash,
  hashNetwork,
  mappingTasks,
  networkInputs,
  operatingPoint,
  runMappingTask,
  sumProofs,
  systemPreset,
  techPreset,
  type MappingInputs,
  type MappingSearchOptions,
} from '@tally/core';
import { peakRssMiB } from './statistics.ts';
import { resnet18 } from './resnet18.ts';

const OBJECTIVES = ['edp', 'energy', 'latency', 'traffic', 'pareto'] as const;

function inputsOn(systemName: string): MappingInputs {
  const network = resnet18(1);
  const system = systemPreset(systemName);
  const chip = chipPreset(system.chip.name);
  const named = (name: string, hash: string) => ({ name, hash });
  return networkInputs(
    { chip, tech: techPreset('zhu2020-65nm'), system, ...operatingPoint(chip, 'peak-efficiency') },
    {
      toolVersion: 'bench',
      network,
      target: {
        network: named(network.name, hashNetwork(network)),
        chip: named(chip.name, contentHash(chip)),
        system: named(system.name, contentHash(system)),
      },
      batch: 1,
      run: null,
    },
  );
}

function measure(inputs: MappingInputs, objective: MappingSearchOptions['objective']): string {
  const options = { objective, dataflow: null, macros: inputs.machine.macros, budget: null };
  const start = process.cpuUsage();
  const { tasks } = mappingTasks(inputs, { ...options, keep: false, compare: false });
  const proofs = [...tasks.values()].map((task) => {
    const result = runMappingTask(task, () => performance.now() / 1000);
    if (result.kind === 'empty') throw new Error(`no mapping of ${task.problem.id}`);
    return result.search.proof;
  });
  const { user, system } = process.cpuUsage(start);
  const { points, evaluated, left } = sumProofs(proofs);
  return (
    `${objective.padEnd(8)} ${((user + system) / 1e6).toFixed(2)} CPU s, ${inputs.layers.length} layers (${tasks.size} different), ` +
    `${points.toExponential(3)} mappings, ${evaluated} evaluated, ${left} left, peak ${peakRssMiB().toFixed(0)} MiB`
  );
}

/** The first line is measured in a cold engine, as a user meets it. */
export function benchMapping(print: (line: string) => void): void {
  for (const system of ['zhu2020', 'zhu2020-x16']) {
    const inputs = inputsOn(system);
    print(`mapping ${inputs.target.network.name} onto ${system}`);
    for (const objective of OBJECTIVES) print(`  ${measure(inputs, objective)}`);
  }
}
