import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { replayOnGates, type GateLevel } from './gate-level.ts';
import { toLibrary } from './library.ts';
import { parseLiberty } from './liberty.ts';
import { readNetlist } from './netlist.ts';
import { missingSynthesisTools } from './tools.ts';
import { TOY_LIBRARY } from './toy-library.test-support.ts';
import { RESULT_PORTS, type Vectors } from './vectors.ts';
import { FILES, TOP } from './yosys.ts';

const missing = missingSynthesisTools(['iverilog']);
const skipped = missing.length > 0 ? ` (skipped: apt-get install ${missing.join(' ')})` : '';
const library = toLibrary(parseLiberty(TOY_LIBRARY, 'toy.lib'), 'toy.lib');
const folder = mkdtempSync(join(tmpdir(), 'tally-gates-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const CELLS = `
module INV (A, Y); input A; output Y; not (Y, A); endmodule
module XOR (A, B, Y); input A, B; output Y; xor (Y, A, B); endmodule
module DFF (C, D, Q); input C, D; output reg Q; always @(posedge C) Q <= D; endmodule
`;

/**
 * `busy` is `go` a clock later; `psum_ready` is s ^ s, always 0, of a flip-flop that keeps its value for ever: unknown to a simulator
 * that does not know s.
 */
const netlist = readNetlist(
  {
    modules: {
      [TOP]: {
        ports: {
          clk: { direction: 'input', bits: [2] },
          go: { direction: 'input', bits: [3] },
          busy: { direction: 'output', bits: [4] },
          psum_ready: { direction: 'output', bits: [5] },
        },
        cells: {
          d: { type: 'DFF', connections: { C: [2], D: [3], Q: [4] } },
          s: { type: 'DFF', connections: { C: [2], D: [6], Q: [6] } },
          x: { type: 'XOR', connections: { A: [6], B: [6], Y: [5] } },
        },
        netnames: { s_q: { hide_name: 0, bits: [6] }, busy: { hide_name: 0, bits: [4] } },
      },
    },
  },
  TOP,
  library,
);

const HEADER = `module ${TOP} (clk, go, cmd_ready, psum_ready, busy, out_valid, out_is_code, out_data);
input clk, go; output cmd_ready, psum_ready, busy, out_valid, out_is_code; output [3:0] out_data;
wire s_q;
assign cmd_ready = 1'b0; assign out_valid = 1'b0; assign out_is_code = 1'bx; assign out_data = 4'bx;
DFF d (.C(clk), .D(go), .Q(busy));
`;
/** Where `psum_ready` stays known, and where it does not. */
const KNOWN = `${HEADER}assign psum_ready = 1'b0;\nassign s_q = 1'b0;\nendmodule\n`;
const UNKNOWN = `${HEADER}DFF s (.C(clk), .D(s_q), .Q(s_q));\nXOR x (.A(s_q), .B(s_q), .Y(psum_ready));\nendmodule\n`;

const GO = [1, 0, 1, 1, 0, 1];
const BUSY = [0, 1, 0, 1, 1, 0];

function vectors(busy: readonly number[]): Vectors {
  return {
    pins: [{ name: 'go', bits: 1, offset: 0, words: 1 }],
    pinWords: 1,
    clocks: GO.length,
    inputs: Uint32Array.from(GO),
    results: Uint32Array.from(
      busy.flatMap((value) => RESULT_PORTS.map((port) => (port === 'busy' ? value : 0))),
    ),
    resetClocks: 0,
    activity: {} as Vectors['activity'],
  };
}

function gates(verilog: string): GateLevel {
  writeFileSync(join(folder, FILES.netlist), verilog);
  writeFileSync(join(folder, 'toy.v'), CELLS);
  return { folder, netlist, cells: [join(folder, 'toy.v')], accumulatorBits: 4, version: 'test' };
}

describe.skipIf(missing.length > 0)(`a netlist of Verilog cells${skipped}`, () => {
  test('passes from unknown flip-flops; results that mean nothing may stay unknown', async () => {
    const replayed = await replayOnGates(gates(KNOWN), vectors(BUSY), 1);
    expect(replayed).toMatchObject({ clocks: 6, start: 'unknown', run: { tool: 'iverilog + vvp' } });
  });

  test('is started from random values where an unknown one does not resolve, and the report says so', async () => {
    const replayed = await replayOnGates(gates(UNKNOWN), vectors(BUSY), 1);
    expect(replayed).toMatchObject({ clocks: 6, start: 'random' });
  });

  test('is refused with the clock and the output that differs', async () => {
    const wrong = BUSY.map((value, clock) => (clock === 4 ? 1 - value : value));
    const message = `${TOP}: clock 4: busy is 0x1 on the library's cells, the simulator has 0x0`;
    await expect(replayOnGates(gates(KNOWN), vectors(wrong), 1)).rejects.toThrow(message);
    await expect(replayOnGates(gates(UNKNOWN), vectors(wrong), 1)).rejects.toThrow(message);
  });

  test('is refused where an output stays unknown from any start', async () => {
    const floating = KNOWN.replace("assign psum_ready = 1'b0;", '');
    await expect(replayOnGates(gates(floating), vectors(BUSY), 1)).rejects.toThrow(
      `${TOP}: clock 1: psum_ready is 0xz on the library's cells, the simulator has 0x0`,
    );
  });

  test('is refused with the lines that matter where a cell has no Verilog', async () => {
    const missingCell = KNOWN.replace('DFF d', 'SDFF d');
    await expect(replayOnGates(gates(missingCell), vectors(BUSY), 1)).rejects.toThrow(
      /^iverilog: ended with .*Unknown module type: SDFF/s,
    );
  });
});
