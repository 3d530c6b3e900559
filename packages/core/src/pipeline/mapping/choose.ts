import type { CostedMapping, KeptTensors, LayerSearch, MappingCost, Objective } from '../../mapping/index.ts';
import { score, type Score } from '../../mapping/cost/index.ts';
import {
  chooseKept,
  keptIndex,
  paretoOfChain,
  type ChainPoint,
  type KeptScores,
  type OfEachWay,
} from '../../mapping/search/index.ts';
import type { MappingSearchReport } from '../../report/index.ts';

/** The ways of keeping a layer's tensors, in the order of `keptIndex`. */
export const WAYS: OfEachWay<KeptTensors> = [
  { input: false, results: false },
  { input: false, results: true },
  { input: true, results: false },
  { input: true, results: true },
];

/** The search of each way of keeping a layer's tensors; null: the network does not allow it, or no tile fits beside what stays. */
export type SearchedWays = OfEachWay<LayerSearch | null>;

/** A layer's way of keeping, its search, and the mapping chosen of it. */
export interface ChosenLayer {
  readonly keeps: KeptTensors;
  readonly search: LayerSearch;
  readonly chosen: CostedMapping;
}

/** What is chosen of all searches. */
export interface Choice {
  readonly layers: readonly ChosenLayer[];
  /**
   * What budgets left, of any way of keeping, can make the sum of what is minimised less by at most this share; 0 when
   * nothing is left, or nothing that is better in it; null: of Pareto sets, unfinished.
   */
  readonly gap: number | null;
  /** The Pareto set of the network; null: not asked for. */
  readonly points: readonly ChainPoint[] | null;
}

/** Every layer's mapping and what it keeps, so that the sum over layers of the objective is least, and between equals that of what decides next. */
export function chooseLayers(
  objective: Objective,
  layers: readonly SearchedWays[],
  links: readonly boolean[],
): Choice {
  const best = (of: (search: LayerSearch) => Score): ReturnType<typeof chooseKept> =>
    chooseKept(
      layers.map((ways) => ways.map((search) => search && of(search)) as unknown as KeptScores),
      links,
    );
  const choice = best(({ found }) => score(objective, found[0].cost));
  // No mapping that was left undercuts these.
  const bound = best(({ found, gap }) => [score(objective, found[0].cost)[0] * (1 - (gap ?? 1)), 0]);
  if (choice === null || bound === null) throw new RangeError('a layer has no search that keeps nothing');
  const [sum] = choice.total;
  return {
    layers: choice.keeps.map((keeps, layer) => chosenLayer(layers[layer], keeps, 0)),
    gap: sum === 0 ? 0 : Math.max(0, 1 - bound.total[0] / sum),
    points: null,
  };
}

function chosenLayer(ways: SearchedWays, keeps: KeptTensors, index: number): ChosenLayer {
  const search = ways[keptIndex(keeps)];
  if (search === null) throw new RangeError('a way of keeping without a search was chosen');
  return { keeps, search, chosen: search.found[index] };
}

/** The Pareto set of the network over what each layer may keep, and of it the mapping with least energy x time of the network. */
export function chooseOfPareto(layers: readonly SearchedWays[], links: readonly boolean[]): Choice {
  const points = paretoOfChain(
    layers.map(
      (ways) =>
        ways.map((search) => search && search.found.map(({ cost }) => cost)) as unknown as OfEachWay<
          readonly MappingCost[] | null
        >,
    ),
    links,
  );
  const least = points.reduce((a, b) =>
    b.energyPj * b.latencyCycles < a.energyPj * a.latencyCycles ? b : a,
  );
  const unfinished = layers.some((ways) => ways.some((search) => search !== null && search.proof.left > 0));
  return {
    layers: least.keeps.map((keeps, layer) => chosenLayer(layers[layer], keeps, least.choice[layer])),
    gap: unfinished ? null : 0,
    points,
  };
}

/** A layer's Pareto sets, one way of keeping after the other. */
export function setsOf(ways: SearchedWays): MappingSearchReport['layers'][number]['pareto'] {
  return ways.flatMap((search, way) =>
    search === null ? [] : search.found.map(({ mapping, cost }) => ({ keeps: WAYS[way], mapping, cost })),
  );
}

/** Where {@link setsOf} has a mapping of one way's set. */
export function placeInSets(ways: SearchedWays, keeps: KeptTensors, index: number): number {
  const before = ways.slice(0, keptIndex(keeps));
  return before.reduce((sum, search) => sum + (search?.found.length ?? 0), 0) + index;
}
