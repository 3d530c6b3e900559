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

/** Rows that the buffers hold. */
type Buffers = Readonly<Record<'weight' | 'activation', Map<number, readonly number[]>>>;

/** A row of a buffer. */
export interface BufferRow {
  readonly kind: keyof Buffers;
  readonly row: number;
}

export interface StepWishes {
  /** With a result that ends a job. */
  readonly last?: boolean;
  /** Drawn unless given. */
  readonly start?: PlainStep['start'];
  /** Load this row, which was stored before. */
  readonly load?: BufferRow;
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
  readonly #buffers: Buffers = { weight: new Map(), activation: new Map() };
  #codes = 0;

  constructor(spec: MacroSpec, geometry: TopGeometry, seed: number) {
    this.#spec = spec;
    this.#geometry = geometry;
    this.#random = randomNumbers(seed);
  }

  send(packet: readonly Beat[]): void {
    this.beats.push(...packet);
  }

  /** A legal step. */
  step({ last = false, start, load }: StepWishes = {}): void {
    const random = this.#random;
    const spec = this.#spec;
    const weightSlot = random(Math.min(spec.weightSlots, SLOTS));
    const activationSlot = random(Math.min(spec.activationSlots, SLOTS));
    const loadsOf = (kind: keyof Buffers, slots: ReadonlyMap<number, unknown>, slot: number) =>
      load?.kind === kind || !slots.has(slot) || random(2) === 0;
    const loadWeight = loadsOf('weight', this.#macro.weights, weightSlot);
    const loadActivation = loadsOf('activation', this.#macro.activations, activationSlot);
    const values: Record<string, number> = {};
    if (loadWeight) {
      const row = this.#rowFor('weight', load);
      this.#macro.weights.set(weightSlot, this.#buffers.weight.get(row)!);
      values['weight_row'] = row;
    }
    if (loadActivation) {
      const row = this.#rowFor('activation', load);
      this.#macro.activations.set(activationSlot, this.#buffers.activation.get(row)!);
      values['activation_row'] = row;
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

  /** Stores a random row of weights or activations. */
  store({ kind, row }: BufferRow): void {
    const spec = this.#spec;
    const codes =
      kind === 'weight' ? randomWeights(spec, this.#random) : randomActivations(spec, this.#random);
    const bits = kind === 'weight' ? packWeights(spec, codes) : packRow(codes, spec.activationBits);
    this.#buffers[kind].set(row, codes);
    this.send(storePacket(this.#geometry, kind, row, bits));
  }

  /** The row wished for; else one that is stored already, now and then; else a new one. */
  #rowFor(kind: keyof Buffers, load: BufferRow | undefined): number {
    if (load?.kind === kind) return load.row;
    const stored = [...this.#buffers[kind].keys()];
    if (stored.length > 0 && this.#random(4) === 0) return stored[this.#random(stored.length)];
    const row = this.#random(this.#geometry.bufferRows);
    this.store({ kind, row });
    return row;
  }

  /** Thresholds in the slot after the last: a ring that never overwrites a set in flight. */
  #newThresholds(step: PlainStep, sum: number): number {
    const thresholds = randomThresholds(this.#spec, sum, this.#random);
    this.#macro.thresholds.set(step.thresholdSlot, thresholds);
    this.#codes++;
    const row = this.#random(this.#geometry.bufferRows);
    const bits = packRow(thresholds.values, this.#spec.thresholdBits);
    this.send(storePacket(this.#geometry, 'threshold', row, bits, thresholds.falling));
    return row;
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
    const most = largest(accumulatorBits);
    const step: PlainStep = {
      weightSlot,
      activationSlot,
      thresholdSlot: this.#codes % thresholdSlots,
      accumulator,
      shift: random(maxShift + 1),
      start: wanted ?? drawn,
      partialSum: random(2 * most + 1) - most,
    };
    const sum = plainSum(this.#macro, step);
    if (Math.abs(sum) <= most) return { step, sum };
    if (wanted === 'restore') return this.#fittingStep(weightSlot, activationSlot, wanted);
    const plain: PlainStep = { ...step, start: 'clear', shift: 0 };
    return { step: plain, sum: plainSum(this.#macro, plain) };
  }
}
