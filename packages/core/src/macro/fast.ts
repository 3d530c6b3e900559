import {
  activityOf,
  emptyCounts,
  searchLinesOf,
  type ActivityCounts,
  type MacroActivity,
} from './activity.ts';
import { fitsSigned, popcount32, popcountHalves } from './bits.ts';
import type { MacroCommand, ThresholdRow } from './command.ts';
import { RecordWriter, type RecordSink } from './fast-records.ts';
import { StepSearch } from './fast-search.ts';
import type { Macro } from './machine.ts';
import {
  checkCommand,
  checkPsum,
  refuseThresholdLoad,
  refuseUnloaded,
  refuseUnstarted,
  refuseWide,
} from './obligations.ts';
import {
  packedActivations,
  packedWeights,
  type PackedActivationRow,
  type PackedWeightRow,
} from './packed-row.ts';

export interface FastOptions {
  /** Gets the records of all clocks, in order, as `createObserver` would write them. */
  readonly onRecords?: RecordSink;
}

/** A stored set of thresholds. */
interface ThresholdSet {
  readonly thresholds: Int32Array;
  falling: boolean;
  compared: number;
  /** First clock on which it may be loaded again. */
  freeFrom: number;
}

/** Clocks from a step's last slot to the edge that hands its result to the output register. */
const HAND_OUT_DELAY = 6;

/**
 * The macro command by command instead of clock by clock: same results, activity, cycles and records as `advance` makes of
 * the same commands when a command is offered on every clock while any is left, every result is taken at once and a
 * returning partial sum is there when it is asked for. One engine makes one run, from the initial state.
 */
export class FastEngine {
  /** Result of the last step that emitted. */
  outData = 0;
  outIsCode = false;

  private readonly macro: Macro;
  private readonly counts: ActivityCounts;
  private readonly keys: StepSearch;
  private readonly records: RecordWriter | null;
  private readonly weights: (PackedWeightRow | null)[];
  private readonly activations: (PackedActivationRow | null)[];
  private readonly thresholds: (ThresholdSet | null)[];
  private readonly accumulators: Int32Array;
  private readonly started: Uint8Array;
  private readonly classValue: Int32Array;
  private readonly classOf: Int32Array;
  /** Bit 0: key k is the first of its class, bit 1: the last. */
  private readonly ends: Uint8Array;
  /** True when the toggles of products and sums can be counted in the two halves of a word, a step at a time. */
  private readonly togglesFitHalves: boolean;
  private readonly least: number;
  private readonly largest: number;
  private readonly lines: {
    readonly rise: number;
    readonly within: number;
    readonly fall: number;
    readonly wrap: number;
  };
  // Registers that hold their value between steps.
  private countPositive = 0;
  private countNegative = 0;
  private product = 0;
  private vectorSum = 0;
  // The step before.
  private lastWeights: PackedWeightRow | null = null;
  private lastActivations: PackedActivationRow | null = null;
  private lastWeightSlot = 0;
  private lastActivationSlot = 0;
  private lastStart = 0;
  private lastLength = 0;
  private idle = 0;
  private overlap = 0;
  /** Last clock in which anything of the steps so far keeps the macro busy. */
  private busyUntil = -1;

  constructor(macro: Macro, options: FastOptions = {}) {
    const { spec, keys, classes } = macro;
    this.macro = macro;
    this.counts = emptyCounts(macro);
    this.keys = new StepSearch(macro);
    this.records = options.onRecords ? new RecordWriter(macro, this.keys, options.onRecords) : null;
    this.weights = new Array<PackedWeightRow | null>(spec.weightSlots).fill(null);
    this.activations = new Array<PackedActivationRow | null>(spec.activationSlots).fill(null);
    this.thresholds = new Array<ThresholdSet | null>(spec.thresholdSlots).fill(null);
    this.accumulators = new Int32Array(spec.partialSums);
    this.started = new Uint8Array(spec.partialSums);
    this.classValue = Int32Array.from(classes, ({ value }) => value);
    this.classOf = Int32Array.from(keys, ({ classIndex }) => classIndex);
    this.ends = Uint8Array.from(keys, (key) => Number(key.firstOfClass) + 2 * Number(key.lastOfClass));
    this.togglesFitHalves = spec.partialSumBits <= 16 && classes.length < 2048;
    // Shifts, at most 31 bits: powers are doubles, and the steps' arithmetic would be one of doubles.
    this.least = -1 << (spec.partialSumBits - 1);
    this.largest = (1 << (spec.partialSumBits - 1)) - 1;
    const lines = keys.map((key) => searchLinesOf(macro, key));
    this.lines = {
      rise: popcount32(lines[0]),
      within: lines.slice(1).reduce((sum, line, k) => sum + popcount32(line ^ lines[k]), 0),
      fall: popcount32(lines[lines.length - 1]),
      wrap: popcount32(lines[0] ^ lines[lines.length - 1]),
    };
  }

