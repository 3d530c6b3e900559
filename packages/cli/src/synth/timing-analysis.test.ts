import { describe, expect, test } from 'vitest';
import type { NetActivity } from './gate-simulator.ts';
import type { Netlist } from './netlist.ts';
import { readTiming, synthesisConstraints, TIMING_ERRORS, timingScript } from './timing-analysis.ts';

/** As OpenSTA 2.0.17 writes it. */
const OUTPUT = `Group                      Internal      Switching        Leakage          Total
                              Power          Power          Power          Power
--------------------------------------------------------------------------------
Sequential           5.39487638e-02 1.14941131e-03 2.52820087e-07 5.50984293e-02  69.2%
Combinational        1.78869925e-02 6.67973422e-03 3.83141440e-07 2.45671105e-02  30.8%
--------------------------------------------------------------------------------
Total                7.18358308e-02 7.82912690e-03 6.35989977e-07 7.96655938e-02 100.0%
                              90.2%           9.8%           0.0%
Startpoint: u_slot_pipeline/_578_
            (rising edge-triggered flip-flop clocked by clk)
Endpoint: u_accumulator/_1447_ (rising edge-triggered flip-flop clocked by clk)
Path Group: clk
             7.0000    7.0000   clock clk (rise edge)
            -4.5000             data arrival time
-------------------------------------------------------------------------------
                       2.0000   slack (MET)
`;

const netlist: Netlist = {
  top: 'tally_core',
  nets: 8,
  cells: [],
  modules: new Map(),
  inputs: new Map([
    ['clk', [2]],
    ['go', [3]],
    ['row', [4, 5]],
  ]),
  outputs: new Map([
    ['busy', [6]],
    ['data', [6, 7]],
  ]),
};

describe('what OpenSTA writes', () => {
  test('has the longest path, and its power', () => {
    expect(readTiming(OUTPUT, 7)).toEqual({
      timing: {
        periodNs: 7,
        slackNs: 2,
        fastestMHz: 200,
        startpoint: 'u_slot_pipeline/_578_',
        endpoint: 'u_accumulator/_1447_',
      },
      power: {
        internalW: 7.18358308e-2,
        switchingW: 7.8291269e-3,
        leakageW: 6.35989977e-7,
        totalW: 7.96655938e-2,
      },
    });
  });

  test('may violate the clock', () => {
    const violated = OUTPUT.replace('2.0000   slack (MET)', '-1.0000   slack (VIOLATED)');
    expect(readTiming(violated, 7).timing).toMatchObject({ slackNs: -1, fastestMHz: 125 });
  });

  test.each(['Startpoint:', 'Endpoint:', 'slack (MET)', 'Total '])('is refused without %s', (part) => {
    expect(OUTPUT).toContain(part);
    expect(() => readTiming(OUTPUT.replace(part, 'nothing'), 7)).toThrow(
      'sta: its output has no longest path or no power',
    );
  });

  test.each([
    ["Warning: timing.tcl, 111 port 'cmd_shift[9]' not found.", true],
    ["Warning: constraints.sdc, 3 port 'x' not found.", true],
    ['Error: library.lib, line 2 Library toy is missing one or more thresholds.', true],
    ['No paths found.', true],
    ['Warning: library.lib, line 9 default_wire_load_mode is not supported.', false],
  ])('fails or not: %s', (line, fails) => {
    expect(TIMING_ERRORS.test(`something\n${line}\n`)).toBe(fails);
  });
});

describe('what OpenSTA is told', () => {
  test('pins change and are read at the edge', () => {
    expect(synthesisConstraints(netlist, 6.5)).toBe(
      [
        'create_clock -name clk -period 6.5000 [get_ports clk]',
        'set_input_delay 0 -clock clk [get_ports go]',
        'set_input_delay 0 -clock clk [get_ports {row[*]}]',
        'set_output_delay 0 -clock clk [get_ports busy]',
        'set_output_delay 0 -clock clk [get_ports {data[*]}]',
        '',
      ].join('\n'),
    );
  });

  test('every bit of every input but the clock has its activity', () => {
    const activity: NetActivity = {
      clocks: 200,
      toggles: Float64Array.of(0, 0, 400, 50, 1, 0, 9, 9),
      high: Float64Array.of(0, 200, 100, 100, 30, 200, 9, 9),
    };
    const lines = timingScript(netlist, activity)
      .split('\n')
      .filter((line) => line.startsWith('set_power_activity'));
    expect(lines).toEqual([
      'set_power_activity -input_ports [get_ports go] -activity 0.250000 -duty 0.500000',
      'set_power_activity -input_ports [get_ports {row[0]}] -activity 0.005000 -duty 0.150000',
      'set_power_activity -input_ports [get_ports {row[1]}] -activity 0.000000 -duty 1.000000',
    ]);
  });
});
