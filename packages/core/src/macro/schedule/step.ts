import type { MacroCommand, ThresholdRow } from '../command.ts';
import type { PackedActivationRow, PackedWeightRow } from '../packed-row.ts';

/** A command of a layer's schedule, with what its result means to the host. */
export interface MacroStep extends MacroCommand {
  readonly weightRow: PackedWeightRow | null;
  readonly activationRow: PackedActivationRow | null;
  /** Output channel that the step works on. */
  readonly channel: number;
  /** Output pixel, row-major. */
  readonly pixel: number;
  /** The output's last step: what it emits is the result; what earlier steps emit comes back to a `restore`. */
  readonly last: boolean;
  /** Elements that the step's rows load: weight digits; activation digits, padding not counted. */
  readonly loadedWeights: number;
  readonly loadedActivations: number;
}

/** The one step that a schedule fills again and again. */
export class StepBuffer implements MacroStep {
  weightSlot = 0;
  activationSlot = 0;
  thresholdSlot = 0;
  weightRow: PackedWeightRow | null = null;
  activationRow: PackedActivationRow | null = null;
  thresholdRow: ThresholdRow | null = null;
  accumulator = 0;
  shift = 0;
  clear = false;
  restore = false;
  emit = false;
  final = false;
  windowEnd = false;
  channel = 0;
  pixel = 0;
  last = false;
  loadedWeights = 0;
  loadedActivations = 0;
}

/** The slots of an operand: a load takes the slot after the last load's, the first load slot 0. */
export class SlotRing {
  private next = 0;
  private readonly slots: number;

  constructor(slots: number) {
    this.slots = slots;
  }

  take(): number {
    const slot = this.next;
    this.next = slot + 1 === this.slots ? 0 : slot + 1;
    return slot;
  }
}
