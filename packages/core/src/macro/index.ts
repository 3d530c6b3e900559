export {
  addActivity,
  type ClassMatches as MacroClassMatches,
  type MacroActivity,
  type MacroCycles,
  type Toggles,
} from './activity.ts';
export { ActivityMeter } from './activity-meter.ts';
export { advance } from './advance.ts';
export type { MacroCommand, ThresholdRow } from './command.ts';
export { FastEngine, type FastOptions } from './fast.ts';
export type { RecordSink } from './fast-records.ts';
export { searchPlan, weightCode, type KeyClass, type SearchKey, type SearchPlan } from './keys.ts';
export { createMacro, type Macro, type MacroWidths } from './machine.ts';
export {
  packActivationRow,
  packWeightRow,
  type PackedActivationRow,
  type PackedWeightRow,
} from './packed-row.ts';
export {
  cloneState,
  emptyOutputs,
  initialState,
  type MacroInputs,
  type MacroOutputs,
  type MacroState,
  type SlotRegisters,
  type StepRegisters,
} from './state.ts';
export { createObserver, readRecord, readSignal, recordDifferences, type Observer } from './trace.ts';
export { signalOf, traceLayout, type TraceLayout, type TraceSignal } from './trace-layout.ts';
export { vcd, VcdWriter, type VcdOptions } from './vcd.ts';
