import type { Macro } from './machine.ts';
import type { SearchKey } from './keys.ts';

/** Matches of one class: `positive` and `negative` lines that rose and were counted. */
export interface ClassMatches {
  /** Name and value of the counting scheme's class. */
  readonly name: string;
  readonly value: number;
  readonly positive: number;
  readonly negative: number;
}

/** Bits of registers and lines that changed, clock by clock, from the initial state on. */
export interface Toggles {
  /**
   * Lines of the search driver: weight code of the positive rail, weight code of the negative rail (a disabled rail: 0),
   * then the activation code, or one select line per bit plane. They carry the key in the clocks of its slot and are 0 in
   * all others. One line per bit: complements and the entries along a line are not counted again.
   */
  readonly searchLines: number;
  /** `ml_pos_q` and `ml_neg_q`. */
  readonly matchLines: number;
  /** `cnt_pos_q` and `cnt_neg_q`. */
  readonly counters: number;
  /** `product_q`. */
  readonly product: number;
  /** `vsum_q`. */
  readonly vectorSum: number;
}

/**
 * Clocks from the one that offers the first command to the last one in which the macro is busy (the last result is taken),
 * both included, each in one of the kinds.
 */
export interface MacroCycles {
  /** Sum of the others. */
  readonly total: number;
  /** Slots of running steps: searching, after the last key (rescale slots), after a window's last vector (overhead). */
  readonly searching: number;
  readonly rescale: number;
  readonly overhead: number;
  /** No step runs: before the first one, between two, after the last one. */
  readonly fill: number;
  readonly idle: number;
  readonly drain: number;
  /** Frozen: a result waited or a returning partial sum was missing. */
  readonly stalled: number;
}

/** What a run of the macro did, exactly. All integers; counts of entries are below 2^53. */
export interface MacroActivity {
  /** Vectors counted, and of these those that ended a window. */
  readonly steps: number;
  readonly windows: number;
  /** Results handed out, and of these codes. */
  readonly results: number;
  readonly codes: number;
  /** Keys searched, one a clock. */
  readonly searches: number;
  /** Entry bits compared or selected: searches * entries * bits of a key (see the counting scheme). Unused entries too. */
  readonly searchedBits: number;
  /** Entries that matched: popcounts of both match line vectors, all keys. */
  readonly matches: number;
  /** The same by class and rail, in the order in which classes are searched. */
  readonly classes: readonly ClassMatches[];
  /** Entries in use (the longer of the step's two rows), summed over steps: the pairs that counting counts. */
  readonly pairs: number;
  /** Of these, entries with a zero weight; with a zero activation; with both; with neither. */
  readonly zeroWeightPairs: number;
  readonly zeroActivationPairs: number;
  readonly zeroBothPairs: number;
  readonly nonzeroPairs: number;
  /** Comparisons that could match no key: entries in use with a zero weight or activation, times keys. */
  readonly skippedSearches: number;
  /** Class counts multiplied; each product is added to the vector's sum once. */
  readonly classMultiplications: number;
  readonly rescales: number;
  readonly accumulations: number;
  /** Thresholds that codes were compared with: those that the rows declare as compared. */
  readonly thresholdComparisons: number;
  /** Rows stored. */
  readonly weightLoads: number;
  readonly activationLoads: number;
  readonly thresholdLoads: number;
  /** Bits of weights and activations that rows gave: digits * bits. Entries that a row leaves out are not counted. */
  readonly loadedBits: number;
  /** Bits of the stored thresholds, whole sets. */
  readonly thresholdBits: number;
  readonly toggles: Toggles;
  readonly cycles: MacroCycles;
}

/** What the search lines carry for a key, as one number (see {@link Toggles.searchLines}). */
export function searchLinesOf({ spec }: Macro, key: SearchKey): number {
  const activation = spec.search === 'bit-plane' ? 2 ** key.activation : key.activation;
  const positive = key.positiveCode ?? 0;
  const negative = key.negativeCode ?? 0;
  return activation + 2 ** spec.activationBits * (positive + 2 ** spec.weightBits * negative);
}

