import { describe, expect, test } from 'vitest';
import { simulateGates } from './gate-simulator.ts';
import { toLibrary } from './library.ts';
import { parseLiberty } from './liberty.ts';
import { readNetlist } from './netlist.ts';
import { powerByModule, totalPower } from './power.ts';
import { TOY_LIBRARY } from './toy-library.test-support.ts';
import { RESULT_PORTS, type Vectors } from './vectors.ts';

const library = toLibrary(parseLiberty(TOY_LIBRARY, 'toy.lib'), 'toy.lib');

/** Busy toggles whenever `go` is high; `half` holds the state, its output leaves by two ports and comes back. */
function document(): {
  modules: Record<string, { ports: object; cells: Record<string, unknown>; netnames: object }>;
} {
  const port = (direction: string, ...bits: unknown[]) => ({ direction, bits });
  return {
    modules: {
      top: {
        ports: {
          clk: port('input', 2),
          go: port('input', 3),
          busy: port('output', 4),
          cmd_ready: port('output', 5),
        },
        cells: {
          x: { type: 'XOR', connections: { A: [6], B: [3], Y: [7] } },
          h: { type: 'half', connections: { clk: [2], next: [7], now: [6], out: [4] } },
          n: { type: 'INV', connections: { A: [4], Y: [5] } },
        },
        netnames: {},
      },
      half: {
        ports: {
          clk: port('input', 2),
          next: port('input', 3),
          now: port('output', 4),
          out: port('output', 4),
        },
        cells: { 'state[0]': { type: 'DFF', connections: { C: [2], D: [3], Q: [4] } } },
        netnames: { 'psum_q[0]': { hide_name: 0, bits: [4] } },
      },
    },
  };
}

/** `go` and expected `busy` by clock; `cmd_ready` is its complement. */
function vectors(go: readonly number[], busy: readonly number[]): Vectors {
  const results = busy.flatMap((value) =>
    RESULT_PORTS.map((port) => (port === 'busy' ? value : port === 'cmd_ready' ? 1 - value : 0)),
  );
  return {
    pins: [{ name: 'go', bits: 1, offset: 0, words: 1 }],
    pinWords: 1,
    clocks: go.length,
    inputs: Uint32Array.from(go),
    results: Uint32Array.from(results),
    resetClocks: 0,
    activity: {} as Vectors['activity'],
  };
}

const GO = [0, 1, 1, 0, 1, 0];
const BUSY = [0, 0, 1, 0, 0, 1];

describe('a netlist', () => {
  test('is flat, ports joined, cells by module', () => {
    const netlist = readNetlist(document(), 'top', library);
    expect(netlist.cells.map(({ cell, module }) => `${module}.${cell.name}`)).toEqual([
      'top.XOR',
      'half.DFF',
      'top.INV',
    ]);
    expect([...netlist.modules]).toEqual([
      ['top', 1],
      ['half', 1],
    ]);
    const [xor, dff, inverter] = netlist.cells;
    // One net leaves by both ports.
    expect(xor.nets.get('A')).toBe(dff.nets.get('Q'));
    expect(inverter.nets.get('A')).toBe(dff.nets.get('Q'));
    expect(netlist.outputs.get('busy')).toEqual([dff.nets.get('Q')]);
    expect(dff).toMatchObject({ storesPartialSum: true, stateNet: 'h.\\psum_q[0] ' });
  });

  test('runs, is compared on every clock, and counts what switches after the first', () => {
    const netlist = readNetlist(document(), 'top', library);
    const { activity, difference } = simulateGates(netlist, vectors(GO, BUSY));
    expect(difference).toBeNull();
    const busy = netlist.outputs.get('busy')?.[0] ?? -1;
    // Clocks 1 to 5: 0 1 0 0 1 after a 0: three transitions, two clocks high.
    expect([activity.clocks, activity.toggles[busy], activity.high[busy]]).toEqual([5, 3, 2]);
    const wrong = simulateGates(netlist, vectors(GO, [0, 0, 1, 1, 0, 1]));
    expect(wrong.difference).toEqual({ clock: 3, port: 'cmd_ready', expected: 0, got: 1 });
  });

  test('has the power that arithmetic gives', () => {
    const netlist = readNetlist(document(), 'top', library);
    const { activity } = simulateGates(netlist, vectors(GO, BUSY));
    const powers = powerByModule(netlist, library, activity, 1e9);
    // Loads: Q drives XOR and INV, 0.01 + 0.005 pF; XOR drives D, 0.01 pF. go: 1 1 0 1 0 after 0: 4 transitions.
    // XOR's output: 1 0 0 1 1 after 0: 3 transitions. A second has 1e9 / 5 times these.
    const perClock = 1e9 / 5;
    // Conditions of XOR: B (go) is high in 3 of 5 clocks: 0.6 x 0.2 + 0.4 x 0.6 = 0.36 pJ. Its related pin A alone has tables.
    // INV: mean of rise and fall at no load, 0.2 pJ.
    const top = powers.get('top');
    expect(top?.internalW).toBeCloseTo(perClock * (3 * 0.36e-12 + 3 * 0.2e-12), 12);
    // C V^2 / 2 = 0.01e-12 x 4 / 2 a transition.
    expect(top?.switchingW).toBeCloseTo(perClock * 3 * 0.02e-12, 12);
    expect(top?.leakageW).toBeCloseTo(3e-9, 15);
    // Q: 0.015 pF. Clock: 2 edges of 0.05 pJ and of 0.02e-12 x 4 / 2 J a clock.
    const half = powers.get('half');
    expect(half?.switchingW).toBeCloseTo(perClock * 3 * 0.03e-12, 12);
    expect(half?.clockW).toBeCloseTo(2e9 * (0.05e-12 + 0.04e-12), 12);
    expect(half?.storedW).toBe(half?.switchingW);
    const total = totalPower(powers.values());
    expect(total.totalW).toBeCloseTo((top?.totalW ?? 0) + (half?.totalW ?? 0), 15);
  });

  test.each([
    ['an unknown cell', { type: 'LUT4', connections: {} }, "top.bad: is a 'LUT4', no cell of the library"],
    [
      'an undefined constant',
      { type: 'INV', connections: { A: ['x'], Y: [9] } },
      "top: has an undefined constant 'x'",
    ],
    [
      'two drivers',
      { type: 'INV', connections: { A: [3], Y: [5] } },
      'top: a net has two drivers, one of them a INV',
    ],
  ])('is refused with %s', (_, cell, message) => {
    const broken = document();
    broken.modules.top.cells['bad'] = cell;
    expect(() => readNetlist(broken, 'top', library)).toThrow(message);
  });

  test('is refused with a combinational loop', () => {
    const broken = document();
    broken.modules.top.cells['a'] = { type: 'INV', connections: { A: [10], Y: [11] } };
    broken.modules.top.cells['b'] = { type: 'INV', connections: { A: [11], Y: [10] } };
    const netlist = readNetlist(broken, 'top', library);
    expect(() => simulateGates(netlist, vectors(GO, BUSY))).toThrow('top: has a combinational loop');
  });
});
