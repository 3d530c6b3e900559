import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { traceLayout, vcd } from '@tally/core';
import { buildModel } from './build-model.ts';
import type { Circuit } from './circuit.ts';
import type { CosimulationOptions, WatchedSegment } from './cosimulate.ts';
import { harnessFailed, startHarness } from './harness-process.ts';
import { sendSegment } from './session.ts';

/** Paths of two VCD files of the same clocks. */
export interface VcdFiles {
  readonly circuit: string;
  readonly simulator: string;
  /** First and last clock shown, counted from the start of the segment. */
  readonly from: number;
  readonly to: number;
}

/** Clocks shown before and after a difference unless told otherwise. */
const WINDOW = { before: 50, after: 10 };

/**
 * Runs a segment again and writes what both worlds do around a clock: `circuit.vcd` by Verilator, two time steps a
 * clock, and `simulator.vcd` from the trace records.
 *
 * @throws TallyError `tool-failed`, `harness-failed`
 */
export async function writeWindow(
  circuit: Circuit,
  segment: WatchedSegment,
  clock: number,
  { folder, cache, clockMHz, window = WINDOW }: CosimulationOptions,
): Promise<VcdFiles> {
  const from = Math.max(0, clock - window.before);
  const to = clock + window.after;
  const files = { circuit: join(folder, 'circuit.vcd'), simulator: join(folder, 'simulator.vcd'), from, to };
  const program = await buildModel({ ...circuit.source, trace: true }, cache);
  const harness = startHarness(program, ['--vcd', files.circuit, '--from', String(from), '--to', String(to)]);
  const records: Uint32Array[] = [];
  const words = circuit.source.layout.recordWords;
  const watched = {
    name: segment.name,
    start: () =>
      segment.startWatched((at, record, offset) => {
        if (at >= from && at <= to) records.push(record.slice(offset, offset + words));
      }),
  };
  try {
    await sendSegment(harness, watched, () => undefined);
    await harness.finish();
  } finally {
    harness.kill();
  }
  if (!existsSync(files.circuit)) harnessFailed(program, `it wrote no waveform of clocks ${from} to ${to}`);
  const descriptor = openSync(files.simulator, 'w');
  try {
    const options = { clockMHz, window: { from, to } };
    for (const text of vcd(traceLayout(circuit.macro), fromClock(from, records), options))
      writeSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
  return files;
}

/** Records of clocks that nobody sees, then those that were kept: a waveform counts clocks from the start. */
function* fromClock(from: number, records: readonly Uint32Array[]): Generator<Uint32Array> {
  for (let clock = 0; clock < from && records.length > 0; clock++) yield records[0];
  yield* records;
}
