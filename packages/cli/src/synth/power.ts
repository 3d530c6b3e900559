import type { CellFunction } from './cell-function.ts';
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

/** What the energy of a transition depends on beside its tables. */
interface Surroundings {
  readonly loadF: number;
  /** Slew of a related input, seconds; null: of the pin itself. */
  readonly slewS: (relatedPin: string | null) => number;
  /** Share of time in which a pin is high. */
  readonly high: (pin: string) => number;
  readonly toggles: (relatedPin: string) => number;
}

/** Probability of a condition, its pins taken as independent. */
function probability({ inputs, table }: CellFunction, high: (pin: string) => number): number {
  const shares = inputs.map(high);
  return table.reduce(
    (sum, holds, index) =>
      holds === 0
        ? sum
        : sum + shares.reduce((product, p, bit) => product * ((index >> bit) & 1 ? p : 1 - p), 1),
    0,
  );
}

function weightedMean(terms: readonly { readonly value: number; readonly weight: number }[]): number {
  const weights = terms.reduce((sum, { weight }) => sum + weight, 0);
  if (weights > 0) return terms.reduce((sum, { value, weight }) => sum + value * weight, 0) / weights;
  return terms.length === 0 ? 0 : terms.reduce((sum, { value }) => sum + value, 0) / terms.length;
}

/**
 * Mean energy of a transition, half of them rising, joules. Conditions weigh by their probability, the one without condition
 * by what they leave; related pins by how often they switch.
 */
function transitionJ(energies: readonly InternalEnergy[], library: Library, around: Surroundings): number {
  const related = [...new Set(energies.map(({ relatedPin }) => relatedPin))];
  const terms = related.map((relatedPin) => {
    const group = energies.filter((one) => one.relatedPin === relatedPin);
    const at = (table: LookupTable | null): number => {
      const slew = around.slewS(relatedPin) / library.timeS;
      return table === null ? 0 : lookUp(table, around.loadF / library.capacitanceF, slew);
    };
    const shares = group.map(({ when }) => (when === null ? 0 : probability(when, around.high)));
    const rest = Math.max(0, 1 - shares.reduce((sum, share) => sum + share, 0));
    return {
      weight: relatedPin === null ? 1 : around.toggles(relatedPin),
      value: weightedMean(
        group.map(({ when, rise, fall }, i) => ({
          value: (at(rise) + at(fall)) / 2,
          weight: when === null ? rest : shares[i],
        })),
      ),
    };
  });
  return weightedMean(terms) * library.energyJ;
}

/**
 * Power by module from the library's tables and the activity of every net: nothing is propagated or assumed but that
 * the clock switches twice a clock.
 *
 * - internal: every transition of a pin costs the mean of its rise and fall energy, at its load and slew, conditions
 *   weighed by how long nets are high (Liberty, `internal_power`),
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
  { clocks, toggles, high }: NetActivity,
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
      const isOutput = pin.direction === 'output';
      const inside =
        rate *
        transitionJ(pin.energies, library, {
          loadF: isOutput ? loadF[net] : 0,
          slewS: (related) => slewS[nets.get(related ?? pin.name) ?? 0],
          high: (name) =>
            name === cell.flipFlop?.clock ? 0.5 : high[nets.get(name) ?? 0] / Math.max(1, clocks),
          toggles: (name) => (name === cell.flipFlop?.clock ? clocks : toggles[nets.get(name) ?? 0]),
        });
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
