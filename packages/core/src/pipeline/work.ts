import { ACTIONS, DATAFLOWS, type ActionCounts } from '../chip/index.ts';
import { COUNTING_SCHEMES } from '../counting/index.ts';
import { sumEnergies, type Energy } from '../energy/index.ts';
import type { DataflowReport, Figures, OperandTraffic, PairCounts } from '../report/index.ts';

/** The figures of a layer that add up over layers; per image except `pairCounts`, `schemes.matches`. */
export interface Work {
  readonly macs: number;
  readonly paddingMacs: number;
  readonly vectors: number;
  /** Digit pairs: macs * passes. */
  readonly digitPairs: number;
  readonly searches: number;
  readonly multiplications: number;
  readonly accumulations: number;
  readonly thresholdComparisons: number;
  readonly cycles: number;
  /** What the energy prices. */
  readonly actions: ActionCounts;
  readonly energy: Energy;
  readonly pairCounts: PairCounts;
  readonly weightDigits: { readonly zero: number; readonly all: number };
  readonly activationDigits: { readonly zero: number; readonly all: number };
  readonly schemes: readonly SchemeWork[];
  readonly dataflows: readonly DataflowReport[];
}

/** What one scheme does: searches, multiplications per image, matches over all images. */
export interface SchemeWork {
  readonly scheme: string;
  readonly searches: number;
  readonly multiplications: number;
  readonly matches: number;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function sumTraffic(all: readonly OperandTraffic[]): OperandTraffic {
  const memoryBits = total(all.map((t) => t.memoryBits));
  const moved = total(all.map((t) => t.memoryReads + t.memoryWrites));
  return {
    macroReads: total(all.map((t) => t.macroReads)),
    macroWrites: total(all.map((t) => t.macroWrites)),
    memoryReads: total(all.map((t) => t.memoryReads)),
    memoryWrites: total(all.map((t) => t.memoryWrites)),
    bitsPerElement: moved === 0 ? 0 : memoryBits / moved,
    memoryBits,
  };
}

function sumPairCounts(all: readonly PairCounts[]): PairCounts {
  return {
    pairs: total(all.map((c) => c.pairs)),
    paddingPairs: total(all.map((c) => c.paddingPairs)),
    zeroWeightPairs: total(all.map((c) => c.zeroWeightPairs)),
    zeroActivationPairs: total(all.map((c) => c.zeroActivationPairs)),
    zeroBothPairs: total(all.map((c) => c.zeroBothPairs)),
    nonzeroPairs: total(all.map((c) => c.nonzeroPairs)),
  };
}

/** Actions of several layers. */
export function sumActions(all: readonly ActionCounts[]): ActionCounts {
  return Object.fromEntries(
    ACTIONS.map((action) => [action, total(all.map((actions) => actions[action]))]),
  ) as Readonly<Record<keyof ActionCounts, number>>;
}

/** The work of several layers as one. */
export function sumWork(all: readonly Work[]): Work {
  const sum = (pick: (work: Work) => number): number => total(all.map(pick));
  return {
    macs: sum((w) => w.macs),
    paddingMacs: sum((w) => w.paddingMacs),
    vectors: sum((w) => w.vectors),
    digitPairs: sum((w) => w.digitPairs),
    searches: sum((w) => w.searches),
    multiplications: sum((w) => w.multiplications),
    accumulations: sum((w) => w.accumulations),
    thresholdComparisons: sum((w) => w.thresholdComparisons),
    cycles: sum((w) => w.cycles),
    actions: sumActions(all.map((w) => w.actions)),
    energy: sumEnergies(all.map((w) => w.energy)),
    pairCounts: sumPairCounts(all.map((w) => w.pairCounts)),
    weightDigits: { zero: sum((w) => w.weightDigits.zero), all: sum((w) => w.weightDigits.all) },
    activationDigits: { zero: sum((w) => w.activationDigits.zero), all: sum((w) => w.activationDigits.all) },
    schemes: COUNTING_SCHEMES.map(({ name }, i) => ({
      scheme: name,
      searches: sum((w) => w.schemes[i].searches),
      multiplications: sum((w) => w.schemes[i].multiplications),
      matches: sum((w) => w.schemes[i].matches),
    })),
    dataflows: DATAFLOWS.map(({ name }, i) => ({
      dataflow: name,
      weights: sumTraffic(all.map((w) => w.dataflows[i].weights)),
      activations: sumTraffic(all.map((w) => w.dataflows[i].activations)),
      partialSums: sumTraffic(all.map((w) => w.dataflows[i].partialSums)),
      memoryBits: sum((w) => w.dataflows[i].memoryBits),
      memoryEnergyPj: sum((w) => w.dataflows[i].memoryEnergyPj),
    })),
  };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** Figures of some work: sums as they are, ratios worked out from the sums. */
export function figures(work: Work, entries: number, clockMHz: number): Figures {
  const { digitPairs, weightDigits, activationDigits, pairCounts, ...rest } = work;
  const timeNs = (work.cycles * 1e3) / clockMHz;
  return {
    ...rest,
    pairCounts,
    utilisation: share(digitPairs, entries * work.vectors),
    reduction: share(digitPairs, work.multiplications),
    timeNs,
    opsPerCycle: share(2 * work.macs, work.cycles),
    gops: share(2 * work.macs, timeNs),
    topsPerWatt: share(2 * work.macs, work.energy.totalPj),
    weightSparsity: share(weightDigits.zero, weightDigits.all),
    activationSparsity: share(activationDigits.zero, activationDigits.all),
    pairSparsity: share(pairCounts.pairs - pairCounts.nonzeroPairs, pairCounts.pairs),
    schemes: work.schemes.map((scheme, i) => ({
      ...scheme,
      title: COUNTING_SCHEMES[i].title,
      reduction: share(digitPairs, scheme.multiplications),
    })),
  };
}
