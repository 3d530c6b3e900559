import { compareScores, type Score } from '../cost/objective.ts';
import type { KeptTensors } from '../mapping.ts';

/** Something of each way of keeping a layer's tensors: index 2 * input + results. */
export type OfEachWay<Value> = readonly [nothing: Value, results: Value, input: Value, both: Value];

/** What each way of keeping scores for a layer; null: impossible. */
export type KeptScores = OfEachWay<Score | null>;

/** The index of a way of keeping in {@link OfEachWay}. */
export function keptIndex({ input, results }: KeptTensors): 0 | 1 | 2 | 3 {
  return ((input ? 2 : 0) + (results ? 1 : 0)) as 0 | 1 | 2 | 3;
}

/** What the layers of a chain keep, and what that scores. */
export interface KeptChoice {
  /** Of each layer. */
  readonly keeps: readonly KeptTensors[];
  /** Sums over the layers. */
  readonly total: Score;
}

interface State {
  readonly total: Score;
  /** Whether each layer so far keeps its results. */
  readonly kept: readonly boolean[];
}

/** The better state; between equals `a`. */
function better(a: State | null, b: State | null): State | null {
  if (a === null || b === null) return a ?? b;
  return compareScores(b.total, a.total) < 0 ? b : a;
}

/** What the layers of a chain keep, given which of them keep their results for the next one. */
export function keepsOf(results: readonly boolean[]): readonly KeptTensors[] {
  return results.map((own, layer) => ({ input: layer > 0 && results[layer - 1], results: own }));
}

/**
 * Which layers of a chain keep their results on chip for the next one so that the sum of scores is least, in the first number and
 * between equals in the second: dynamic programming from layer to layer, the state being whether the tensor between two layers is kept.
 * Sums keep the order of pairs, so that the best chain has a best beginning. Between equals less is kept.
 *
 * @param links whether the next layer can take the results from the buffer; of the last layer: false
 * @returns null when some layer cannot be mapped at all
 */
export function chooseKept(scores: readonly KeptScores[], links: readonly boolean[]): KeptChoice | null {
  const extend = (state: State | null, layer: number, input: boolean, results: boolean): State | null => {
    const own = scores[layer][keptIndex({ input, results })];
    if (state === null || own === null || (results && !links[layer])) return null;
    const [first, second] = state.total;
    return { total: [first + own[0], second + own[1]], kept: [...state.kept, results] };
  };
  let apart: State | null = { total: [0, 0], kept: [] };
  let kept: State | null = null;
  for (let layer = 0; layer < scores.length; layer++) {
    const [fromApart, fromKept]: readonly (State | null)[] = [apart, kept];
    apart = better(extend(fromApart, layer, false, false), extend(fromKept, layer, true, false));
    kept = better(extend(fromApart, layer, false, true), extend(fromKept, layer, true, true));
  }
  return apart === null ? null : { keeps: keepsOf(apart.kept), total: apart.total };
}
