import { fail, TallyError, type Issue } from '../../diagnostics/index.ts';
import {
  KEEPS_NOTHING,
  MAPPING_DATAFLOWS,
  mappingCost,
  noReuseCounts,
  sumProofs,
  taskKey,
  tensorBits,
  withoutBuffers,
  type LayerSearch,
  type Machine,
  type MappingTask,
  type NetworkMapping,
  type Objective,
  type SearchBudget,
  type TaskResult,
} from '../../mapping/index.ts';
import { score } from '../../mapping/cost/index.ts';
import type { LinkReport, MappingSearchReport } from '../../report/index.ts';
import { alternative, type Costed } from './alternatives.ts';
import {
  chooseLayers,
  chooseOfPareto,
  placeInSets,
  setsOf,
  WAYS,
  type Choice,
  type ChosenLayer,
  type SearchedWays,
} from './choose.ts';
import type { MappingInputs } from './inputs.ts';
import { mappingPrices } from './prices.ts';

/** What is searched. */
export interface MappingSearchOptions {
  readonly objective: Objective | 'pareto';
  /** A single dataflow for all layers; null: each layer its best. */
  readonly dataflow: string | null;
  /** Most macros in use. */
  readonly macros: number;
  readonly budget: SearchBudget | null;
  /** Let results stay on chip for the next layer where that is better. */
  readonly keep: boolean;
  /** Also search each dataflow by itself, for the comparison. */
  readonly compare: boolean;
}

/** The searches that a network needs: equal ones stand for all their layers. */
export interface MappingTasks {
  /** By key, in the order of first use. */
  readonly tasks: ReadonlyMap<string, MappingTask>;
  /** Per layer and way of keeping (see `keptIndex`) the key; null: the network does not allow it. */
  readonly best: readonly (readonly (string | null)[])[];
  /** Per dataflow and layer the key. */
  readonly byDataflow: readonly { readonly name: string; readonly keys: readonly string[] }[];
}

/** Lists the searches of a network. */
export function mappingTasks(inputs: MappingInputs, options: MappingSearchOptions): MappingTasks {
  const tasks = new Map<string, MappingTask>();
  const add = (layer: number, change: Partial<MappingTask>): string => {
    const { problem, activity } = inputs.layers[layer];
    const task: MappingTask = {
      problem,
      machine: inputs.machine,
      prices: mappingPrices(inputs.priced, activity),
      objective: options.objective,
      dataflows: options.dataflow === null ? null : [options.dataflow],
      macros: options.macros,
      keeps: KEEPS_NOTHING,
      budget: options.budget,
      ...change,
    };
    const key = taskKey(task);
    if (!tasks.has(key)) tasks.set(key, task);
    return key;
  };
  const keeps = options.keep && inputs.machine.bufferOf.activations >= 0;
  const direct = (layer: number): boolean => inputs.layers.at(layer)?.link.kind === 'direct';
  const best = inputs.layers.map((_, layer) =>
    WAYS.map((way) => {
      const allowed =
        (!way.results || (keeps && direct(layer))) &&
        (!way.input || (keeps && layer > 0 && direct(layer - 1)));
      return allowed ? add(layer, { keeps: way }) : null;
    }),
  );
  const single = options.objective === 'pareto' ? 'edp' : options.objective;
  const byDataflow = (options.compare ? MAPPING_DATAFLOWS : []).map(({ name }) => ({
    name,
    keys: inputs.layers.map((_, layer) => add(layer, { objective: single, dataflows: [name] })),
  }));
  return { tasks, best, byDataflow };
}

function searchOf(result: TaskResult | undefined): LayerSearch | null {
  return result?.kind === 'found' ? result.search : null;
}

/** Searches of the layers by themselves; empty spaces are an error that names all layers that have one. */
function ownSearches(
  inputs: MappingInputs,
  tasks: MappingTasks,
  results: ReadonlyMap<string, TaskResult>,
): readonly LayerSearch[] {
  const issues: Issue[] = [];
  const searches: LayerSearch[] = [];
  for (const [layer, keys] of tasks.best.entries()) {
    const result = results.get(keys[0] ?? '');
    if (result === undefined) throw new RangeError('a search is missing');
    if (result.kind === 'found') searches.push(result.search);
    else issues.push(...result.issues.map((issue) => ({ ...issue, path: inputs.layers[layer].problem.id })));
  }
  if (issues.length > 0) throw new TallyError(issues);
  return searches;
}

