import { MACRO_SCHEMES } from '../../chip/index.ts';
import type { TopGeometry } from './geometry.ts';

export const REGISTER_ID = 0x54414c59;
/** Of the interface: major in the upper half, minor in the lower. */
export const INTERFACE_VERSION = 0x0001_0000;

/** Registers that software writes or that change by themselves, by name: byte address. */
export const REGISTERS = {
  ID: 0x000,
  VERSION: 0x004,
  CONTROL: 0x008,
  STATUS: 0x00c,
  ERROR: 0x010,
  SCRATCH: 0x014,
  ENTRIES: 0x020,
  FORMATS: 0x024,
  SLOTS: 0x028,
  THRESHOLDS: 0x02c,
  SUMS: 0x030,
  STEP: 0x034,
  WINDOW: 0x038,
  BUFFERS: 0x03c,
  CLOCKS_LOW: 0x040,
  CLOCKS_HIGH: 0x044,
  STEPS_LOW: 0x048,
  STEPS_HIGH: 0x04c,
  RESULTS_LOW: 0x050,
  RESULTS_HIGH: 0x054,
  STALLS_LOW: 0x058,
  STALLS_HIGH: 0x05c,
} as const;
export type RegisterName = keyof typeof REGISTERS;

export const CONTROL_BITS = { ENABLE: 0, RESET: 1, CLEAR_COUNTERS: 2 } as const;
export const STATUS_BITS = {
  BUSY: 0,
  ERROR: 1,
  RESULT_WAITS: 2,
  PSUM_MISSING: 3,
  PSUM_LEFT: 4,
} as const;
export const COUNTERS = ['clocks', 'steps', 'results', 'stalls'] as const;
export const ADDRESS_BITS = 12;

/** Values of the registers that never change (hw/macro/doc/axi.md, "Registers"). */
export function constantRegisters(geometry: TopGeometry): readonly (readonly [RegisterName, number])[] {
  const { spec, keys } = geometry.core;
  const pack = (...parts: readonly (readonly [value: number, lsb: number])[]) =>
    parts.reduce((word, [value, lsb]) => word + value * 2 ** lsb, 0);
  return [
    ['ID', REGISTER_ID],
    ['VERSION', INTERFACE_VERSION],
    ['ENTRIES', pack([spec.entries, 0], [spec.banks, 16])],
    [
      'FORMATS',
      pack(
        [spec.weightBits, 0],
        [spec.activationBits, 8],
        [spec.weightSystem === 'twos-complement' ? 1 : 0, 16],
        [MACRO_SCHEMES.indexOf(spec.scheme), 24],
      ),
    ],
    ['SLOTS', pack([spec.weightSlots - 1, 0], [spec.activationSlots - 1, 16])],
    ['THRESHOLDS', pack([spec.thresholdSlots - 1, 0], [spec.thresholds, 16])],
    ['SUMS', pack([spec.partialSums - 1, 0], [spec.partialSumBits, 16], [spec.accumulatorBits, 24])],
    ['STEP', pack([keys.keys.length, 0], [spec.rescaleSlots, 16])],
    ['WINDOW', spec.windowOverheadCycles],
    ['BUFFERS', pack([geometry.bufferRows, 0], [geometry.axisBits, 16], [spec.maxShift, 24])],
  ];
}
