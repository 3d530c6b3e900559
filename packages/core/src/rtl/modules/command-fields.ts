import { ref, type Ref } from '../ast/index.ts';
import type { Geometry } from '../geometry.ts';

/** What a step keeps of its command, in the order of the ports. */
export const COMMAND_FIELDS = [
  'weight_slot',
  'activation_slot',
  'threshold_slot',
  'accumulator',
  'shift',
  'clear',
  'restore',
  'emit',
  'final',
  'window_end',
] as const;

export type CommandField = (typeof COMMAND_FIELDS)[number];

export function fieldBits(geometry: Geometry, field: CommandField): number {
  switch (field) {
    case 'weight_slot':
      return geometry.weightSlotBits;
    case 'activation_slot':
      return geometry.activationSlotBits;
    case 'threshold_slot':
      return geometry.thresholdSlotBits;
    case 'accumulator':
      return geometry.sumBits;
    case 'shift':
      return geometry.shiftBits;
    case 'clear':
    case 'restore':
    case 'emit':
    case 'final':
    case 'window_end':
      return 1;
    default:
      return field satisfies never;
  }
}

/** `cmd_<field>`, the port; `pend_<field>_q` and `run_<field>_q`, the registers of the waiting and the running step. */
export const commandPort = (geometry: Geometry, field: CommandField): Ref =>
  ref(`cmd_${field}`, fieldBits(geometry, field));
export const stepRegister = (geometry: Geometry, of: 'pend' | 'run', field: CommandField): Ref =>
  ref(`${of}_${field}_q`, fieldBits(geometry, field));
