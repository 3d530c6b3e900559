import { fail } from '../diagnostics/index.ts';

/** One way to run a layer: what it costs and what it does to the network's output. */
export interface BitsOption {
  /** Not below 0: cycles, picojoules, whatever the budget is in. */
  readonly cost: number;
  /** Increase of the output's error, finite; a small negative number is noise and allowed. */
  readonly sensitivity: number;
}

/** A layer and its options. */
export interface LayerOptions<Option extends BitsOption> {
  readonly layer: string;
  readonly options: readonly Option[];
}

/** One option for each layer. */
export interface Assignment<Option extends BitsOption> {
  readonly chosen: ReadonlyMap<string, Option>;
  readonly cost: number;
  /** Sum of the layers' sensitivities: errors are taken to add up. */
  readonly sensitivity: number;
}

/** Parts of the budget that the dynamic program tells apart. */
const RESOLUTION = 4096;

/**
 * The option of each layer that together cost at most `budget` and have the least sum of sensitivities: a
 * multiple-choice knapsack, by dynamic programming over costs in units of budget / 4,096, rounded up, so that
 * the budget always holds. Exact where all costs are multiples of the unit.
 *
 * @throws TallyError `budget-too-small` when even the cheapest options cost more.
 */
export function assignBits<Option extends BitsOption>(
  layers: readonly LayerOptions<Option>[],
  budget: number,
  path: string,
): Assignment<Option> {
  const cheapest = layers.reduce(
    (sum, { options }) => sum + options.reduce((least, { cost }) => Math.min(least, cost), Infinity),
    0,
  );
  if (!(cheapest <= budget)) {
    fail(
      'budget-too-small',
      path,
      `is ${budget}, the cheapest choice for every layer costs ${cheapest} already`,
      'give a larger budget or allow lower precisions',
    );
  }
  // Costs above the cheapest are what is distributed; that keeps rounding from using up a tight budget.
  const unit = (budget - cheapest) / RESOLUTION;
  const table = layers.map(({ layer, options }) => {
    const base = options.reduce((least, { cost }) => Math.min(least, cost), Infinity);
    return {
      layer,
      options: options.map((option) => ({ option, units: unitsOf(option.cost - base, unit) })),
    };
  });
  let best = new Float64Array(RESOLUTION + 1);
  const choices = table.map(({ options }) => {
    const next = new Float64Array(RESOLUTION + 1).fill(Infinity);
    const chosen = new Int32Array(RESOLUTION + 1).fill(-1);
    options.forEach(({ option, units }, index) => {
      for (let spent = units; spent <= RESOLUTION; spent++) {
        const total = best[spent - units] + option.sensitivity;
        if (total < next[spent]) {
          next[spent] = total;
          chosen[spent] = index;
        }
      }
    });
    best = next;
    return chosen;
  });
  let left = RESOLUTION;
  const picked: (readonly [string, Option])[] = [];
  for (let index = table.length - 1; index >= 0; index--) {
    const { layer, options } = table[index];
    const { option, units } = options[choices[index][left]];
    picked.unshift([layer, option]);
    left -= units;
  }
  return {
    chosen: new Map(picked),
    cost: picked.reduce((sum, [, { cost }]) => sum + cost, 0),
    sensitivity: picked.reduce((sum, [, { sensitivity }]) => sum + sensitivity, 0),
  };
}

/** Units of a cost, rounded up, forgiving the last place of a quotient that should be whole. */
function unitsOf(cost: number, unit: number): number {
  if (cost <= 0) return 0;
  return unit > 0 ? Math.ceil((cost / unit) * (1 - 1e-12)) : RESOLUTION + 1;
}
