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

/** Runs a segment in the harness at `program`, with `args` for its waveform, and hands over the trace record of each clock. */
export type RunAgain = (
  program: string,
  args: readonly string[],
  onRecord: (clock: number, record: () => Uint32Array) => void,
) => Promise<void>;

/**
 * Runs a segment again and writes what both worlds do around a clock: `circuit.vcd` by Verilator, two time steps a
 * clock, and `simulator.vcd` from the trace records.
 *
 * @throws TallyError `tool-failed`, `harness-failed`
 */
export async function recordWindow(
  { source, macro }: Pick<Circuit, 'source' | 'macro'>,
  clock: number,
  options: CosimulationOptions,
  run: RunAgain,
): Promise<VcdFiles> {
  const { folder, window = WINDOW } = options;
  const [from, to] = [Math.max(0, clock - window.before), clock + window.after];
  const [circuit, simulator] = [join(folder, 'circuit.vcd'), join(folder, 'simulator.vcd')];
  const program = await buildModel({ ...source, trace: true }, options.cache);
  const records: Uint32Array[] = [];
  const args = ['--vcd', circuit, '--from', String(from), '--to', String(to)];
  await run(program, args, (at, record) => {
    if (at >= from && at <= to) records.push(record());
  });
  if (!existsSync(circuit) || records.length === 0)
    harnessFailed(program, `it wrote no waveform of clocks ${from} to ${to}`);
  const descriptor = openSync(simulator, 'w');
  try {
    const shown = { clockMHz: options.clockMHz, window: { from, to } };
    for (const text of vcd(traceLayout(macro), fromClock(from, records), shown)) writeSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
  return { circuit, simulator, from, to };
}

/** {@link recordWindow} of the core alone. */
export async function writeWindow(
  circuit: Circuit,
  segment: WatchedSegment,
  clock: number,
  options: CosimulationOptions,
): Promise<VcdFiles> {
  const words = circuit.source.layout.recordWords;
  return recordWindow(circuit, clock, options, async (program, args, onRecord) => {
    const harness = startHarness(program, args);
    const watched = {
      name: segment.name,
      start: () =>
        segment.startWatched((at, record, offset) =>
          onRecord(at, () => record.slice(offset, offset + words)),
        ),
    };
    try {
      await sendSegment(harness, watched, () => undefined);
      await harness.finish();
    } finally {
      harness.kill();
    }
  });
}

/** Records of clocks that nobody sees, then those that were kept: a waveform counts clocks from the start. */
function* fromClock(from: number, records: readonly Uint32Array[]): Generator<Uint32Array> {
  for (let clock = 0; clock < from && records.length > 0; clock++) yield records[0];
  yield* records;
}
