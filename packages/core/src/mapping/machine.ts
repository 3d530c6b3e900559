import type { Chip, VectorCost } from '../chip/index.ts';
import { fail } from '../diagnostics/index.ts';
import { OPERANDS, type Operand } from './operand.ts';
import type { System } from './system.ts';

/** The macro as a mapping sees it; all integers but the last. */
export interface MacroShape {
  /** N: entries of a row. */
  readonly entries: number;
  /** W, A: rows of weights and of activations that the macro stores. */
  readonly weightRows: number;
  readonly activationRows: number;
  /** P. */
  readonly accumulators: number;
  readonly accumulatorBits: number;
  /** Bits of an entry: what loading one digit moves. */
  readonly weightDigitBits: number;
  readonly activationDigitBits: number;
  /** S + R: slots of a step, one cycle each. */
  readonly slotsPerStep: number;
  /** Chunks of one dot product that share the window overhead, and its cycles. */
  readonly windowVectors: number;
  readonly windowOverheadCycles: number;
}

/** A buffer as a mapping sees it. */
export interface MachineBuffer {
  readonly name: string;
  readonly operands: readonly Operand[];
  readonly capacityBits: number;
  readonly bitsPerCycle: number;
  readonly doubleBuffered: boolean;
}

/** System and chip together, in plain numbers: all that counts, legality and interpreter know of the hardware. */
export interface Machine {
  readonly kind: 'mapping-machine';
  readonly name: string;
  readonly macros: number;
  readonly multicast: boolean;
  readonly macro: MacroShape;
  readonly buffers: readonly MachineBuffer[];
  /** Index in `buffers` of the buffer that holds the operand; -1: none, memory and macros are neighbours. */
  readonly bufferOf: Readonly<Record<Operand, number>>;
  readonly memoryBitsPerCycle: number;
}

/**
 * The machine of a system.
 *
 * @param cost slots of a step, from the chip's counting scheme
 * @throws TallyError `system-of-another-chip`
 */
export function machineOf(
  system: System,
  chip: Chip,
  cost: Pick<VectorCost, 'searches' | 'rescaleSlots'>,
): Machine {
  if (system.chip.name !== chip.name) {
    fail(
      'system-of-another-chip',
      `system ${system.name}: chip.name`,
      `is '${system.chip.name}', but the chip is '${chip.name}'`,
      'use a system of this chip, or name this chip in the system',
    );
  }
  const { geometry, timing, formats, limits } = chip;
  const holder = (operand: Operand) => system.buffers.findIndex(({ operands }) => operands.includes(operand));
  return {
    kind: 'mapping-machine',
    name: system.name,
    macros: system.macros.value,
    multicast: system.network.multicast,
    macro: {
      entries: geometry.entries.value,
      weightRows: geometry.weightVectors.value,
      activationRows: geometry.activationVectors.value,
      accumulators: geometry.partialSums.value,
      accumulatorBits: limits.accumulatorBits.value,
      weightDigitBits: formats.weight.bits.value,
      activationDigitBits: formats.activation.bits.value,
      slotsPerStep: cost.searches + cost.rescaleSlots,
      windowVectors: timing.windowVectors.value,
      windowOverheadCycles: timing.windowOverheadCycles.value,
    },
    buffers: system.buffers.map((buffer) => ({
      name: buffer.name,
      operands: OPERANDS.filter((operand) => buffer.operands.includes(operand)),
      capacityBits: buffer.capacity.value * 8,
      bitsPerCycle: buffer.wordWidth.value * buffer.ports.value,
      doubleBuffered: buffer.doubleBuffered,
    })),
    bufferOf: {
      weights: holder('weights'),
      activations: holder('activations'),
      partialSums: holder('partialSums'),
    },
    memoryBitsPerCycle: system.memory.bandwidth.value,
  };
}
