import type { MacroActivity } from '../activity.ts';
import { ActivityMeter } from '../activity-meter.ts';
import { FastEngine } from '../fast.ts';
import type { RecordSink } from '../fast-records.ts';
import { scheduleLayer, type LayerRun, type LayerSchedule } from '../schedule/index.ts';
import { createObserver } from '../trace.ts';
import { traceLayout } from '../trace-layout.ts';
import { IntegerQueue } from './integer-queue.ts';
import { LayerClock } from './layer-clock.ts';

/** `clock`: every clock edge by itself. `fast`: step by step; results, cycles, activity and records are the same. */
export type MacroEngine = 'clock' | 'fast';

export interface SimulationOptions {
  /** `fast` when left out. */
  readonly engine?: MacroEngine;
  /** Called with the trace of every clock, in order. */
  readonly onRecords?: RecordSink;
}

/** Elements loaded into the macro: weight digits; activation digits, padding not counted. */
export interface LoadedElements {
  readonly weights: number;
  readonly activations: number;
}

/** One layer of one image, simulated. */
export interface LayerSimulation {
  readonly kind: 'layer-simulation';
  readonly schedule: LayerSchedule;
  /** `[channels, pixels]`: codes when `schedule.thresholds` is set, else sums without bias. */
  readonly results: Int32Array;
  /** From the first command offered to the last result taken. */
  readonly cycles: number;
  readonly activity: MacroActivity;
  readonly loaded: LoadedElements;
}

function simulateFast(schedule: LayerSchedule, onRecords: RecordSink | undefined): LayerSimulation {
  const { macro, layer } = schedule;
  const { positions } = layer;
  const engine = new FastEngine(macro, onRecords === undefined ? {} : { onRecords });
  const results = new Int32Array(layer.dotProducts);
  const returning = new IntegerQueue();
  let weights = 0;
  let activations = 0;
  for (const step of schedule.steps()) {
    weights += step.loadedWeights;
    activations += step.loadedActivations;
    if (engine.step(step, step.restore ? returning.shift() : 0)) {
      if (step.last) results[step.channel * positions + step.pixel] = engine.outData;
      else returning.push(engine.outData);
    }
  }
  const activity = engine.finish();
  const cycles = activity.cycles.total;
  return { kind: 'layer-simulation', schedule, results, cycles, activity, loaded: { weights, activations } };
}

function simulateClocks(schedule: LayerSchedule, onRecords: RecordSink | undefined): LayerSimulation {
  const { macro } = schedule;
  const driver = new LayerClock(schedule);
  const meter = new ActivityMeter(macro);
  const layout = traceLayout(macro);
  const observe = createObserver(macro, layout);
  const record = new Uint32Array(layout.words);
  let weights = 0;
  let activations = 0;
  while (driver.clock()) {
    const { inputs, outputs, state } = driver;
    meter.clock(inputs, outputs, state);
    if (outputs.commandTaken && inputs.command !== null) {
      weights += inputs.command.loadedWeights;
      activations += inputs.command.loadedActivations;
    }
    if (onRecords !== undefined) {
      observe(state, outputs, record, 0);
      onRecords(record, 1);
    }
  }
  return {
    kind: 'layer-simulation',
    schedule,
    results: driver.results,
    cycles: driver.cycles,
    activity: meter.activity(),
    loaded: { weights, activations },
  };
}

/**
 * Runs one layer of one image on the macro, every clock of it, from the state after reset; nobody keeps the macro
 * waiting. For other handshakes and the pins of each clock see `LayerClock` and `traceLayer`.
 *
 * @throws TallyError as `scheduleLayer` does
 */
export function simulateLayer(
  run: LayerRun,
  { engine = 'fast', onRecords }: SimulationOptions = {},
): LayerSimulation {
  const schedule = scheduleLayer(run);
  switch (engine) {
    case 'fast':
      return simulateFast(schedule, onRecords);
    case 'clock':
      return simulateClocks(schedule, onRecords);
    default:
      return engine satisfies never;
  }
}
