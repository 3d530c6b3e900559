import { fitsSigned, popcountWords } from './bits.ts';
import type { MacroCommand } from './command.ts';
import type { Macro } from './machine.ts';
import {
  checkCommand,
  checkPsum,
  refuseThresholdLoad,
  refuseUnloaded,
  refuseUnstarted,
  refuseWide,
} from './obligations.ts';
import { packedActivations, packedWeights } from './packed-row.ts';
import {
  emptyOutputs,
  type MacroInputs,
  type MacroOutputs,
  type MacroState,
  type SlotRegisters,
  type StepRegisters,
} from './state.ts';

/** True while a command, a step, a slot in flight or a result is in the macro. */
function isBusy({ pendValid, runValid, outValid, m, c, x, v, p, a }: MacroState): boolean {
  return (
    pendValid ||
    runValid ||
    outValid ||
    m.search ||
    m.transfer ||
    c.transfer ||
    x.transfer ||
    v.transfer ||
    p.transfer ||
    m.emit ||
    c.emit ||
    x.emit ||
    v.emit ||
    p.emit ||
    a.emit
  );
}

/** True when storing the command's rows would change what a waiting or running step still searches. */
function clashes(macro: Macro, state: MacroState, command: MacroCommand): boolean {
  const { pendValid, pend, run } = state;
  const searching = state.runValid && state.phase < macro.searches - 1;
  if (command.weightRow !== null) {
    if (pendValid && pend.weightSlot === command.weightSlot) return true;
    if (searching && run.weightSlot === command.weightSlot) return true;
  }
  if (command.activationRow !== null) {
    if (pendValid && pend.activationSlot === command.activationSlot) return true;
    if (searching && run.activationSlot === command.activationSlot) return true;
  }
  return false;
}

/** Stage 7: the output register. */
function output(macro: Macro, state: MacroState): void {
  const { a } = state;
  state.outValid = a.emit;
  if (!a.emit) return;
  const sum = state.accumulators[a.accumulator];
  state.outIsCode = a.final;
  state.outData = a.final ? codeOf(macro, state, a.thresholdSlot, sum) : sum;
}

/** The code that a slot's thresholds make of a sum. */
function codeOf(macro: Macro, state: MacroState, slot: number, sum: number): number {
  const count = macro.spec.thresholds;
  const falling = state.thresholdFalling[slot] === 1;
  let code = 0;
  for (let k = slot * count; k < (slot + 1) * count; k++) {
    const threshold = state.thresholds[k];
    if (falling ? sum <= threshold : sum >= threshold) code++;
  }
  return code;
}

/** Stage 6: accumulate. */
function accumulate(macro: Macro, state: MacroState, psum: number | null): void {
  const { p } = state;
  state.accumulatorWritten = -1;
  if (!p.transfer) return;
  const at = p.accumulator;
  if (!p.clear && !p.restore && state.accumulatorStarted[at] === 0) refuseUnstarted(macro, state.clock, at);
  const base = p.clear ? 0 : p.restore ? (psum ?? 0) : state.accumulators[at];
  const sum = base + state.partialSums[at] * (1 << p.shift);
  const { accumulatorBits } = macro.spec;
  if (!fitsSigned(sum, accumulatorBits)) refuseWide(macro, state.clock, `acc_q[${at}]`, sum, accumulatorBits);
  state.accumulators[at] = sum;
  state.accumulatorStarted[at] = 1;
  state.accumulatorWritten = at;
}

/** Stages 5 to 2: partial sum, vector sum, multiply, count. */
function reduce(macro: Macro, state: MacroState): void {
  const { m, c, x, v, clock } = state;
  const bits = macro.spec.partialSumBits;
  state.partialSumWritten = v.transfer ? v.accumulator : -1;
  if (v.transfer) state.partialSums[v.accumulator] = state.vectorSum;
  if (x.clsLast) {
    const sum = (x.vecFirst ? 0 : state.vectorSum) + state.product;
    if (!fitsSigned(sum, bits)) refuseWide(macro, clock, 'vsum_q', sum, bits);
    state.vectorSum = sum;
  }
  if (c.clsLast) {
    const product = macro.classes[c.classIndex].value * (state.countPositive - state.countNegative);
    if (!fitsSigned(product, bits)) refuseWide(macro, clock, 'product_q', product, bits);
    state.product = product;
  }
  if (m.search) {
    state.countPositive =
      (m.clsFirst ? 0 : state.countPositive) + popcountWords(state.matchPositive, 0, macro.words);
    state.countNegative =
      (m.clsFirst ? 0 : state.countNegative) + popcountWords(state.matchNegative, 0, macro.words);
  }
}

