import {
  createMacro,
  fail,
  macroSpec,
  traceLayer,
  traceLayout,
  vcd,
  VcdWriter,
  type Chip,
  type LayerSimulation,
} from '@tally/core';
import { nearest } from '../io/suggest.ts';

/** What of a layer goes into a VCD file. */
export interface WaveformRequest {
  readonly clockMHz: number;
  /** Names of signals, `*` stands for any part; empty: all. */
  readonly signals: readonly string[];
  /** First and last clock of the layer, counted from 0; null: all. */
  readonly window: { readonly from: number; readonly to: number } | null;
}

/** Characters that are encoded at a time: a clock changes but a few. */
const CHUNK = 1 << 20;

/**
 * Refuses, before any work is done, names that no signal of the chip's macro has.
 *
 * @throws TallyError `no-such-signal`, with the nearest name where one is near
 */
export function checkSignals(chip: Chip, signals: readonly string[]): void {
  if (signals.length === 0) return;
  const layout = traceLayout(createMacro(macroSpec(chip)));
  const known = layout.signals.map(({ name }) => name);
  for (const name of signals) {
    const bare = name.replace(/^.*\./, '');
    if (/[*?]/.test(bare) || known.includes(bare)) continue;
    const meant = nearest(bare, known);
    if (meant === null) continue;
    fail(
      'no-such-signal',
      `--signals '${name}'`,
      'no signal of the macro is meant',
      `did you mean ${meant}?`,
    );
  }
  // Refuses the others: patterns that nothing fits, names that nothing is near, scopes.
  new VcdWriter(layout, { clockMHz: 1, signals });
}

/**
 * The VCD of a layer, run again clock by clock.
 *
 * @throws TallyError `window-out-of-range` where the layer ends before the window begins, and those of `vcd`
 */
export function layerWaveform(
  { schedule, cycles }: Pick<LayerSimulation, 'schedule' | 'cycles'>,
  request: WaveformRequest,
): Uint8Array {
  const layout = traceLayout(schedule.macro);
  const { window, signals, clockMHz } = request;
  if (window !== null && window.from >= cycles) {
    fail(
      'window-out-of-range',
      `--window ${window.from}:${window.to}`,
      `layer ${schedule.layer.id} has clocks 0 to ${cycles - 1}`,
      'give a window that begins within the layer',
    );
  }
  const last = window?.to ?? Infinity;
  function* records(): Generator<Uint32Array, void, undefined> {
    let clock = 0;
    for (const { record } of traceLayer(schedule)) {
      yield record;
      if (clock++ >= last) return;
    }
  }
  const options = {
    clockMHz,
    ...(signals.length === 0 ? {} : { signals }),
    ...(window === null ? {} : { window }),
  };
  const chunks: Buffer[] = [];
  let text = '';
  for (const piece of vcd(layout, records(), options)) {
    text += piece;
    if (text.length < CHUNK) continue;
    chunks.push(Buffer.from(text));
    text = '';
  }
  chunks.push(Buffer.from(text));
  return Buffer.concat(chunks);
}