  /**
   * The next command.
   *
   * @param psum the partial sum that comes back to it, for a command with `restore`; else not looked at
   * @returns true when the step hands out a result, which then is in `outData` and `outIsCode`
   * @throws TallyError as `advance` does
   */
  step(command: MacroCommand, psum: number): boolean {
    const { counts, macro } = this;
    const take = this.takeClock(command);
    const start = counts.steps === 0 ? take + 2 : Math.max(take + 2, this.lastStart + this.lastLength);
    checkCommand(macro, take, command);
    this.load(command, take);
    const weights = this.weights[command.weightSlot];
    const activations = this.activations[command.activationSlot];
    if (weights === null) return refuseUnloaded(macro, take, 'weight', command.weightSlot);
    if (activations === null) return refuseUnloaded(macro, take, 'activation', command.activationSlot);
    const length = macro.stepSlots + (command.windowEnd ? macro.spec.windowOverheadCycles : 0);

    this.keys.search(weights, activations);
    this.countLines(start, weights, activations);
    const matches = this.reduce(start);
    this.countPairs(weights, activations, matches);
    const sum = this.accumulate(command, psum, start + macro.stepSlots - 1);
    if (command.emit) this.emit(command, sum, start + length - 1);
    this.records?.step(command, take, start, length, weights, activations, sum, this.outData);

    counts.steps++;
    if (command.windowEnd) counts.windows++;
    this.busyUntil = Math.max(
      this.busyUntil,
      start + length - 1 + (command.emit ? HAND_OUT_DELAY + 1 : 0),
      start + macro.stepSlots - 1 + HAND_OUT_DELAY - 1,
    );
    this.lastWeights = weights;
    this.lastActivations = activations;
    this.lastWeightSlot = command.weightSlot;
    this.lastActivationSlot = command.activationSlot;
    this.lastStart = start;
    this.lastLength = length;
    return command.emit;
  }

  /** Ends the run: hands out the last records and says what was done. */
  finish(): MacroActivity {
    const { counts, macro, busyUntil, lastStart, lastLength } = this;
    const { steps } = counts;
    this.records?.finish(busyUntil + 1);
    let matches = 0;
    for (const matched of counts.matched) matches += matched;
    if (steps > 0) counts.searchLineToggles += this.lines.fall;
    const seen = {
      // Every line that rises falls again, but for those that stay up.
      matchLineToggles: 2 * matches - 2 * this.overlap,
      searches: steps * macro.searches,
      multiplications: steps * macro.classes.length,
    };
    return activityOf(macro, counts, seen, {
      searching: steps * macro.searches,
      rescale: steps * macro.spec.rescaleSlots,
      overhead: counts.windows * macro.spec.windowOverheadCycles,
      fill: steps > 0 ? 2 : 0,
      idle: this.idle,
      drain: steps > 0 ? busyUntil + 1 - (lastStart + lastLength) : 0,
      stalled: 0,
    });
  }

  /**
   * The clock on which the command is taken: when the step before it starts, or after that one's last search if it would
   * overwrite a row of it.
   */
  private takeClock({ weightRow, weightSlot, activationRow, activationSlot }: MacroCommand): number {
    if (this.counts.steps === 0) return 0;
    const clash =
      (weightRow !== null && weightSlot === this.lastWeightSlot) ||
      (activationRow !== null && activationSlot === this.lastActivationSlot);
    return clash ? this.lastStart + this.macro.searches - 1 : this.lastStart - 1;
  }

  private load(command: MacroCommand, take: number): void {
    const { counts, macro } = this;
    const { weightRow, weightSlot, activationRow, activationSlot, thresholdRow, thresholdSlot } = command;
    if (weightRow !== null) {
      const row = packedWeights(macro, weightRow);
      this.weights[weightSlot] = row;
      counts.weightLoads++;
      counts.weightDigits += row.digits.length;
    }
    if (activationRow !== null) {
      const row = packedActivations(macro, activationRow);
      this.activations[activationSlot] = row;
      counts.activationLoads++;
      counts.activationDigits += row.digits.length;
    }
    if (thresholdRow !== null) this.loadThresholds(thresholdRow, thresholdSlot, take);
    if (command.emit && command.final && this.thresholds[thresholdSlot] === null)
      refuseUnloaded(macro, take, 'threshold', thresholdSlot);
  }

  private loadThresholds(thresholdRow: ThresholdRow, thresholdSlot: number, take: number): void {
    const { counts, macro } = this;
    const before = this.thresholds[thresholdSlot];
    if (before !== null && take < before.freeFrom) refuseThresholdLoad(macro, take, thresholdSlot);
    const set = before ?? {
      thresholds: new Int32Array(macro.spec.thresholds),
      falling: false,
      compared: 0,
      freeFrom: 0,
    };
    set.thresholds.set(thresholdRow.thresholds);
    set.falling = thresholdRow.falling;
    set.compared = thresholdRow.compared ?? macro.spec.thresholds;
    this.thresholds[thresholdSlot] = set;
    counts.thresholdLoads++;
  }

