import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '@tally/core';
import { connectDelayedSignals } from './delayed-signals.ts';
import { gateTestbench, TESTBENCH_TOP, VECTOR_FILE } from './gate-testbench.ts';
import { runMeasured, type ToolRun } from './tools.ts';
import type { Vectors } from './vectors.ts';
import { FILES, TOP } from './yosys.ts';

/**
 * Replays recorded vectors on the netlist with the library's own Verilog cells in Icarus Verilog, flip-flops unknown at
 * first, and compares every output on every clock.
 *
 * @param folder holds the netlist; gets the testbench
 * @param cells Verilog files of the library's cells
 * @throws TallyError `netlist-differs` with the clock and the output; `tool-failed`
 */
export async function replayOnGates(
  folder: string,
  cells: readonly string[],
  vectors: Vectors,
  accumulatorBits: number,
  version: string,
): Promise<{ readonly clocks: number; readonly run: ToolRun }> {
  const bench = gateTestbench(TOP, vectors, accumulatorBits);
  writeFileSync(join(folder, 'testbench.v'), bench.text);
  writeFileSync(join(folder, VECTOR_FILE), bench.vectors);
  const copies = cells.map((path, i) => {
    const name = `cells_${i}.v`;
    writeFileSync(join(folder, name), connectDelayedSignals(readFileSync(path, 'utf8')));
    return name;
  });
  const program = 'gates.vvp';
  const sources = ['testbench.v', FILES.netlist, ...copies];
  const compile = await runMeasured({
    tool: 'iverilog',
    args: ['-g2012', '-s', TESTBENCH_TOP, '-o', program, ...sources],
    folder,
    version,
    errors: /error|Unknown module/i,
  });
  const { output, run } = await runMeasured({
    tool: 'vvp',
    args: ['-n', program],
    folder,
    version,
    errors: /error|ERROR/,
  });
  const passed = /^PASS (\d+)$/m.exec(output)?.[1];
  if (passed === undefined) {
    const [, clock = '?', port = '?', expected = '?', got = '?'] =
      /^FAIL (\d+) (\S+) (\S+) (\S+)$/m.exec(output) ?? [];
    fail(
      'netlist-differs',
      `${TOP}: clock ${clock}`,
      `${port} is 0x${got} on the library's cells, the simulator has 0x${expected}`,
      'report it with the chip and the library',
    );
  }
  return {
    clocks: Number(passed),
    run: {
      ...run,
      tool: 'iverilog + vvp',
      seconds: compile.run.seconds + run.seconds,
      peakMiB:
        run.peakMiB === null || compile.run.peakMiB === null
          ? null
          : Math.max(run.peakMiB, compile.run.peakMiB),
    },
  };
}
