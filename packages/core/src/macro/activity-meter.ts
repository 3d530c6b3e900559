import { maskBits, popcount32, popcountWords } from './bits.ts';
import {
  activityOf,
  emptyCounts,
  searchLinesOf,
  type ActivityCounts,
  type MacroActivity,
} from './activity.ts';
import type { Macro } from './machine.ts';
import type { MacroInputs, MacroOutputs, MacroState } from './state.ts';

/** Counts what the macro does by looking at its registers after every clock of `advance`. */
export class ActivityMeter {
  private readonly macro: Macro;
  private readonly counts: ActivityCounts;
  private readonly lines: readonly number[];
  /** Registers after the clock before. */
  private readonly positive: Int32Array;
  private readonly negative: Int32Array;
  private countPositive = 0;
  private countNegative = 0;
  private product = 0;
  private vectorSum = 0;
  private searchLines = 0;
  private runValid = false;
  private phase = 0;
  private multiplies = false;
  private compared = 0;
  private readonly cycles = { searching: 0, rescale: 0, overhead: 0, fill: 0, idle: 0, drain: 0, stalled: 0 };
  private searches = 0;
  private multiplications = 0;
  private matchLineToggles = 0;

  constructor(macro: Macro) {
    this.macro = macro;
    this.counts = emptyCounts(macro);
    this.lines = macro.keys.map((key) => searchLinesOf(macro, key));
    this.positive = new Int32Array(macro.words);
    this.negative = new Int32Array(macro.words);
  }

  /** One clock that `advance` has just made of these inputs. Clocks of reset are not counted. */
  clock(inputs: MacroInputs, outputs: MacroOutputs, state: MacroState): void {
    if (!inputs.reset) {
      this.countCycle(outputs);
      this.countResults(outputs);
      if (inputs.command !== null && outputs.commandTaken) this.countLoads(inputs.command);
      if (outputs.advance) this.countEdge(state);
    }
    this.countToggles(state);
    this.remember(state);
  }

  /** Everything counted so far. */
  activity(): MacroActivity {
    const { searches, multiplications, matchLineToggles } = this;
    const seen = { searches, multiplications, matchLineToggles };
    return activityOf(this.macro, this.counts, seen, this.cycles);
  }

  private countCycle({ advance }: MacroOutputs): void {
    const { cycles, macro } = this;
    if (!advance) {
      cycles.stalled++;
    } else if (this.runValid) {
      // Clocks without a step turn out to have been a gap once another step runs.
      cycles.idle += cycles.drain;
      cycles.drain = 0;
      if (this.phase < macro.searches) cycles.searching++;
      else if (this.phase < macro.stepSlots) cycles.rescale++;
      else cycles.overhead++;
    } else if (cycles.searching === 0) {
      cycles.fill++;
    } else {
      cycles.drain++;
    }
  }

  private countResults({ resultTaken, outIsCode }: MacroOutputs): void {
    if (!resultTaken) return;
    this.counts.results++;
    if (outIsCode) this.counts.codes++;
  }

  private countLoads({ weightRow, activationRow, thresholdRow }: NonNullable<MacroInputs['command']>): void {
    const { counts } = this;
    if (weightRow !== null) {
      counts.weightLoads++;
      counts.weightDigits += weightRow instanceof Int8Array ? weightRow.length : weightRow.digits.length;
    }
    if (activationRow !== null) {
      counts.activationLoads++;
      counts.activationDigits +=
        activationRow instanceof Uint8Array ? activationRow.length : activationRow.digits.length;
    }
    if (thresholdRow !== null) counts.thresholdLoads++;
  }

  /** What an edge with `advance` did. */
  private countEdge(state: MacroState): void {
    const { counts, macro } = this;
    if (state.runValid && state.phase === 0) this.countStep(state);
    counts.thresholdComparisons += this.compared;
    if (this.multiplies) this.multiplications++;
    if (!state.m.search) return;
    this.searches++;
    counts.matched[2 * state.m.classIndex] += popcountWords(state.matchPositive, 0, macro.words);
    counts.matched[2 * state.m.classIndex + 1] += popcountWords(state.matchNegative, 0, macro.words);
  }

  /** A step that begins: its pairs. */
  private countStep(state: MacroState): void {
    const { counts, macro } = this;
    const { run } = state;
    const weights = run.weightSlot * macro.words;
    const activations = run.activationSlot * macro.words;
    const used = Math.max(state.weightLength[run.weightSlot], state.activationLength[run.activationSlot]);
    let nonzero = 0;
    for (let i = 0; i < macro.words; i++)
      nonzero += popcount32(state.weightNonzero[weights + i] & state.activationNonzero[activations + i]);
    counts.steps++;
    if (run.windowEnd) counts.windows++;
    counts.pairs += used;
    counts.nonzeroPairs += nonzero;
    counts.zeroWeightPairs += used - popcountWords(state.weightNonzero, weights, macro.words);
    counts.zeroActivationPairs += used - popcountWords(state.activationNonzero, activations, macro.words);
  }

  private countToggles(state: MacroState): void {
    const { counts, macro, positive, negative } = this;
    const { partialSumBits } = macro.spec;
    for (let i = 0; i < macro.words; i++) {
      this.matchLineToggles +=
        popcount32(positive[i] ^ state.matchPositive[i]) + popcount32(negative[i] ^ state.matchNegative[i]);
    }
    counts.counterToggles +=
      popcount32(this.countPositive ^ state.countPositive) +
      popcount32(this.countNegative ^ state.countNegative);
    counts.productToggles += popcount32(maskBits(this.product ^ state.product, partialSumBits));
    counts.vectorSumToggles += popcount32(maskBits(this.vectorSum ^ state.vectorSum, partialSumBits));
    counts.searchLineToggles += popcount32(this.searchLines ^ this.linesOf(state));
  }

  private linesOf({ runValid, phase }: MacroState): number {
    return runValid && phase < this.macro.searches ? this.lines[phase] : 0;
  }

  private remember(state: MacroState): void {
    this.positive.set(state.matchPositive);
    this.negative.set(state.matchNegative);
    this.countPositive = state.countPositive;
    this.countNegative = state.countNegative;
    this.product = state.product;
    this.vectorSum = state.vectorSum;
    this.searchLines = this.linesOf(state);
    this.runValid = state.runValid;
    this.phase = state.phase;
    // What the next edge with `advance` does.
    const { a } = state;
    this.compared = a.emit && a.final ? state.thresholdCompared[a.thresholdSlot] : 0;
    this.multiplies = state.c.clsLast;
  }
}