  private countPairs(weights: PackedWeightRow, activations: PackedActivationRow, matches: number): void {
    const { counts, macro } = this;
    const used = Math.max(weights.digits.length, activations.digits.length);
    // In a pair search, a pair that is not zero matches exactly one key.
    let nonzero = matches;
    if (macro.spec.search === 'bit-plane') {
      nonzero = 0;
      for (let i = 0; i < macro.words; i++)
        nonzero += popcount32(weights.nonzero[i] & activations.nonzero[i]);
    }
    counts.pairs += used;
    counts.nonzeroPairs += nonzero;
    counts.zeroWeightPairs += used - weights.nonzeros;
    counts.zeroActivationPairs += used - activations.nonzeros;
  }

  /** Search lines, and match lines that stay up. */
  private countLines(start: number, weights: PackedWeightRow, activations: PackedActivationRow): void {
    const { counts, lines, keys, macro, lastWeights, lastActivations } = this;
    this.overlap += keys.overlap;
    counts.searchLineToggles += lines.within;
    if (lastWeights === null || lastActivations === null) {
      counts.searchLineToggles += lines.rise;
      return;
    }
    this.idle += start - this.lastStart - this.lastLength;
    if (start === this.lastStart + macro.searches) {
      counts.searchLineToggles += lines.wrap;
      this.overlap += keys.overlapOfSteps(lastWeights, lastActivations, weights, activations);
    } else {
      counts.searchLineToggles += lines.fall + lines.rise;
    }
  }

  /**
   * Counts, multiplies and adds up the keys that were searched.
   *
   * @returns the matches of all keys
   */
  private reduce(start: number): number {
    const { counts, ends, classOf, classValue, least, togglesFitHalves } = this;
    const { positive, negative } = this.keys;
    const { matched } = counts;
    const mask = this.largest - least;
    let pos = this.countPositive;
    let neg = this.countNegative;
    let product = this.product;
    let sum = this.vectorSum;
    let total = 0;
    let matches = 0;
    let counterToggles = 0;
    let productToggles = 0;
    let sumToggles = 0;
    let bothToggles = 0;
    for (let k = 0; k < ends.length; k++) {
      const end = ends[k];
      const first = end & 1;
      const newPos = first === 1 ? positive[k] : pos + positive[k];
      const newNeg = first === 1 ? negative[k] : neg + negative[k];
      counterToggles += popcount32((pos ^ newPos) | ((neg ^ newNeg) << 16));
      pos = newPos;
      neg = newNeg;
      if (end < 2) continue;
      const index = classOf[k];
      matched[2 * index] += pos;
      matched[2 * index + 1] += neg;
      matches += pos + neg;
      const newProduct = classValue[index] * (pos - neg);
      total += newProduct;
      // Both are in range when neither has a bit beyond the mask once `least` counts as 0.
      if ((((newProduct - least) | (total - least)) & ~mask) !== 0)
        this.refuseSum(start + k, newProduct, total);
      const productBits = (product ^ newProduct) & mask;
      const sumBits = (sum ^ total) & mask;
      if (togglesFitHalves) {
        bothToggles += popcountHalves(productBits | (sumBits << 16));
      } else {
        productToggles += popcount32(productBits);
        sumToggles += popcount32(sumBits);
      }
      product = newProduct;
      sum = total;
    }
    this.countPositive = pos;
    this.countNegative = neg;
    this.product = product;
    this.vectorSum = sum;
    counts.counterToggles += counterToggles;
    counts.productToggles += productToggles + (bothToggles & 0xffff);
    counts.vectorSumToggles += sumToggles + (bothToggles >>> 16);
    return matches;
  }

  private refuseSum(slotClock: number, product: number, sum: number): never {
    const { macro } = this;
    const bits = macro.spec.partialSumBits;
    if (!fitsSigned(product, bits)) return refuseWide(macro, slotClock + 2, 'product_q', product, bits);
    return refuseWide(macro, slotClock + 3, 'vsum_q', sum, bits);
  }

  private accumulate(command: MacroCommand, psum: number, transferClock: number): number {
    const { macro, accumulators } = this;
    const at = command.accumulator;
    const clock = transferClock + 5;
    let base = 0;
    if (command.restore) {
      checkPsum(macro, clock, psum);
      base = psum;
    } else if (!command.clear) {
      if (this.started[at] === 0) refuseUnstarted(macro, clock, at);
      base = accumulators[at];
    }
    const sum = base + this.vectorSum * (1 << command.shift);
    const { accumulatorBits } = macro.spec;
    if (!fitsSigned(sum, accumulatorBits)) refuseWide(macro, clock, `acc_q[${at}]`, sum, accumulatorBits);
    accumulators[at] = sum;
    this.started[at] = 1;
    return sum;
  }

  private emit(command: MacroCommand, sum: number, lastClock: number): void {
    const { counts } = this;
    counts.results++;
    this.outIsCode = command.final;
    this.outData = sum;
    if (!command.final) return;
    const set = this.thresholds[command.thresholdSlot];
    if (set === null) return; // `load` has refused it.
    const { thresholds, falling } = set;
    let code = 0;
    for (let k = 0; k < thresholds.length; k++) {
      if (falling ? sum <= thresholds[k] : sum >= thresholds[k]) code++;
    }
    set.freeFrom = lastClock + HAND_OUT_DELAY;
    this.outData = code;
    counts.codes++;
    counts.thresholdComparisons += set.compared;
  }
}
