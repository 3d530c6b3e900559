import type { Macro } from './machine.ts';

/**
 * The record of one clock: 32-bit words, little by little what `tally_core` shows. Wires are those before the clock's edge,
 * registers those after it; of the arrays `psum_q` and `acc_q` the entry that the edge wrote (nothing written: all 0).
 *
 * Signals lie in groups, in the order of {@link TraceLayout.signals}; a group begins in a new word and fills words from bit 0
 * up; a signal of at most 32 bits never crosses a word and a longer one begins in a word of its own, least significant
 * word first. Signed values are two's complement, cut to their bits. Bits that belong to no signal are 0. The stages m, c, x,
 * v, p, a give a field the same place, so that a stage's words are those of the stage before, one clock later, masked.
 */
export interface TraceLayout {
  readonly kind: 'trace-layout';
  readonly chip: string;
  readonly signals: readonly TraceSignal[];
  /** 32-bit words of a record. */
  readonly words: number;
}

export interface TraceSignal {
  /** The register or wire of `tally_core`; for arrays `psum_q_written`, `psum_q_index`, `psum_q_value`. */
  readonly name: string;
  readonly kind: 'wire' | 'register' | 'array-write';
  readonly bits: number;
  readonly signed: boolean;
  /** First word in the record and lowest bit in it. */
  readonly word: number;
  readonly shift: number;
}

/** Hands out places in a record. */
class Places {
  private word = -1;
  private used = 32;

  group(): void {
    this.used = 32;
  }

  take(bits: number): { readonly word: number; readonly shift: number } {
    if (this.used + bits > 32) {
      this.word++;
      this.used = 0;
    }
    const place = { word: this.word, shift: this.used };
    this.used += bits;
    while (this.used > 32) {
      this.word++;
      this.used -= 32;
    }
    return place;
  }

  get words(): number {
    return this.word + 1;
  }
}

/** Fields of a slot in the order of their places; which stages have them. */
const SLOT_FIELDS = [
  ['search', 'm'],
  ['cls_first', 'm'],
  ['cls_last', 'mcx'],
  ['vec_first', 'mcx'],
  ['transfer', 'mcxvp'],
  ['emit', 'mcxvpa'],
  ['class', 'mc'],
  ['clear', 'mcxvp'],
  ['restore', 'mcxvp'],
  ['final', 'mcxvpa'],
  ['shift', 'mcxvp'],
  ['accumulator', 'mcxvpa'],
  ['threshold_slot', 'mcxvpa'],
] as const;

/** Fields of a command that waits or runs. */
const STEP_FIELDS = [
  'clear',
  'restore',
  'emit',
  'final',
  'window_end',
  'weight_slot',
  'activation_slot',
  'threshold_slot',
  'accumulator',
  'shift',
] as const;

/** The stages of the pipeline whose slot registers are observed. */
export const STAGES = ['m', 'c', 'x', 'v', 'p', 'a'] as const;

export type Stage = (typeof STAGES)[number];

/** Where everything lies in a record of the macro. */
export function traceLayout({ spec, widths }: Macro): TraceLayout {
  const places = new Places();
  const signals: TraceSignal[] = [];
  const add = (kind: TraceSignal['kind'], name: string, bits: number, signed = false): void => {
    signals.push({ name, kind, bits, signed, ...places.take(bits) });
  };
  const fieldBits = (field: string): number => {
    switch (field) {
      case 'weight_slot':
        return widths.weightSlot;
      case 'activation_slot':
        return widths.activationSlot;
      case 'threshold_slot':
        return widths.thresholdSlot;
      case 'accumulator':
        return widths.accumulator;
      case 'shift':
        return widths.shift;
      case 'class':
        return widths.classIndex;
      default:
        return 1;
    }
  };
  const stage = (prefix: Stage): void => {
    places.group();
    for (const [field, stages] of SLOT_FIELDS) {
      if (stages.includes(prefix)) add('register', `${prefix}_${field}_q`, fieldBits(field));
      else places.take(fieldBits(field));
    }
    places.group();
  };
  const arrayWrite = (name: string, bits: number): void => {
    places.group();
    add('array-write', `${name}_written`, 1);
    add('array-write', `${name}_index`, widths.accumulator);
    add('array-write', `${name}_value`, bits, true);
    places.group();
  };
  for (const name of ['cmd_ready', 'psum_ready', 'busy']) add('wire', name, 1);
  places.group();
  add('register', 'pend_valid_q', 1);
  for (const field of STEP_FIELDS) add('register', `pend_${field}_q`, fieldBits(field));
  places.group();
  add('register', 'run_valid_q', 1);
  add('register', 'phase_q', widths.phase);
  for (const field of STEP_FIELDS) add('register', `run_${field}_q`, fieldBits(field));
  stage('m');
  add('register', 'ml_pos_q', spec.entries);
  places.group();
  add('register', 'ml_neg_q', spec.entries);
  stage('c');
  add('register', 'cnt_pos_q', widths.count);
  add('register', 'cnt_neg_q', widths.count);
  stage('x');
  add('register', 'product_q', spec.partialSumBits, true);
  stage('v');
  add('register', 'vsum_q', spec.partialSumBits, true);
  stage('p');
  arrayWrite('psum_q', spec.partialSumBits);
  stage('a');
  arrayWrite('acc_q', spec.accumulatorBits);
  add('register', 'out_valid_q', 1);
  add('register', 'out_is_code_q', 1);
  add('register', 'out_data_q', spec.accumulatorBits, true);
  return { kind: 'trace-layout', chip: spec.chip, signals, words: places.words };
}

/** A signal of a layout by its name; the name must be one of the layout's. */
export function signalOf({ signals }: TraceLayout, name: string): TraceSignal {
  const found = signals.find((signal) => signal.name === name);
  if (found === undefined) throw new RangeError(`no signal ${name} in the layout`);
  return found;
}
