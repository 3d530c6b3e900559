import { maskBits } from './bits.ts';
import type { MacroCommand } from './command.ts';
import type { Macro } from './machine.ts';
import type { SlotRegisters } from './state.ts';
import { signalOf, STAGES, traceLayout, type TraceLayout } from './trace-layout.ts';

/** A stretch of a record's words. */
export interface WordGroup {
  readonly word: number;
  readonly words: number;
}

/** Where fields of a command go in a group: number of the field (see {@link readFields}), word of the group, bit; again and again. */
type FieldPlaces = Int32Array;

/** Names of a command's fields, as {@link readFields} numbers them. */
const FIELDS = [
  'weight_slot',
  'activation_slot',
  'threshold_slot',
  'accumulator',
  'shift',
  'clear',
  'restore',
  'final',
  'window_end',
  'emit',
];

/** What a command and the registers of a waiting or running one have in common. */
type CommandFields = Omit<MacroCommand, 'weightRow' | 'activationRow' | 'thresholdRow'>;

/** Fields of a command as numbers, in the order of their places. */
export function readFields(command: CommandFields, into: Int32Array): void {
  into[0] = command.weightSlot;
  into[1] = command.activationSlot;
  into[2] = command.thresholdSlot;
  into[3] = command.accumulator;
  into[4] = command.shift;
  into[5] = Number(command.clear);
  into[6] = Number(command.restore);
  into[7] = Number(command.final);
  into[8] = Number(command.windowEnd);
  into[9] = Number(command.emit);
}

/** Writes fields into the words of a group. */
export function packFields(places: FieldPlaces, fields: Int32Array, into: Uint32Array): void {
  let at = 0;
  let word = 0;
  // Places come word by word.
  for (let i = 0; i < places.length; i += 3) {
    for (; at < places[i + 1]; at++) {
      into[at] = word;
      word = 0;
    }
    word |= fields[places[i]] << places[i + 2];
  }
  into[at] = word;
  for (at++; at < into.length; at++) into[at] = 0;
}

/** Everything that writing records group by group needs to know of a layout. */
export class RecordPlaces {
  readonly layout: TraceLayout;
  readonly pend: WordGroup;
  readonly run: WordGroup;
  readonly psum: WordGroup;
  readonly acc: WordGroup;
  readonly out: WordGroup;
  readonly pendFields: FieldPlaces;
  readonly runFields: FieldPlaces;
  /** Fields that a slot takes along; not `emit`, which is high in one slot only. */
  readonly slotFields: FieldPlaces;
  /** First word of every stage, words of a stage, and which of their bits each stage has, stage by stage. */
  readonly stageAt: Int32Array;
  readonly stageWords: number;
  readonly stageMasks: Uint32Array;
  readonly positive: number;
  readonly negative: number;
  readonly count: number;
  readonly product: number;
  readonly sum: number;
  readonly phaseShift: number;
  readonly negativeCountShift: number;
  readonly transferBit: number;
  readonly emitBit: number;
  readonly ready: number;
  readonly psumReady: number;
  readonly busy: number;
  /** First stage word of every key: flags and class. */
  readonly keyWord: Uint32Array;
  private readonly slotShifts: Readonly<Record<'class' | 'clear' | 'shift', number>>;
  private readonly accumulatorAt: readonly [word: number, shift: number];
  private readonly thresholdSlotAt: readonly [word: number, shift: number];

