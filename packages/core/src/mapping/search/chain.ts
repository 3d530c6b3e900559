import type { KeptTensors } from '../mapping.ts';

/** What each way of keeping costs a layer: index 2 * input + results; null: impossible. */
export type KeptCosts = readonly [
  nothing: number | null,
  results: number | null,
  input: number | null,
  both: number | null,
];

/** The index of a way of keeping in {@link KeptCosts}. */
export function keptIndex({ input, results }: KeptTensors): 0 | 1 | 2 | 3 {
  return ((input ? 2 : 0) + (results ? 1 : 0)) as 0 | 1 | 2 | 3;
}

interface State {
  readonly cost: number;
  /** Whether each layer so far keeps its results. */
  readonly kept: readonly boolean[];
}

/** The cheaper state; between equals `a`. */
function better(a: State | null, b: State | null): State | null {
  if (a === null || b === null) return a ?? b;
  return b.cost < a.cost ? b : a;
}

/**
 * Which layers of a chain keep their results on chip for the next one so that the sum of costs is least: dynamic programming from
 * layer to layer, the state being whether the tensor between two layers is kept. Between equals less is kept.
 *
 * @param links whether the next layer can take the results from the buffer; of the last layer: false
 * @returns what each layer keeps; null when some layer cannot be mapped at all
 */
export function chooseKept(
  costs: readonly KeptCosts[],
  links: readonly boolean[],
): readonly KeptTensors[] | null {
  const extend = (state: State | null, layer: number, input: boolean, results: boolean): State | null => {
    const cost = costs[layer][keptIndex({ input, results })];
    if (state === null || cost === null || (results && !links[layer])) return null;
    return { cost: state.cost + cost, kept: [...state.kept, results] };
  };
  let apart: State | null = { cost: 0, kept: [] };
  let kept: State | null = null;
  for (let layer = 0; layer < costs.length; layer++) {
    const [fromApart, fromKept]: readonly (State | null)[] = [apart, kept];
    apart = better(extend(fromApart, layer, false, false), extend(fromKept, layer, true, false));
    kept = better(extend(fromApart, layer, false, true), extend(fromKept, layer, true, true));
  }
  if (apart === null) return null;
  const { kept: results } = apart;
  return results.map((own, layer) => ({ input: layer > 0 && results[layer - 1], results: own }));
}
