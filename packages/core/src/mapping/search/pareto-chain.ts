import type { MappingCost } from '../cost/evaluate.ts';
import type { KeptTensors } from '../mapping.ts';
import { keepsOf, keptIndex, type OfEachWay } from './chain.ts';

type EnergyAndTime = Pick<MappingCost, 'energyPj' | 'latencyCycles'>;

/** A mapping of a whole chain of which no other has both less energy and less latency. */
export interface ChainPoint extends EnergyAndTime {
  /** Of each layer. */
  readonly keeps: readonly KeptTensors[];
  /** Of each layer, the index in the set of its way of keeping. */
  readonly choice: readonly number[];
}

/** A beginning of a chain. */
interface Beginning extends EnergyAndTime {
  /** Without its last layer; null: no layer. */
  readonly before: Beginning | null;
  /** Of the last layer, the index in its set. */
  readonly index: number;
  /** Whether the last layer keeps its results. */
  readonly results: boolean;
}

/** Keeps those of which no other is at least as good in both, the first of equals; by rising energy, hence falling latency. */
function nondominated(all: Beginning[]): readonly Beginning[] {
  const kept: Beginning[] = [];
  let least = Infinity;
  for (const one of all.sort((a, b) => a.energyPj - b.energyPj || a.latencyCycles - b.latencyCycles)) {
    if (one.latencyCycles >= least) continue;
    kept.push(one);
    least = one.latencyCycles;
  }
  return kept;
}

function pointOf(end: Beginning): ChainPoint {
  const steps: Beginning[] = [];
  for (let at = end; at.before !== null; at = at.before) steps.unshift(at);
  return {
    energyPj: end.energyPj,
    latencyCycles: end.latencyCycles,
    keeps: keepsOf(steps.map(({ results }) => results)),
    choice: steps.map(({ index }) => index),
  };
}

/**
 * The Pareto set of a chain of layers, energy against latency, from the sets of each layer's ways of keeping its tensors: both add up
 * over layers, so what is dominated among the beginnings that end alike, the tensor after them kept or not, stays dominated. By rising energy; of
 * equals one that keeps less.
 *
 * @param layers costs of each set; null: impossible
 * @param links whether the next layer can take the results from the buffer; of the last layer: false
 * @returns nothing when some layer cannot be mapped at all
 */
export function paretoOfChain(
  layers: readonly OfEachWay<readonly EnergyAndTime[] | null>[],
  links: readonly boolean[],
): readonly ChainPoint[] {
  const extend = (
    beginnings: readonly Beginning[],
    layer: number,
    input: boolean,
    results: boolean,
  ): readonly Beginning[] => {
    const own = layers[layer][keptIndex({ input, results })];
    if (own === null || (results && !links[layer])) return [];
    return beginnings.flatMap((before) =>
      own.map((cost, index) => ({
        energyPj: before.energyPj + cost.energyPj,
        latencyCycles: before.latencyCycles + cost.latencyCycles,
        before,
        index,
        results,
      })),
    );
  };
  const start: Beginning = { energyPj: 0, latencyCycles: 0, before: null, index: -1, results: false };
  let apart: readonly Beginning[] = [start];
  let kept: readonly Beginning[] = [];
  for (let layer = 0; layer < layers.length; layer++) {
    const [fromApart, fromKept] = [apart, kept];
    apart = nondominated([
      ...extend(fromApart, layer, false, false),
      ...extend(fromKept, layer, true, false),
    ]);
    kept = nondominated([...extend(fromApart, layer, false, true), ...extend(fromKept, layer, true, true)]);
  }
  return apart.map(pointOf);
}