  constructor(macro: Macro, layout: TraceLayout = traceLayout(macro)) {
    const at = (name: string): number => signalOf(layout, name).word;
    const shift = (name: string): number => signalOf(layout, name).shift;
    const group = (first: string, after: number): WordGroup => ({
      word: at(first),
      words: after - at(first),
    });
    this.layout = layout;
    this.pend = group('pend_valid_q', at('run_valid_q'));
    this.run = group('run_valid_q', at('m_search_q'));
    this.psum = group('psum_q_written', at('a_emit_q'));
    this.acc = group('acc_q_written', at('out_valid_q'));
    this.out = group('out_valid_q', layout.words);
    this.pendFields = this.fieldsOf('pend', this.pend.word);
    this.runFields = this.fieldsOf('run', this.run.word);
    this.slotFields = this.fieldsOf('m', at('m_search_q'), 'emit');
    this.stageAt = Int32Array.from(STAGES, (stage) => at(`${stage}_emit_q`));
    this.stageWords = at('ml_pos_q') - at('m_search_q');
    this.stageMasks = this.masksOfStages();
    this.positive = at('ml_pos_q');
    this.negative = at('ml_neg_q');
    this.count = at('cnt_pos_q');
    this.product = at('product_q');
    this.sum = at('vsum_q');
    this.phaseShift = shift('phase_q');
    this.negativeCountShift = shift('cnt_neg_q');
    this.slotShifts = { class: shift('m_class_q'), clear: shift('m_clear_q'), shift: shift('m_shift_q') };
    const first = at('m_search_q');
    this.accumulatorAt = [at('m_accumulator_q') - first, shift('m_accumulator_q')];
    this.thresholdSlotAt = [at('m_threshold_slot_q') - first, shift('m_threshold_slot_q')];
    this.transferBit = 1 << shift('m_transfer_q');
    this.emitBit = 1 << shift('m_emit_q');
    this.ready = 1 << shift('cmd_ready');
    this.psumReady = 1 << shift('psum_ready');
    this.busy = 1 << shift('busy');
    this.keyWord = Uint32Array.from(
      macro.keys,
      (key) =>
        (1 << shift('m_search_q')) |
        (Number(key.firstOfClass) << shift('m_cls_first_q')) |
        (Number(key.lastOfClass) << shift('m_cls_last_q')) |
        (Number(key.classIndex === 0) << shift('m_vec_first_q')) |
        (key.classIndex << shift('m_class_q')),
    );
  }

  /** The words of a stage that had all fields: flags, class, base and shift lie in the first one, in the layout's order. */
  packSlot(slot: SlotRegisters, into: Uint32Array): void {
    const { slotShifts, accumulatorAt, thresholdSlotAt } = this;
    into.fill(0);
    into[0] =
      Number(slot.search) |
      (Number(slot.clsFirst) << 1) |
      (Number(slot.clsLast) << 2) |
      (Number(slot.vecFirst) << 3) |
      (Number(slot.transfer) << 4) |
      (Number(slot.emit) << 5) |
      (slot.classIndex << slotShifts.class) |
      (Number(slot.clear) << slotShifts.clear) |
      (Number(slot.restore) << (slotShifts.clear + 1)) |
      (Number(slot.final) << (slotShifts.clear + 2)) |
      (slot.shift << slotShifts.shift);
    into[accumulatorAt[0]] |= slot.accumulator << accumulatorAt[1];
    into[thresholdSlotAt[0]] |= slot.thresholdSlot << thresholdSlotAt[1];
  }

  private fieldsOf(prefix: string, first: number, except = ''): FieldPlaces {
    const places = this.layout.signals
      .filter(({ name }) => name.startsWith(`${prefix}_`) && name !== `${prefix}_${except}_q`)
      .map(({ name, word, shift }) => {
        return [FIELDS.indexOf(name.slice(prefix.length + 1, -2)), word - first, shift] as const;
      })
      .filter(([field]) => field >= 0);
    return Int32Array.from(places.flat());
  }

  private masksOfStages(): Uint32Array {
    const masks = new Uint32Array(STAGES.length * this.stageWords);
    for (const [s, stage] of STAGES.entries()) {
      for (const { name, word, shift, bits } of this.layout.signals) {
        if (name.startsWith(`${stage}_`))
          masks[s * this.stageWords + word - this.stageAt[s]] |= maskBits(-1, bits) << shift;
      }
    }
    return masks;
  }
}
