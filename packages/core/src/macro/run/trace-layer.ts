import type { LayerSchedule } from '../schedule/index.ts';
import type { MacroInputs, MacroOutputs } from '../state.ts';
import { createObserver } from '../trace.ts';
import { traceLayout } from '../trace-layout.ts';
import { LayerClock, type Handshakes } from './layer-clock.ts';

/** One clock of a layer: what drove the macro and what was then to be seen. The same object each time. */
export interface TracedClock {
  readonly inputs: MacroInputs;
  /** Wires before the edge. */
  readonly outputs: MacroOutputs;
  /** `traceLayout(macro).words` words: wires before the edge, registers after it. */
  readonly record: Uint32Array;
}

/**
 * The clocks of a layer one by one, from the first command offered to the last result taken: for co-simulation and for
 * waveforms. A clock is valid until the next is asked for.
 *
 * @returns what came out, as in `LayerClock.results`
 */
export function* traceLayer(
  schedule: LayerSchedule,
  handshakes?: Handshakes,
): Generator<TracedClock, Int32Array, undefined> {
  const layout = traceLayout(schedule.macro);
  const observe = createObserver(schedule.macro, layout);
  const record = new Uint32Array(layout.words);
  const driver = new LayerClock(schedule, handshakes);
  const { inputs, outputs } = driver;
  const clock = { inputs, outputs, record };
  while (driver.clock()) {
    observe(driver.state, outputs, record, 0);
    yield clock;
  }
  return driver.results;
}
