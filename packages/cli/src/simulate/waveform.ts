import { traceLayer, traceLayout, vcd, type LayerSchedule } from '@tally/core';

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

/** The VCD of a layer, run again clock by clock. */
export function layerWaveform(schedule: LayerSchedule, request: WaveformRequest): Uint8Array {
  const layout = traceLayout(schedule.macro);
  const { window, signals, clockMHz } = request;
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
