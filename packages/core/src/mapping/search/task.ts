import { TallyError, type Issue } from '../../diagnostics/index.ts';
import type { Objective } from '../cost/objective.ts';
import type { MappingPrices } from '../cost/prices.ts';
import { findMappingDataflow } from '../dataflows/registry.ts';
import type { Machine } from '../machine.ts';
import type { KeptTensors } from '../mapping.ts';
import type { MappingProblem } from '../problem.ts';
import { searchLayer, type LayerSearch } from './search-layer.ts';
import { layerSpace } from './space.ts';

/** Where the search of one layer ends, whatever is left; null: no such limit. */
export interface SearchBudget {
  readonly evaluations: number | null;
  readonly seconds: number | null;
}

/** A layer to be searched: plain data, so that any thread can do it. */
export interface MappingTask {
  readonly problem: MappingProblem;
  readonly machine: Machine;
  readonly prices: MappingPrices;
  readonly objective: Objective | 'pareto';
  /** Names; null: all of the registry. */
  readonly dataflows: readonly string[] | null;
  /** Most macros that a split may use. */
  readonly macros: number;
  readonly keeps: KeptTensors;
  readonly budget: SearchBudget | null;
}

/** What came of a task: the best mappings, or why the space is empty. */
export type TaskResult =
  | { readonly kind: 'found'; readonly search: LayerSearch }
  | { readonly kind: 'empty'; readonly issues: readonly Issue[] };

/** Tasks with equal keys have equal results: the layer's name is left out. */
export function taskKey(task: MappingTask): string {
  return JSON.stringify({ ...task, problem: { ...task.problem, id: '' } });
}

/**
 * Does a task. Issues of an empty space name the layer of the task. A budget never makes a space look empty: however small it is, the
 * search goes on until it has one mapping.
 *
 * @param now seconds from any start, for a budget of seconds
 * @throws TallyError `no-macros`, or a dataflow is unknown
 */
export function runMappingTask(task: MappingTask, now: () => number): TaskResult {
  const { problem, machine, prices, objective, keeps, budget } = task;
  const dataflows = task.dataflows?.map((name) => findMappingDataflow(name));
  const started = now();
  const stop = (evaluated: number): boolean =>
    (budget?.evaluations != null && evaluated >= budget.evaluations) ||
    (budget?.seconds != null && now() - started >= budget.seconds);
  const space = layerSpace(problem, machine, {
    macros: task.macros,
    ...(dataflows === undefined ? {} : { dataflows }),
  });
  try {
    const search = searchLayer(space, prices, {
      objective,
      kept: keeps,
      ...(budget === null ? {} : { stop }),
    });
    return { kind: 'found', search };
  } catch (error) {
    if (error instanceof TallyError) return { kind: 'empty', issues: error.issues };
    throw error;
  }
}
