export { DATAFLOW_SCHEDULES, findSchedule } from './registry.ts';
export { scheduleLayer, type LayerRun, type LayerSchedule } from './layer-schedule.ts';
export { fusedThresholds } from './threshold-rows.ts';
export type { MacroStep } from './step.ts';