/** Counts that are summed up while a macro runs; what follows from them is worked out at the end. */
export interface ActivityCounts {
  windows: number;
  results: number;
  codes: number;
  pairs: number;
  zeroWeightPairs: number;
  zeroActivationPairs: number;
  nonzeroPairs: number;
  thresholdComparisons: number;
  weightLoads: number;
  activationLoads: number;
  thresholdLoads: number;
  weightDigits: number;
  activationDigits: number;
  searchLineToggles: number;
  counterToggles: number;
  productToggles: number;
  vectorSumToggles: number;
  steps: number;
  /** Matches of class k: positive at 2k, negative at 2k + 1. */
  readonly matched: Float64Array;
}

/** Nothing counted yet. */
export function emptyCounts({ classes }: Macro): ActivityCounts {
  return {
    windows: 0,
    results: 0,
    codes: 0,
    pairs: 0,
    zeroWeightPairs: 0,
    zeroActivationPairs: 0,
    nonzeroPairs: 0,
    thresholdComparisons: 0,
    weightLoads: 0,
    activationLoads: 0,
    thresholdLoads: 0,
    weightDigits: 0,
    activationDigits: 0,
    searchLineToggles: 0,
    counterToggles: 0,
    productToggles: 0,
    vectorSumToggles: 0,
    steps: 0,
    matched: new Float64Array(2 * classes.length),
  };
}

/**
 * The activity of a finished run: sums, and what follows from them.
 *
 * @param counts small integers all through a run: a counter that became a double would cost the next engine its compiled code
 * @param seen as it was seen, or follows at the end
 */
export function activityOf(
  macro: Macro,
  counts: ActivityCounts,
  seen: { readonly searches: number; readonly multiplications: number; readonly matchLineToggles: number },
  cycles: Omit<MacroCycles, 'total'>,
): MacroActivity {
  const { spec } = macro;
  const classes = macro.classes.map(({ name, value }, k) => ({
    name,
    value,
    positive: counts.matched[2 * k],
    negative: counts.matched[2 * k + 1],
  }));
  const { pairs, nonzeroPairs, zeroWeightPairs, zeroActivationPairs } = counts;
  const { searching, rescale, overhead, fill, idle, drain, stalled } = cycles;
  return {
    steps: counts.steps,
    windows: counts.windows,
    results: counts.results,
    codes: counts.codes,
    searches: seen.searches,
    searchedBits: seen.searches * spec.entries * macro.searchedBits,
    matches: classes.reduce((sum, { positive, negative }) => sum + positive + negative, 0),
    classes,
    pairs,
    zeroWeightPairs,
    zeroActivationPairs,
    zeroBothPairs: zeroWeightPairs + zeroActivationPairs + nonzeroPairs - pairs,
    nonzeroPairs,
    skippedSearches: (pairs - nonzeroPairs) * macro.searches,
    classMultiplications: seen.multiplications,
    rescales: rescale,
    accumulations: seen.multiplications,
    thresholdComparisons: counts.thresholdComparisons,
    weightLoads: counts.weightLoads,
    activationLoads: counts.activationLoads,
    thresholdLoads: counts.thresholdLoads,
    loadedBits: counts.weightDigits * spec.weightBits + counts.activationDigits * spec.activationBits,
    thresholdBits: counts.thresholdLoads * spec.thresholds * spec.thresholdBits,
    toggles: {
      searchLines: counts.searchLineToggles,
      matchLines: seen.matchLineToggles,
      counters: counts.counterToggles,
      product: counts.productToggles,
      vectorSum: counts.vectorSumToggles,
    },
    cycles: {
      total: searching + rescale + overhead + fill + idle + drain + stalled,
      searching,
      rescale,
      overhead,
      fill,
      idle,
      drain,
      stalled,
    },
  };
}

function addNumbers<T extends object>(one: T, other: T): T {
  const sum = Object.entries(one).map(([name, value]): readonly [string, unknown] => {
    const added = (other as Readonly<Record<string, unknown>>)[name];
    return [name, typeof value === 'number' && typeof added === 'number' ? value + added : value];
  });
  return Object.fromEntries(sum) as T;
}

/** The activity of two runs of the same macro together. */
export function addActivity(one: MacroActivity, other: MacroActivity): MacroActivity {
  return {
    ...addNumbers(one, other),
    classes: one.classes.map((first, k) => ({
      ...first,
      positive: first.positive + other.classes[k].positive,
      negative: first.negative + other.classes[k].negative,
    })),
    toggles: addNumbers(one.toggles, other.toggles),
    cycles: addNumbers(one.cycles, other.cycles),
  };
}
