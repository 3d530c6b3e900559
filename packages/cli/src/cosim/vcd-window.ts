import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { traceLayout, vcd, type Macro } from '@tally/core';
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

/** The window around a clock, and where its files go. */
export function windowAround(
  clock: number,
  { folder, window = WINDOW }: Pick<CosimulationOptions, 'folder' | 'window'>,
): VcdFiles {
  return {
    circuit: join(folder, 'circuit.vcd'),
    simulator: join(folder, 'simulator.vcd'),
    from: Math.max(0, clock - window.before),
    to: clock + window.after,
  };
}

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
  options: CosimulationOptions,
): Promise<VcdFiles> {
  const files = windowAround(clock, options);
  const { from, to } = files;
  const program = await buildModel({ ...circuit.source, trace: true }, options.cache);
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
  writeSimulatorWindow(program, circuit.macro, files, records, options.clockMHz);
  return files;
}

/**
 * Writes the simulator's side of a window.
 *
 * @param program the harness that wrote the circuit's side
 * @param records from the window's first clock on
 * @throws TallyError `harness-failed` where the circuit's side is not there
 */
export function writeSimulatorWindow(
  program: string,
  macro: Macro,
  { circuit, simulator, from, to }: VcdFiles,
  records: readonly Uint32Array[],
  clockMHz: number,
): void {
  if (!existsSync(circuit) || records.length === 0)
    harnessFailed(program, `it wrote no waveform of clocks ${from} to ${to}`);
  const descriptor = openSync(simulator, 'w');
  try {
    const options = { clockMHz, window: { from, to } };
    for (const text of vcd(traceLayout(macro), fromClock(from, records), options))
      writeSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}

/** Records of clocks that nobody sees, then those that were kept: a waveform counts clocks from the start. */
function* fromClock(from: number, records: readonly Uint32Array[]): Generator<Uint32Array> {
  for (let clock = 0; clock < from && records.length > 0; clock++) yield records[0];
  yield* records;
}