/** Why a tensor that could stay on chip does not. */
function whyNotKept(
  machine: Machine,
  options: MappingSearchOptions,
  own: SearchedWays,
  next: SearchedWays,
  inSet: boolean,
): string {
  if (machine.bufferOf.activations < 0) return 'no buffer holds activations';
  if (!options.keep) return 'not asked for';
  if (inSet) return 'other mappings of the Pareto set keep it';
  const searches = [own[1], own[3], next[2], next[3]];
  if ((own[1] ?? own[3]) === null || (next[2] ?? next[3]) === null)
    return 'too large for the buffer beside the tiles';
  return searches.some((search) => search !== null && search.proof.left > 0)
    ? 'no gain before the budget ended'
    : 'no gain';
}

function links(
  inputs: MappingInputs,
  options: MappingSearchOptions,
  { layers: chosen, points }: Choice,
  ways: readonly SearchedWays[],
): readonly LinkReport[] {
  const inSet = (layer: number): boolean => points?.some(({ keeps }) => keeps[layer].results) ?? false;
  return inputs.layers.map(({ problem, link }, i) => {
    const { results } = chosen[i].keeps;
    const why = results
      ? null
      : link.kind === 'blocked'
        ? link.why
        : whyNotKept(inputs.machine, options, ways[i], ways[i + 1], inSet(i));
    return {
      from: problem.id,
      to: inputs.layers.at(i + 1)?.problem.id ?? null,
      tensorBits: tensorBits(problem).results,
      kept: results,
      why,
    };
  });
}

/** The spaces that were searched for the best, in the order of first use: what the proof is made of. */
function searchedSpaces(
  inputs: MappingInputs,
  tasks: MappingTasks,
  results: ReadonlyMap<string, TaskResult>,
): MappingSearchReport['searches'] {
  const layersOf = new Map<string, string[]>();
  for (const [layer, keys] of tasks.best.entries()) {
    for (const key of keys) {
      if (key === null) continue;
      const layers = layersOf.get(key) ?? [];
      layers.push(inputs.layers[layer].problem.id);
      layersOf.set(key, layers);
    }
  }
  return [...layersOf].flatMap(([key, layers]) => {
    const search = searchOf(results.get(key));
    const keeps = tasks.tasks.get(key)?.keeps ?? KEEPS_NOTHING;
    return search === null ? [] : [{ layers, keeps, proof: search.proof, gap: search.gap }];
  });
}

/** What the budget says of the searches beside the best. */
function budgetNotes(
  dataflows: readonly { readonly title: string; readonly left: number }[],
): readonly string[] {
  const unfinished = dataflows.filter(({ left }) => left > 0).map(({ title }) => title.toLowerCase());
  return unfinished.length === 0
    ? []
    : [
        `The budget ended searches of single dataflows too (${unfinished.join(', ')}): their figures are the best that was found, and another may be the best of them.`,
      ];
}

function mappingFile(inputs: MappingInputs, chosen: readonly ChosenLayer[]): NetworkMapping {
  return {
    kind: 'tally-mapping',
    formatVersion: 1,
    network: inputs.target.network,
    system: inputs.target.system,
    chip: inputs.target.chip,
    batch: inputs.batch,
    layers: inputs.layers.map(({ problem }, i) => ({
      id: problem.id,
      mapping: chosen[i].chosen.mapping,
      ...(chosen[i].keeps.input || chosen[i].keeps.results ? { keeps: chosen[i].keeps } : {}),
    })),
  };
}

/**
 * Puts the results of all searches together: the mapping of the network, what it is compared with, and the proof.
 *
 * @param results of `mappingTasks`, by key
 * @throws TallyError the issues of every layer whose space is empty
 */
