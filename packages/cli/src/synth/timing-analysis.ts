import { fail } from '@tally/core';
import type { NetActivity } from './gate-simulator.ts';
import type { Netlist } from './netlist.ts';
import { FILES, TOP } from './yosys.ts';

export const TIMING_SCRIPT = 'timing.tcl';
export const CONSTRAINTS = 'constraints.sdc';

/** Lines of OpenSTA that say that it did not do as told; it warns of a port in our scripts that it does not find, and goes on. */
export const TIMING_ERRORS = /^Error|^Warning: (?:timing\.tcl|constraints\.sdc)\b|^No paths found/m;

/** The longest path of a netlist, by OpenSTA. */
export interface Timing {
  readonly periodNs: number;
  readonly slackNs: number;
  /** Clock at which the slack is 0. */
  readonly fastestMHz: number;
  readonly startpoint: string;
  readonly endpoint: string;
}

/** What OpenSTA's own `report_power` says, watts. */
export interface StaPower {
  readonly internalW: number;
  readonly switchingW: number;
  readonly leakageW: number;
  readonly totalW: number;
}

/** Timing constraints of `tally_core`: pins change and are read at the clock's edge, without wires and clock tree. */
export function synthesisConstraints(netlist: Netlist, periodNs: number): string {
  const inputs = [...netlist.inputs.keys()].filter((name) => name !== 'clk');
  return [
    `create_clock -name clk -period ${periodNs.toFixed(4)} [get_ports clk]`,
    ...inputs.map((name) => `set_input_delay 0 -clock clk [get_ports ${portPattern(netlist.inputs, name)}]`),
    ...[...netlist.outputs.keys()].map(
      (name) => `set_output_delay 0 -clock clk [get_ports ${portPattern(netlist.outputs, name)}]`,
    ),
    '',
  ].join('\n');
}

/** All bits of a port, or the port. */
function portPattern(ports: Netlist['inputs'], name: string): string {
  return (ports.get(name)?.length ?? 1) > 1 ? `{${name}[*]}` : name;
}

/**
 * Script for OpenSTA: longest path, and power with the activity of the input ports. Activities of nets inside cannot be
 * given: the 2019 version forgets those of pins when it propagates.
 */
export function timingScript(netlist: Netlist, { clocks, toggles, high }: NetActivity): string {
  const activities = [...netlist.inputs].flatMap(([name, nets]) =>
    name === 'clk'
      ? []
      : nets.map((net, bit) => {
          const port = nets.length > 1 ? `{${name}[${bit}]}` : name;
          const rate = (toggles[net] / Math.max(1, clocks)).toFixed(6);
          const share = (high[net] / Math.max(1, clocks)).toFixed(6);
          return `set_power_activity -input_ports [get_ports ${port}] -activity ${rate} -duty ${share}`;
        }),
  );
  return [
    `read_liberty ${FILES.library}`,
    `read_verilog ${FILES.netlist}`,
    `link_design ${TOP}`,
    `read_sdc ${CONSTRAINTS}`,
    'report_checks -path_delay max -fields {slew cap input_pin} -digits 4',
    'set_units -power W',
    ...activities,
    'report_power -digits 8',
    '',
  ].join('\n');
}

/**
 * Reads what OpenSTA wrote.
 *
 * @throws TallyError `tool-failed` when it has no path or no power
 */
export function readTiming(output: string, periodNs: number): { timing: Timing; power: StaPower } {
  const startpoint = /^Startpoint: (\S+)/m.exec(output)?.[1];
  const endpoint = /^Endpoint: (\S+)/m.exec(output)?.[1];
  const slack = /(-?[\d.]+)\s+slack \((?:MET|VIOLATED)\)/.exec(output)?.[1];
  const powers = /^Total\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+100\.0%/m.exec(output)?.slice(1).map(Number);
  if (startpoint === undefined || endpoint === undefined || slack === undefined || powers?.length !== 4) {
    return fail(
      'tool-failed',
      'sta',
      'its output has no longest path or no power',
      'report it with the version of OpenSTA (sta -version)',
    );
  }
  const slackNs = Number(slack);
  const [internalW, switchingW, leakageW, totalW] = powers;
  return {
    timing: { periodNs, slackNs, fastestMHz: 1000 / (periodNs - slackNs), startpoint, endpoint },
    power: { internalW, switchingW, leakageW, totalW },
  };
}