/** Stage 1: compares all entries of the selected rows with the key of the slot. */
function match(macro: Macro, state: MacroState): void {
  const { matchPositive, matchNegative, run, phase } = state;
  if (!state.runValid || phase >= macro.searches) {
    matchPositive.fill(0);
    matchNegative.fill(0);
    return;
  }
  const { words, spec } = macro;
  const key = macro.keys[phase];
  const weights = (run.weightSlot * spec.maxMagnitude + key.magnitude - 1) * words;
  const mask = spec.search === 'bit-plane' ? key.activation : key.activation - 1;
  const activations = (run.activationSlot * macro.activationMasks + mask) * words;
  for (let i = 0; i < words; i++) {
    const selected = state.activationMasks[activations + i];
    matchPositive[i] = state.weightPositive[weights + i] & selected;
    matchNegative[i] = state.weightNegative[weights + i] & selected;
  }
}

/** The flags of this clock's slot, and the run's fields. */
function fillSlot(
  macro: Macro,
  { run, runValid, phase }: MacroState,
  lastSlot: number,
  into: SlotRegisters,
): void {
  const search = runValid && phase < macro.searches;
  into.search = search;
  if (search) {
    const key = macro.keys[phase];
    into.clsFirst = key.firstOfClass;
    into.clsLast = key.lastOfClass;
    into.vecFirst = key.classIndex === 0;
    into.classIndex = key.classIndex;
  } else {
    into.clsFirst = false;
    into.clsLast = false;
    into.vecFirst = false;
    into.classIndex = 0;
  }
  into.transfer = runValid && phase === macro.stepSlots - 1;
  into.emit = runValid && run.emit && phase === lastSlot;
  into.accumulator = run.accumulator;
  into.shift = run.shift;
  into.clear = run.clear;
  into.restore = run.restore;
  into.final = run.final;
  into.thresholdSlot = run.thresholdSlot;
}

function copyStep(from: Readonly<StepRegisters>, into: StepRegisters): void {
  into.weightSlot = from.weightSlot;
  into.activationSlot = from.activationSlot;
  into.thresholdSlot = from.thresholdSlot;
  into.accumulator = from.accumulator;
  into.shift = from.shift;
  into.clear = from.clear;
  into.restore = from.restore;
  into.emit = from.emit;
  into.final = from.final;
  into.windowEnd = from.windowEnd;
}

/** True when a step in flight has yet to compare its sum with the slot's thresholds (`m` to `p`: those after this edge). */
function thresholdsInUse(
  { pendValid, pend, runValid, run, m, c, x, v, p, a }: MacroState,
  slot: number,
): boolean {
  if (pendValid && pend.emit && pend.final && pend.thresholdSlot === slot) return true;
  if (runValid && run.emit && run.final && run.thresholdSlot === slot) return true;
  return [m, c, x, v, p, a].some((stage) => stage.emit && stage.final && stage.thresholdSlot === slot);
}

/** Stores the rows of a command that is taken, and checks that what it reads is there. */
function store(macro: Macro, state: MacroState, command: MacroCommand): void {
  const { words, spec, activationMasks } = macro;
  const { weightSlot, activationSlot, thresholdSlot, thresholdRow } = command;
  if (command.weightRow !== null) {
    const row = packedWeights(macro, command.weightRow);
    state.weightPositive.set(row.positive, weightSlot * spec.maxMagnitude * words);
    state.weightNegative.set(row.negative, weightSlot * spec.maxMagnitude * words);
    state.weightNonzero.set(row.nonzero, weightSlot * words);
    state.weightLength[weightSlot] = row.digits.length;
  }
  if (command.activationRow !== null) {
    const row = packedActivations(macro, command.activationRow);
    state.activationMasks.set(row.masks, activationSlot * activationMasks * words);
    state.activationNonzero.set(row.nonzero, activationSlot * words);
    state.activationLength[activationSlot] = row.digits.length;
  }
  if (thresholdRow !== null) {
    if (thresholdsInUse(state, thresholdSlot)) refuseThresholdLoad(macro, state.clock, thresholdSlot);
    state.thresholds.set(thresholdRow.thresholds, thresholdSlot * spec.thresholds);
    state.thresholdFalling[thresholdSlot] = thresholdRow.falling ? 1 : 0;
    state.thresholdCompared[thresholdSlot] = thresholdRow.compared ?? spec.thresholds;
  }
  const { clock } = state;
  if (state.weightLength[weightSlot] < 0) refuseUnloaded(macro, clock, 'weight', weightSlot);
  if (state.activationLength[activationSlot] < 0) refuseUnloaded(macro, clock, 'activation', activationSlot);
  if (command.emit && command.final && state.thresholdCompared[thresholdSlot] < 0)
    refuseUnloaded(macro, clock, 'threshold', thresholdSlot);
}

