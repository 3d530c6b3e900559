import {
  commandPacket,
  packRow,
  packWeights,
  storePacket,
  type Beat,
  type CommandValues,
  type MacroSpec,
  type TopGeometry,
} from '@tally/core';
import {
  largest,
  plainCode,
  plainMacro,
  plainSum,
  randomActivations,
  randomNumbers,
  randomThresholds,
  randomWeights,
  type PlainStep,
} from './arithmetic.ts';

/** One beat of `m_axis`. */
export interface ExpectedResult {
  /** A sum, or a code. */
  readonly value: number;
  readonly isCode: boolean;
  readonly last: boolean;
}

/** Few enough slots that rows are reused, loaded over and left alone. */
const SLOTS = 6;

/**
 * Writes a random job for the macro, packet by packet, and computes what must come out. Every command keeps a driver's obligations
 * (theory of operation, "Ports"); rows are legal and sums fit.
 */
export class Job {
  readonly beats: Beat[] = [];
  readonly partialSums: number[] = [];
  readonly results: ExpectedResult[] = [];
  steps = 0;
  readonly #spec: MacroSpec;
  readonly #geometry: TopGeometry;
  readonly #random: (below: number) => number;
  readonly #macro = plainMacro();
  #codes = 0;

  constructor(spec: MacroSpec, geometry: TopGeometry, seed: number) {
    this.#spec = spec;
    this.#geometry = geometry;
    this.#random = randomNumbers(seed);
  }

  send(packet: readonly Beat[]): void {
    this.beats.push(...packet);
  }

  /** A legal step; `last`: with a result that ends a job; `start` is drawn unless given. */
  step(last = false, start?: PlainStep['start']): void {
    const random = this.#random;
    const spec = this.#spec;
    const weightSlot = random(Math.min(spec.weightSlots, SLOTS));
    const activationSlot = random(Math.min(spec.activationSlots, SLOTS));
    const loadWeight = !this.#macro.weights.has(weightSlot) || random(2) === 0;
    const loadActivation = !this.#macro.activations.has(activationSlot) || random(2) === 0;
    const values: Record<string, number> = {};
    if (loadWeight) {
      const weights = randomWeights(spec, random);
      this.#macro.weights.set(weightSlot, weights);
      values['weight_row'] = this.#store('weight', packWeights(spec, weights));
    }
    if (loadActivation) {
      const activations = randomActivations(spec, random);
      this.#macro.activations.set(activationSlot, activations);
      values['activation_row'] = this.#store('activation', packRow(activations, spec.activationBits));
    }
    const { step, sum } = this.#fittingStep(weightSlot, activationSlot, start);
    this.#macro.accumulators.set(step.accumulator, sum);
    const emit = last || random(2) === 0;
    const final = emit && random(2) === 0;
    if (final) values['threshold_row'] = this.#newThresholds(step, sum);
    if (step.start === 'restore') this.partialSums.push(step.partialSum);
    if (emit) {
      const thresholds = this.#macro.thresholds.get(step.thresholdSlot);
      const value = final ? plainCode(sum, thresholds!) : sum;
      this.results.push({ value, isCode: final, last });
    }
    this.command({
      ...values,
      load_weight: Number(loadWeight),
      load_activation: Number(loadActivation),
      load_threshold: Number(final),
      clear: Number(step.start === 'clear'),
      restore: Number(step.start === 'restore'),
      emit: Number(emit),
      final: Number(final),
      window_end: Number(random(4) === 0),
      last: Number(last),
      shift: step.shift,
      weight_slot: weightSlot,
      activation_slot: activationSlot,
      threshold_slot: step.thresholdSlot,
      accumulator: step.accumulator,
    });
    this.steps++;
  }

  /** A command as it is, right or wrong; nothing is expected of it. */
  command(values: CommandValues): void {
    this.send(commandPacket(this.#geometry, values));
  }

  #store(kind: 'weight' | 'activation' | 'threshold', row: bigint, falling = false): number {
    const bufferRow = this.#random(this.#geometry.bufferRows);
    this.send(storePacket(this.#geometry, kind, bufferRow, row, falling));
    return bufferRow;
  }

  /** Thresholds in the slot after the last: a ring that never overwrites a set in flight. */
  #newThresholds(step: PlainStep, sum: number): number {
    const thresholds = randomThresholds(this.#spec, sum, this.#random);
    this.#macro.thresholds.set(step.thresholdSlot, thresholds);
    this.#codes++;
    return this.#store('threshold', packRow(thresholds.values, this.#spec.thresholdBits), thresholds.falling);
  }

  /** A step whose accumulator holds its sum; from zero and unshifted where a random one does not. */
  #fittingStep(
    weightSlot: number,
    activationSlot: number,
    wanted?: PlainStep['start'],
  ): { readonly step: PlainStep; readonly sum: number } {
    const random = this.#random;
    const { partialSums, accumulatorBits, maxShift, thresholdSlots } = this.#spec;
    const accumulator = random(Math.min(partialSums, SLOTS));
    const starts = ['clear', 'restore', 'go-on'] as const;
    const drawn = starts[random(this.#macro.accumulators.has(accumulator) ? 3 : 2)];
    const half = largest(Math.min(accumulatorBits, 48) - 1);
    const step: PlainStep = {
      weightSlot,
      activationSlot,
      thresholdSlot: this.#codes % thresholdSlots,
      accumulator,
      shift: random(maxShift + 1),
      start: wanted ?? drawn,
      partialSum: random(2 * half + 1) - half,
    };
    const sum = plainSum(this.#macro, step);
    if (Math.abs(sum) <= largest(accumulatorBits)) return { step, sum };
    if (wanted === 'restore') return this.#fittingStep(weightSlot, activationSlot, wanted);
    const plain: PlainStep = { ...step, start: 'clear', shift: 0 };
    return { step: plain, sum: plainSum(this.#macro, plain) };
  }
}