export function finishSearch(
  inputs: MappingInputs,
  options: MappingSearchOptions,
  tasks: MappingTasks,
  results: ReadonlyMap<string, TaskResult>,
): MappingSearchReport {
  const { objective } = options;
  const own = ownSearches(inputs, tasks, results);
  const ways = tasks.best.map(
    (keys) =>
      keys.map((key) => (key === null ? null : searchOf(results.get(key)))) as unknown as SearchedWays,
  );
  const direct = inputs.layers.map(({ link }) => link.kind === 'direct');
  const choice =
    objective === 'pareto' ? chooseOfPareto(ways, direct) : chooseLayers(objective, ways, direct);
  const { layers: chosen, gap } = choice;
  const single: Objective = objective === 'pareto' ? 'edp' : objective;
  const dataflows = tasks.byDataflow.map(({ name, keys }) =>
    alternative(
      name,
      MAPPING_DATAFLOWS.find((dataflow) => dataflow.name === name)?.title ?? name,
      keys.map((key) => searchOf(results.get(key))?.found[0] ?? null),
    ),
  );
  const dataflowProofs = tasks.byDataflow.map(({ keys }, i) => ({
    title: dataflows[i].title,
    left: keys.reduce((sum, key) => sum + (searchOf(results.get(key))?.proof.left ?? 0), 0),
  }));
  // On the macros that the mappings may use.
  const machine: Machine = { ...inputs.machine, macros: Math.min(options.macros, inputs.machine.macros) };
  const bare = withoutBuffers(machine);
  const noReuse = inputs.layers.map(({ problem, activity }): Costed => {
    const counts = noReuseCounts(problem, machine);
    const prices = { ...mappingPrices(inputs.priced, activity), buffers: [], leakagePjPerCycle: 0 };
    return { counts, cost: mappingCost(counts, bare, prices) };
  });
  const complete = dataflows.filter(({ total }) => total !== null);
  const sorted = complete.sort((a, b) => score(single, a.total!)[0] - score(single, b.total!)[0]);
  const anyKept = chosen.some(({ keeps }) => keeps.results);
  const ownBest =
    objective === 'pareto'
      ? chooseOfPareto(
          ways.map(([own]) => [own, null, null, null]),
          direct,
        ).layers.map((one) => one.chosen)
      : own.map(({ found }) => found[0]);
  const searches = searchedSpaces(inputs, tasks, results);
  return {
    kind: 'tally-mapping-search',
    formatVersion: 1,
    toolVersion: inputs.toolVersion,
    ...inputs.target,
    objective,
    batch: inputs.batch,
    mapping: mappingFile(inputs, chosen),
    layers: inputs.layers.map(({ problem }, i) => ({
      id: problem.id,
      pareto: objective === 'pareto' ? setsOf(ways[i]) : null,
    })),
    searches,
    proof: sumProofs(searches.map(({ proof }) => proof)),
    gap,
    searchedLayers: new Set(tasks.best.map((keys) => keys[0])).size,
    alternatives: [
      ...(anyKept
        ? [
            alternative(
              'kept-on-chip',
              'Best, results kept on chip',
              chosen.map((one) => one.chosen),
            ),
          ]
        : []),
      alternative(
        'best',
        options.dataflow === null ? 'Best of each layer' : 'Best of this dataflow',
        ownBest,
      ),
      ...dataflows,
      alternative('no-reuse', 'No reuse', noReuse),
    ],
    bestSingleDataflow: sorted.at(0)?.name ?? null,
    links: links(inputs, options, choice, ways),
    pareto:
      choice.points?.map(({ energyPj, latencyCycles, keeps, choice: of }) => ({
        energyPj,
        latencyCycles,
        choice: of.map((index, layer) => placeInSets(ways[layer], keeps[layer], index)),
      })) ?? null,
    notes: budgetNotes(dataflowProofs),
  };
}

/**
 * Most macros under a limit of area.
 *
 * @throws TallyError `area-below-one-macro`
 */
export function requireMacros(macros: number, limitMm2: number, oneMacroMm2: number): number {
  if (macros >= 1) return macros;
  return fail(
    'area-below-one-macro',
    '--max-area',
    `is ${limitMm2} mm², one macro with the buffers takes ${oneMacroMm2.toPrecision(4)} mm²`,
    `allow at least ${oneMacroMm2.toPrecision(4)} mm², or use a system with smaller buffers`,
  );
}
