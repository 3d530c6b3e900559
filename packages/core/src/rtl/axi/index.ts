import type { MacroSpec } from '../../chip/index.ts';
import { verifyModule, type Module } from '../ast/index.ts';
import { coreModules, rtlFile, type RtlFile } from '../generate.ts';
import { topGeometry, type TopOptions } from './geometry.ts';
import { topModules } from './top.ts';

export { ERROR_BITS } from './fields.ts';
export {
  AXIS_BITS,
  topGeometry,
  type AxisBits,
  type RowKind,
  type TopGeometry,
  type TopOptions,
} from './geometry.ts';
export {
  commandPacket,
  packRow,
  packWeights,
  storePacket,
  type Beat,
  type CommandValues,
} from './packets.ts';
export { constantRegisters, CONTROL_BITS, REGISTERS, STATUS_BITS, type RegisterName } from './registers.ts';

/**
 * The modules of `tally_top` for a macro, each after those it uses, verified.
 *
 * @throws TallyError of {@link topGeometry}; of `verifyModule`, when the generator is at fault
 */
export function acceleratorModules(spec: MacroSpec, options: TopOptions = {}): readonly Module[] {
  const top = topModules(topGeometry(spec, options));
  const modules = [...coreModules(spec), ...top];
  for (const module of top) verifyModule(module, modules);
  return modules;
}

/**
 * SystemVerilog of `tally_top`, `tally_core` and everything under them: one module a file, each after those it uses; the same
 * spec and options give the same bytes. Contract: hw/macro/doc/axi.md.
 *
 * @throws TallyError `axis-bits-unknown`, `axis-too-narrow`, `buffer-rows-out-of-range`
 */
export function generateTop(spec: MacroSpec, options: TopOptions = {}): readonly RtlFile[] {
  return acceleratorModules(spec, options).map((module) => rtlFile(module, spec));
}
