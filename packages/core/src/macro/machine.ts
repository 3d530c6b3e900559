import type { MacroSpec } from '../chip/index.ts';
import { numberBits, slotBits } from './bits.ts';
import { findScheme } from '../counting/index.ts';
import { searchPlan, type SearchPlan } from './keys.ts';

/** Widths of the macro's registers in bits ("Widths" in the theory of operation). */
export interface MacroWidths {
  readonly weightSlot: number;
  readonly activationSlot: number;
  readonly thresholdSlot: number;
  readonly accumulator: number;
  readonly shift: number;
  readonly phase: number;
  readonly classIndex: number;
  readonly count: number;
}

/** A macro ready to simulate: its spec and what follows from it, computed once. Immutable. */
export interface Macro extends SearchPlan {
  readonly kind: 'macro';
  readonly spec: MacroSpec;
  /** Search keys S, one slot each. */
  readonly searches: number;
  /** Slots of a step without window overhead: S + R. */
  readonly stepSlots: number;
  /** 32-bit words of one match line vector: ceil(entries / 32). */
  readonly words: number;
  /** Masks of an activation row: levels 1..maxActivation, or bit planes. */
  readonly activationMasks: number;
  /** Bits per entry that one key compares or selects, as the counting scheme counts them. */
  readonly searchedBits: number;
  readonly widths: MacroWidths;
}

/** Derives what the simulator needs from a spec. */
export function createMacro(spec: MacroSpec): Macro {
  const plan = searchPlan(spec);
  const searches = plan.keys.length;
  const stepSlots = searches + spec.rescaleSlots;
  return {
    kind: 'macro',
    spec,
    ...plan,
    searches,
    stepSlots,
    words: Math.ceil(spec.entries / 32),
    activationMasks: spec.search === 'bit-plane' ? spec.activationBits : spec.maxActivation,
    searchedBits: findScheme(spec.scheme).searchedBits(spec),
    widths: {
      weightSlot: slotBits(spec.weightSlots),
      activationSlot: slotBits(spec.activationSlots),
      thresholdSlot: slotBits(spec.thresholdSlots),
      accumulator: slotBits(spec.partialSums),
      shift: numberBits(spec.maxShift),
      phase: numberBits(stepSlots - 1 + spec.windowOverheadCycles),
      classIndex: slotBits(plan.classes.length),
      count: slotBits(spec.entries + 1),
    },
  };
}