/** `rst_n` low: `*_valid_q`, `*_search_q`, `*_transfer_q` and `*_emit_q` fall, everything else keeps its value. */
function reset(state: MacroState): void {
  state.pendValid = false;
  state.runValid = false;
  state.outValid = false;
  state.pend.emit = false;
  state.run.emit = false;
  state.partialSumWritten = -1;
  state.accumulatorWritten = -1;
  for (const stage of [state.m, state.c, state.x, state.v, state.p, state.a]) {
    stage.search = false;
    stage.transfer = false;
    stage.emit = false;
  }
}

/**
 * One rising clock edge, as "One clock" of the theory of operation says it.
 *
 * @param state changed in place
 * @param into filled with the wires of this clock, before the edge, and returned; left out: a new object
 * @throws TallyError when the driver breaks an obligation: what, at which clock, on which pin or register
 */
export function advance(
  macro: Macro,
  state: MacroState,
  inputs: MacroInputs,
  into: MacroOutputs = emptyOutputs(),
): MacroOutputs {
  const { command, psum } = inputs;
  const { run, pend, p } = state;
  const returning = p.transfer && p.restore;
  const blocked = state.outValid && !inputs.outReady;
  const advancing = !blocked && !(returning && psum === null);
  const lastSlot = macro.stepSlots - 1 + (run.windowEnd ? macro.spec.windowOverheadCycles : 0);
  const runEnds = state.runValid && state.phase === lastSlot;
  const pendGoes = state.pendValid && (!state.runValid || runEnds);
  const ready =
    !inputs.reset &&
    advancing &&
    (!state.pendValid || pendGoes) &&
    (command === null || !clashes(macro, state, command));

  into.cmdReady = ready;
  into.psumReady = returning && !blocked && !inputs.reset;
  into.busy = isBusy(state);
  into.advance = advancing;
  into.outValid = state.outValid;
  into.outIsCode = state.outIsCode;
  into.outData = state.outData;
  into.commandTaken = ready && command !== null;
  into.psumTaken = into.psumReady && psum !== null;
  into.resultTaken = state.outValid && inputs.outReady && !inputs.reset;

  if (inputs.reset) {
    reset(state);
  } else if (advancing) {
    if (into.psumTaken && psum !== null) checkPsum(macro, state.clock, psum);
    output(macro, state);
    accumulate(macro, state, psum);
    reduce(macro, state);
    match(macro, state);
    // Each stage hands its registers on; those that stage 7 has read are filled again.
    const free = state.a;
    state.a = state.p;
    state.p = state.v;
    state.v = state.x;
    state.x = state.c;
    state.c = state.m;
    fillSlot(macro, state, lastSlot, free);
    state.m = free;
    if (command !== null && into.commandTaken) {
      checkCommand(macro, state.clock, command);
      store(macro, state, command);
    }
    if (pendGoes) {
      copyStep(pend, run);
      state.phase = 0;
    } else if (state.runValid && !runEnds) {
      state.phase++;
    }
    state.runValid = pendGoes || (state.runValid && !runEnds);
    if (command !== null && into.commandTaken) copyStep(command, pend);
    state.pendValid = into.commandTaken || (state.pendValid && !pendGoes);
  } else {
    // Frozen but for a result that is taken while a returning partial sum is missing.
    if (inputs.outReady) state.outValid = false;
    state.partialSumWritten = -1;
    state.accumulatorWritten = -1;
  }
  state.clock++;
  return into;
}
