import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '@tally/core';
import { connectDelayedSignals } from './delayed-signals.ts';
import { seeded } from '../cosim/random.ts';
import { gateTestbench, TESTBENCH_TOP, VECTOR_FILE } from './gate-testbench.ts';
import type { Netlist } from './netlist.ts';
import { runMeasured, type ToolRun } from './tools.ts';
import type { Vectors } from './vectors.ts';
import { FILES, TOP } from './yosys.ts';

/** A netlist and the library's own Verilog cells. */
export interface GateLevel {
  /** Holds the Verilog netlist; gets testbenches. */
  readonly folder: string;
  readonly netlist: Netlist;
  /** Verilog files of the library's cells. */
  readonly cells: readonly string[];
  readonly accumulatorBits: number;
  /** Version of Icarus Verilog. */
  readonly version: string;
}

/** How flip-flops started: unknown, or at random values where unknown ones did not resolve. */
export type GateStart = 'unknown' | 'random';

export interface Replayed {
  readonly clocks: number;
  readonly start: GateStart;
  readonly run: ToolRun;
}

/**
 * Replays recorded vectors on the netlist with the library's own Verilog cells in Icarus Verilog and compares every output
 * on every clock. Flip-flops start unknown; where a gate makes unknown what is not (a multiplexer of two equal
 * inputs whose select is unknown), all is done again from random values.
 *
 * @throws TallyError `netlist-differs` with the clock and the output; `tool-failed`
 */
export async function replayOnGates(gates: GateLevel, vectors: Vectors, seed: number): Promise<Replayed> {
  const unknown = await replay(gates, vectors, new Map());
  if (unknown.passed !== null) return { clocks: unknown.passed, start: 'unknown', run: unknown.run };
  if (!/[xz]/.test(unknown.failed.got)) return differs(unknown.failed);
  const random = seeded(seed);
  const names = gates.netlist.cells.flatMap(({ stateNet }) => (stateNet === null ? [] : [stateNet]));
  const again = await replay(gates, vectors, new Map(names.map((name) => [name, random.integer(0, 1)])));
  if (again.passed === null) return differs(again.failed);
  return { clocks: again.passed, start: 'random', run: together(unknown.run, again.run) };
}

interface Failed {
  readonly clock: string;
  readonly port: string;
  readonly expected: string;
  readonly got: string;
}

type Replay = { readonly run: ToolRun } & (
  { readonly passed: number } | { readonly passed: null; readonly failed: Failed }
);

async function replay(
  { folder, cells, accumulatorBits, version }: GateLevel,
  vectors: Vectors,
  start: ReadonlyMap<string, number>,
): Promise<Replay> {
  const bench = gateTestbench(TOP, vectors, accumulatorBits, start);
  writeFileSync(join(folder, 'testbench.v'), bench.text);
  writeFileSync(join(folder, VECTOR_FILE), bench.vectors);
  const copies = cells.map((path, i) => {
    const name = `cells_${i}.v`;
    writeFileSync(join(folder, name), connectDelayedSignals(readFileSync(path, 'utf8')));
    return name;
  });
  const program = 'gates.vvp';
  const sources = ['testbench.v', FILES.netlist, ...copies];
  const compiled = await runMeasured({
    tool: 'iverilog',
    args: ['-g2012', '-s', TESTBENCH_TOP, '-o', program, ...sources],
    folder,
    version,
    errors: /error|Unknown module/i,
  });
  const simulated = await runMeasured({
    tool: 'vvp',
    args: ['-n', program],
    folder,
    version,
    errors: /error|ERROR/,
  });
  const run = { ...together(compiled.run, simulated.run), tool: 'iverilog + vvp' };
  const passed = /^PASS (\d+)$/m.exec(simulated.output)?.[1];
  if (passed !== undefined) return { run, passed: Number(passed) };
  const verdict = /^FAIL (\d+) (\S+) (\S+) (\S+)$/m.exec(simulated.output);
  if (verdict === null) {
    return fail('tool-failed', 'vvp', 'ended without a verdict', 'report it with the chip and the library');
  }
  const [, clock, port, expected, got] = verdict;
  return { run, passed: null, failed: { clock, port, expected, got } };
}

function together(a: ToolRun, b: ToolRun): ToolRun {
  const peakMiB = a.peakMiB === null || b.peakMiB === null ? null : Math.max(a.peakMiB, b.peakMiB);
  return { ...a, seconds: a.seconds + b.seconds, peakMiB };
}

function differs({ clock, port, expected, got }: Failed): never {
  return fail(
    'netlist-differs',
    `${TOP}: clock ${clock}`,
    `${port} is 0x${got} on the library's cells, the simulator has 0x${expected}`,
    'report it with the chip and the library',
  );
}
