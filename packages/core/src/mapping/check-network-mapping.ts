import type { Issue } from '../diagnostics/index.ts';
import { checkMapping } from './legality.ts';
import type { Machine } from './machine.ts';
import type { NamedHash, NetworkMapping } from './mapping.ts';
import type { MappingProblem } from './problem.ts';

/** What a mapping file must have been made for. */
export interface MappingTarget {
  readonly network: NamedHash;
  readonly system: NamedHash;
  readonly chip: NamedHash;
}

/**
 * Why a mapping file does not fit; empty when it does: `mapping-of-another-network` (`-system`, `-chip`), `layer-not-mapped`,
 * `unknown-layer`, `layer-mapped-twice`, `batch-differs`, and those of `checkMapping` for every layer.
 *
 * @param problems of the network's layers, with the file's batch
 * @param sourceName file name, for the errors
 */
export function checkNetworkMapping(
  file: NetworkMapping,
  target: MappingTarget,
  problems: readonly MappingProblem[],
  machine: Machine,
  sourceName: string,
): readonly Issue[] {
  const issues: Issue[] = [];
  for (const what of ['network', 'system', 'chip'] as const) {
    if (file[what].hash === target[what].hash) continue;
    issues.push({
      code: `mapping-of-another-${what}`,
      path: `${sourceName}: ${what}.hash`,
      message: `is ${file[what].hash} ('${file[what].name}'), but the ${what} '${target[what].name}' has ${target[what].hash}`,
      remedy: `use the ${what} that the mapping was made for, or map anew`,
    });
  }
  // All layers have one batch.
  const batch = problems.at(0)?.batch ?? file.batch;
  if (file.batch !== batch) {
    issues.push({
      code: 'batch-differs',
      path: `${sourceName}: batch`,
      message: `is ${file.batch}, but the network is to be run for ${batch} ${batch === 1 ? 'image' : 'images'}`,
      remedy: 'run the batch that the mapping was made for, or map anew',
    });
  }
  const byId = new Map(problems.map((problem) => [problem.id, problem]));
  const seen = new Set<string>();
  for (const [index, { id, mapping, keeps }] of file.layers.entries()) {
    const path = `${sourceName}: layers.${index}`;
    const problem = byId.get(id);
    if (problem === undefined) {
      issues.push({
        code: 'unknown-layer',
        path: `${path}.id`,
        message: `the network has no layer '${id}' with MACs`,
        remedy: `use one of ${problems.map((one) => one.id).join(', ')}`,
      });
      continue;
    }
    if (seen.has(id)) {
      issues.push({
        code: 'layer-mapped-twice',
        path: `${path}.id`,
        message: `layer '${id}' has a mapping already`,
        remedy: 'keep one mapping per layer',
      });
    }
    seen.add(id);
    issues.push(...checkMapping(problem, machine, mapping, `${path}.mapping`, keeps?.input));
  }
  for (const { id } of problems) {
    if (seen.has(id)) continue;
    issues.push({
      code: 'layer-not-mapped',
      path: `${sourceName}: layers`,
      message: `has no mapping of layer '${id}'`,
      remedy: 'map every layer that has MACs',
    });
  }
  return issues;
}
