import {
  evaluateMapping,
  finishSearch,
  macrosWithin,
  mappingTasks,
  parseMapping,
  requireMacros,
  sampleMappings,
  systemArea,
  type Machine,
  type MappingInputs,
  type MappingReport,
  type MappingSample,
  type MappingSearchOptions,
  type MappingSearchReport,
  type NetworkMapping,
  type SearchBudget,
} from '@tally/core';
import { readJson } from '../io/read.ts';
import { startProgress } from '../terminal/progress.ts';
import { commandOf } from './command-line.ts';
import { inputFiles, loadMapInputs, type MapInputs } from './load.ts';
import { runTasks } from './run-tasks.ts';
import { checkTargets, type MapTargets } from './write.ts';

/** What `tally map` is asked for, beside what it reads. */
export interface MapRequest extends MapInputs {
  readonly objective: MappingSearchOptions['objective'];
  readonly dataflow: string | null;
  /** mm²; null: no limit. */
  readonly maxAreaMm2: number | null;
  readonly budget: SearchBudget | null;
  readonly keep: boolean;
  readonly compare: boolean;
  readonly threads: number;
  /** A mapping file to evaluate instead of searching. */
  readonly replay: string | null;
  /** Mappings drawn per layer for the page; null: none. */
  readonly sample: { readonly samples: number; readonly seed: number } | null;
  readonly outputs: MapTargets;
}

/** What came of it. */
export interface MapResults {
  readonly mapping: NetworkMapping;
  readonly report: MappingReport;
  /** What the layers were counted on. */
  readonly machine: Machine;
  /** Null: a saved mapping was evaluated. */
  readonly search: MappingSearchReport | null;
  /** Null: not asked for. */
  readonly sample: MappingSample | null;
  /** The command that makes it again, without its outputs. */
  readonly command: string;
}

function allowedMacros(inputs: MappingInputs, maxAreaMm2: number | null): number {
  const { priced, machine } = inputs;
  if (maxAreaMm2 === null) return machine.macros;
  return requireMacros(macrosWithin(priced, maxAreaMm2), maxAreaMm2, systemArea(priced, 1).total);
}

async function search(inputs: MappingInputs, request: MapRequest): Promise<MappingSearchReport> {
  const { objective, dataflow, budget, keep, compare, threads } = request;
  const macros = allowedMacros(inputs, request.maxAreaMm2);
  const options: MappingSearchOptions = { objective, dataflow, macros, budget, keep, compare };
  const tasks = mappingTasks(inputs, options);
  const progress = startProgress({
    label: inputs.target.network.name,
    total: tasks.tasks.size,
    noun: 'searches',
  });
  const results = await runTasks(tasks.tasks, threads, (finished) => progress.update(finished)).finally(() =>
    progress.finish(),
  );
  return finishSearch(inputs, options, tasks, results);
}

/** Mappings at random, to hold the best against. */
function draw(inputs: MappingInputs, request: MapRequest): MappingSample | null {
  if (request.sample === null) return null;
  const macros = allowedMacros(inputs, request.maxAreaMm2);
  return sampleMappings(inputs, { ...request.sample, macros, dataflow: request.dataflow });
}

/**
 * Reads and checks, searches the mappings of a network or reads a saved one, and evaluates it; writes nothing.
 *
 * @throws TallyError for whatever is refused; when no mapping fits, the constraint that leaves none
 */
export async function executeMap(request: MapRequest): Promise<MapResults> {
  const replayed = request.replay === null ? [] : [request.replay];
  checkTargets(request.outputs, [...inputFiles(request), ...replayed]);
  const inputs = await loadMapInputs(request);
  const command = commandOf(request);
  if (request.replay !== null) {
    const mapping = parseMapping(readJson(request.replay, 'mapping'), request.replay);
    const report = evaluateMapping(inputs, mapping, request.replay);
    const { machine } = inputs;
    return { mapping, report, machine, search: null, sample: draw(inputs, request), command };
  }
  const found = await search(inputs, request);
  return {
    mapping: found.mapping,
    report: evaluateMapping(inputs, found.mapping, 'mapping'),
    machine: inputs.machine,
    search: found,
    sample: draw(inputs, request),
    command,
  };
}
