import type { CostedMapping, KeptTensors, LayerSearch, Objective } from '../../mapping/index.ts';
import { score, type Score } from '../../mapping/cost/index.ts';
import { chooseKept, keptIndex, type KeptScores, type OfEachWay } from '../../mapping/search/index.ts';

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
   * nothing is left, or nothing that is better in it.
   */
  readonly gap: number;
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
    layers: choice.keeps.map((keeps, layer) => {
      const search = layers[layer][keptIndex(keeps)];
      if (search === null) throw new RangeError('a way of keeping without a search was chosen');
      return { keeps, search, chosen: search.found[0] };
    }),
    gap: sum === 0 ? 0 : Math.max(0, 1 - bound.total[0] / sum),
  };
}
