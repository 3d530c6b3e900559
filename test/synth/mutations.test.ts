import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seeded } from '../../packages/cli/src/cosim/random.ts';
import { OSU018 } from '../../packages/cli/src/synth/execute.ts';
import { replayOnGates } from '../../packages/cli/src/synth/gate-level.ts';
import { simulateGates } from '../../packages/cli/src/synth/gate-simulator.ts';
import type { LibraryCell } from '../../packages/cli/src/synth/library.ts';
import { RESULT_PORTS, type Vectors } from '../../packages/cli/src/synth/vectors.ts';
import { FILES } from '../../packages/cli/src/synth/yosys.ts';
import { mappedChip, type Mapped } from './mapped.ts';
import { noSynthesis, TINY, title } from './support.ts';

/** Shifts and threshold slots take this many random commands to be all used. */
const CLOCKS = 4000;

/** A cell whose output is turned over. */
function inverted(cell: LibraryCell): LibraryCell {
  const pins = [...cell.pins.values()].map((pin) => {
    if (pin.direction !== 'output' || pin.function === null) return pin;
    return { ...pin, function: { ...pin.function, table: pin.function.table.map((bit) => 1 - bit) } };
  });
  return { ...cell, pins: new Map(pins.map((pin) => [pin.name, pin])) };
}

/** Every result with one of them turned over in one bit. */
function tampered(vectors: Vectors, clock: number, port: number): Vectors {
  const results = vectors.results.slice();
  results[clock * RESULT_PORTS.length + port] ^= 1;
  return { ...vectors, results };
}

describe.skipIf(noSynthesis)(title('a mapped netlist'), { timeout: 600_000 }, () => {
  let mapped: Mapped;
  beforeAll(async () => {
    expect(existsSync(OSU018.cells)).toBe(true);
    mapped = await mappedChip(TINY, { liberty: OSU018.liberty, cells: [OSU018.cells] }, CLOCKS);
  }, 600_000);
  afterAll(() => {
    mapped.remove();
  });

  test('passes; a result that differs is named, on its clock', () => {
    const { netlist } = mapped.gates;
    for (const vectors of mapped.vectors) expect(simulateGates(netlist, vectors).difference).toBeNull();
    const random = seeded(5);
    for (const [i, port] of RESULT_PORTS.entries()) {
      const clock = random.integer(0, CLOCKS - 1);
      const [vectors] = mapped.vectors;
      const expected = vectors.results[clock * RESULT_PORTS.length + i];
      expect(simulateGates(netlist, tampered(vectors, clock, i)).difference).toEqual({
        clock,
        port,
        expected: (expected ^ 1) >>> 0,
        got: expected,
      });
    }
  });

  // Not every gate would be: turning over a bit of the accumulators' number only numbers them otherwise, and one bit of one stored
  // threshold seldom decides.
  test('with a gate of a module turned over is found', () => {
    const { netlist } = mapped.gates;
    const random = seeded(6);
    for (const module of netlist.modules.keys()) {
      if (module === 'tally_threshold_unit') continue;
      const own = netlist.cells.filter((one) => one.module === module && one.cell.flipFlop === null);
      for (const gate of [random.pick(own), random.pick(own)]) {
        const cells = netlist.cells.map((one) => (one === gate ? { ...one, cell: inverted(one.cell) } : one));
        const mutant = { ...netlist, cells };
        const found = mapped.vectors.some((vectors) => simulateGates(mutant, vectors).difference !== null);
        expect(found, `${module}: ${gate.cell.name} ${own.indexOf(gate)}`).toBe(true);
      }
    }
  });

  test('with an exclusive or that became its opposite is found on Verilog cells too', async () => {
    const { folder } = mapped.gates;
    const path = join(folder, FILES.netlist);
    const verilog = readFileSync(path, 'utf8');
    const [vectors] = mapped.vectors;
    const few: Vectors = { ...vectors, clocks: 300 };
    // In the class multiplier: all products are wrong.
    const start = verilog.indexOf('module tally_class_multiplier(');
    const at = verilog.indexOf('XOR2X1', start);
    expect(at).toBeGreaterThan(start);
    try {
      writeFileSync(path, `${verilog.slice(0, at)}XNOR2X1${verilog.slice(at + 6)}`);
      await expect(replayOnGates(mapped.gates, few, 1)).rejects.toThrow(
        /^tally_core: clock \d+: out_data is 0x[0-9a-f]+ on the library's cells, the simulator has 0x[0-9a-f]+/,
      );
    } finally {
      writeFileSync(path, verilog);
    }
    expect(await replayOnGates(mapped.gates, few, 1)).toMatchObject({ clocks: 300 });
  });
});
