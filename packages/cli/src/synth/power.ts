import type { NetActivity } from './gate-simulator.ts';
import type { InternalEnergy, Library, LibraryPin } from './library.ts';
import { lookUp, type LookupTable } from './lookup-table.ts';
import type { Net, Netlist, NetlistCell } from './netlist.ts';

/** Watts of a part of the circuit. */
export interface Power {
  /** Inside cells when data switch: `internal_power` of the library. */
  readonly internalW: number;
  /** Charging the pins that the part's cells drive; no wires. */
  readonly switchingW: number;
  /** Of `internalW` and `switchingW`: that of flip-flops, the rest being gates'. */
  readonly storedW: number;
  /** Clock pins of its flip-flops, inside and charging them; no clock tree. */
  readonly clockW: number;
  readonly leakageW: number;
  readonly totalW: number;
}

type Sum = { -readonly [Part in keyof Power]: Power[Part] };

/** Load of each net in farads and slew of each net in seconds, rising and falling alike: the larger. */
interface Electrical {
  readonly loadF: Float64Array;
  readonly slewS: Float64Array;
}

/** Rounds of the slew calculation: longer chains than this do not occur, and it ends earlier when nothing changes. */
const MOST_ROUNDS = 200;

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function* pinsOf({ cell, nets }: NetlistCell): Generator<readonly [pin: LibraryPin, net: Net]> {
  for (const pin of cell.pins.values()) {
    const net = nets.get(pin.name);
    if (net !== undefined) yield [pin, net];
  }
}

/** Loads by the pins' capacitances; slews by the library's transition tables, from ideal inputs and an ideal clock on. */
function electrical({ cells, nets }: Netlist, library: Library): Electrical {
  const loadF = new Float64Array(nets);
  for (const instance of cells) {
    for (const [pin, net] of pinsOf(instance)) if (pin.direction === 'input') loadF[net] += pin.capacitanceF;
  }
  const slewS = new Float64Array(nets);
  const slewOf = (instance: NetlistCell, pin: LibraryPin, net: Net): number => {
    const load = loadF[net] / library.capacitanceF;
    let slew = 0;
    for (const { relatedPin, rise, fall } of pin.slews) {
      const from = instance.nets.get(relatedPin);
      if (from === undefined) continue;
      for (const table of [rise, fall]) {
        if (table !== null) slew = Math.max(slew, lookUp(table, load, slewS[from] / library.timeS));
      }
    }
    return slew * library.timeS;
  };
  // Gates are not in order of logic: repeated until slews stand still.
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let changed = false;
    for (const instance of cells) {
      for (const [pin, net] of pinsOf(instance)) {
        if (pin.direction !== 'output') continue;
        const slew = slewOf(instance, pin, net);
        if (Math.abs(slew - slewS[net]) > 1e-15) {
          slewS[net] = slew;
          changed = true;
        }
      }
    }
    if (!changed) break;
  }
  return { loadF, slewS };
}

/** Energy of a transition, half of them rising: mean of the tables, over conditions (`when`) and related pins alike; joules. */
function transitionJ(
  energies: readonly InternalEnergy[],
  library: Library,
  loadF: number,
  slewS: (relatedPin: string | null) => number,
): number {
  const byPin = new Map<string | null, number[]>();
  for (const { relatedPin, rise, fall } of energies) {
    const at = (table: LookupTable | null): number =>
      table === null ? 0 : lookUp(table, loadF / library.capacitanceF, slewS(relatedPin) / library.timeS);
    const values = byPin.get(relatedPin) ?? [];
    values.push((at(rise) + at(fall)) / 2);
    byPin.set(relatedPin, values);
  }
  return mean([...byPin.values()].map(mean)) * library.energyJ;
}

/**
 * Power by module from the library's tables and the activity of every net: nothing is propagated or assumed but that
 * the clock switches twice a clock.
 *
 * - internal: every transition of a pin costs the mean of its rise and fall energy, at its load and slew (Liberty,
 *   `internal_power`),
 * - switching: C V² / 2 a transition, C the pins that the net reaches,
 * - leakage: `cell_leakage_power`.
 *
 * Left out: wires, clock tree, glitches (activity counts one transition a clock at most).
 *
 * @param clockHz clock frequency
 * @returns power by module, cells of instances of a module together
 */
export function powerByModule(
  netlist: Netlist,
  library: Library,
  { clocks, toggles }: NetActivity,
  clockHz: number,
): ReadonlyMap<string, Power> {
  const { loadF, slewS } = electrical(netlist, library);
  const sums = new Map<string, Sum>();
  const perSecond = clockHz / Math.max(1, clocks);
  const { voltageV } = library;
  for (const instance of netlist.cells) {
    const { cell, module, nets } = instance;
    let sum = sums.get(module);
    if (sum === undefined) {
      sums.set(
        module,
        (sum = { internalW: 0, switchingW: 0, storedW: 0, clockW: 0, leakageW: 0, totalW: 0 }),
      );
    }
    let internalW = 0;
    let switchingW = 0;
    for (const [pin, net] of pinsOf(instance)) {
      const isClock = pin.name === cell.flipFlop?.clock;
      const rate = isClock ? 2 * clockHz : toggles[net] * perSecond;
      if (rate === 0) continue;
      const slew = (related: string | null): number => slewS[nets.get(related ?? pin.name) ?? 0];
      const isOutput = pin.direction === 'output';
      const inside = rate * transitionJ(pin.energies, library, isOutput ? loadF[net] : 0, slew);
      if (isClock) sum.clockW += inside + (rate * pin.capacitanceF * voltageV ** 2) / 2;
      else internalW += inside;
      if (isOutput) switchingW += (rate * loadF[net] * voltageV ** 2) / 2;
    }
    sum.internalW += internalW;
    sum.switchingW += switchingW;
    if (cell.flipFlop !== null) sum.storedW += internalW + switchingW;
    sum.leakageW += cell.leakageW;
  }
  for (const sum of sums.values()) {
    sum.totalW = sum.internalW + sum.switchingW + sum.clockW + sum.leakageW;
  }
  return sums;
}

/** Sum of powers. */
export function totalPower(powers: Iterable<Power>): Power {
  const total: Sum = { internalW: 0, switchingW: 0, storedW: 0, clockW: 0, leakageW: 0, totalW: 0 };
  for (const power of powers) {
    total.internalW += power.internalW;
    total.switchingW += power.switchingW;
    total.storedW += power.storedW;
    total.clockW += power.clockW;
    total.leakageW += power.leakageW;
    total.totalW += power.totalW;
  }
  return total;
}
