import { fail } from '@tally/core';
import type { CellFunction } from './cell-function.ts';
import type { Net, Netlist, NetlistCell } from './netlist.ts';
import { RESULT_PORTS, type Vectors } from './vectors.ts';

/** How often nets switched while a netlist ran, and how long they were high. */
export interface NetActivity {
  /** Clocks that were counted: those after reset. */
  readonly clocks: number;
  /** Transitions by net, one at most in a clock: no glitches. */
  readonly toggles: Float64Array;
  /** Clocks in which the net was high. */
  readonly high: Float64Array;
}

/** The first output that differs; null: none. */
export interface GateDifference {
  readonly clock: number;
  readonly port: string;
  readonly expected: number;
  readonly got: number;
}

/** Gates in the order of evaluation, as flat arrays. */
interface Gates {
  readonly order: readonly {
    readonly table: Uint8Array;
    readonly inputs: Int32Array;
    readonly output: Net;
  }[];
  readonly flipFlops: readonly {
    readonly next: Place;
    readonly clear: Place | null;
    readonly preset: Place | null;
    /** Outputs; whether they are the state or its complement. */
    readonly outputs: readonly { readonly net: Net; readonly inverted: boolean }[];
  }[];
}

interface Place {
  readonly table: Uint8Array;
  readonly inputs: Int32Array;
}

function placed({ inputs, table }: CellFunction, { cell, nets }: NetlistCell): Place {
  const ins = inputs.map((pin) => nets.get(pin) ?? unconnected(cell.name, pin));
  return { table, inputs: Int32Array.from(ins) };
}

function unconnected(cell: string, pin: string): never {
  return fail(
    'netlist-not-mapped',
    `cell ${cell}`,
    `its input ${pin} is not connected`,
    'report it with the chip and the library',
  );
}

/** @throws TallyError `netlist-not-mapped` for a combinational loop, a cell without a function */
function levelised(netlist: Netlist): Gates {
  const flipFlops: Gates['flipFlops'][number][] = [];
  const gates: Gates['order'][number][] = [];
  for (const instance of netlist.cells) {
    const { cell, nets } = instance;
    const outputs = [...cell.pins.values()].filter(
      ({ direction, name }) => direction === 'output' && nets.has(name),
    );
    const { flipFlop } = cell;
    if (flipFlop !== null) {
      flipFlops.push({
        next: placed(flipFlop.next, instance),
        clear: flipFlop.clear && placed(flipFlop.clear, instance),
        preset: flipFlop.preset && placed(flipFlop.preset, instance),
        outputs: outputs.map(({ name, function: of }) => ({
          net: nets.get(name) ?? 0,
          inverted: of?.inputs[0] === flipFlop.state[1] ? of.table[0] === 0 : of?.table[0] === 1,
        })),
      });
      continue;
    }
    for (const { name, function: of } of outputs) {
      if (of === null) {
        return fail(
          'netlist-not-mapped',
          `cell ${cell.name}`,
          `its output ${name} has no function in the library`,
          'leave the cell out of the library',
        );
      }
      gates.push({ ...placed(of, instance), output: nets.get(name) ?? 0 });
    }
  }
  return { order: sorted(gates, netlist), flipFlops };
}

/** Every gate after those that drive it. */
function sorted(gates: Gates['order'], { nets, top }: Netlist): Gates['order'] {
  const driver = new Int32Array(nets).fill(-1);
  gates.forEach(({ output }, i) => (driver[output] = i));
  const order: Gates['order'][number][] = [];
  /** 0 not seen, 1 on the way, 2 placed. */
  const seen = new Uint8Array(gates.length);
  const stack: number[] = [];
  for (let first = 0; first < gates.length; first++) {
    if (seen[first] === 0) stack.push(first);
    while (stack.length > 0) {
      const gate = stack[stack.length - 1];
      if (seen[gate] === 2) {
        stack.pop();
        continue;
      }
      if (seen[gate] === 1) {
        seen[gate] = 2;
        order.push(gates[gate]);
        stack.pop();
        continue;
      }
      seen[gate] = 1;
      for (const net of gates[gate].inputs) {
        const before = driver[net];
        if (before < 0 || seen[before] === 2) continue;
        if (seen[before] === 1) loop(top);
        stack.push(before);
      }
    }
  }
  return order;
}

function loop(top: string): never {
  return fail(
    'netlist-not-mapped',
    top,
    'has a combinational loop',
    'report it with the chip and the library',
  );
}

/**
 * Runs a netlist by the library's Boolean functions through recorded vectors: two values, all flip-flops 0 at first as
 * in the simulator, gates evaluated when an input changes. Every output is compared on every clock; ends at the first difference.
 */
export function simulateGates(
  netlist: Netlist,
  vectors: Vectors,
): { readonly activity: NetActivity; readonly difference: GateDifference | null } {
  const { order, flipFlops } = levelised(netlist);
  const values = new Uint8Array(netlist.nets);
  const counted = vectors.resetClocks + 1;
  const activity = new ActivityCounter(netlist.nets, counted);
  values[1] = 1;
  const state = new Uint8Array(flipFlops.length);
  const drives = inputPlaces(netlist, vectors);
  const readers = readersOf(order, netlist.nets);
  /** Gates to evaluate: all at first. */
  const dirty = new Uint8Array(order.length).fill(1);
  const evaluate = ({ table, inputs }: Place): number => {
    let index = 0;
    for (let i = 0; i < inputs.length; i++) index |= values[inputs[i]] << i;
    return table[index];
  };
  const put = (net: Net, value: number, clock: number): void => {
    if (values[net] === value) return;
    values[net] = value;
    activity.changed(net, value, clock);
    for (let i = readers.first[net]; i < readers.first[net + 1]; i++) dirty[readers.gates[i]] = 1;
  };
  let difference: GateDifference | null = null;
  for (let clock = 0; clock < vectors.clocks; clock++) {
    const base = clock * vectors.pinWords;
    for (const { net, word, shift } of drives) put(net, (vectors.inputs[base + word] >>> shift) & 1, clock);
    flipFlops.forEach(({ outputs }, i) => {
      for (const { net, inverted } of outputs) put(net, inverted ? 1 - state[i] : state[i], clock);
    });
    for (let i = dirty.indexOf(1); i >= 0; i = dirty.indexOf(1, i)) {
      dirty[i] = 0;
      put(order[i].output, evaluate(order[i]), clock);
    }
    difference = compare(netlist, vectors, clock, values);
    if (difference !== null) break;
    for (let i = 0; i < flipFlops.length; i++) {
      const { next, clear, preset } = flipFlops[i];
      if (clear !== null && evaluate(clear) === 1) state[i] = 0;
      else if (preset !== null && evaluate(preset) === 1) state[i] = 1;
      else state[i] = evaluate(next);
    }
  }
  return { activity: activity.finish(values, vectors.clocks), difference };
}

/** Counts transitions and high clocks from a clock on. */
class ActivityCounter {
  private readonly toggles: Float64Array;
  private readonly high: Float64Array;
  /** Clock of the last change, not before the first that counts. */
  private readonly since: Float64Array;
  private readonly first: number;

  constructor(nets: number, first: number) {
    this.first = first;
    this.toggles = new Float64Array(nets);
    this.high = new Float64Array(nets);
    this.since = new Float64Array(nets).fill(first);
  }

  changed(net: Net, value: number, clock: number): void {
    if (clock < this.first) return;
    this.toggles[net] += 1;
    if (value === 0) this.high[net] += clock - this.since[net];
    this.since[net] = clock;
  }

  finish(values: Uint8Array, clocks: number): NetActivity {
    values.forEach((value, net) => {
      if (value === 1) this.high[net] += Math.max(0, clocks - this.since[net]);
    });
    return { clocks: Math.max(0, clocks - this.first), toggles: this.toggles, high: this.high };
  }
}

/** Gates that read each net: those of net n are `gates[first[n]]` up to `gates[first[n + 1] - 1]`. */
function readersOf(
  order: Gates['order'],
  nets: number,
): { readonly first: Int32Array; readonly gates: Int32Array } {
  const first = new Int32Array(nets + 1);
  for (const { inputs } of order) for (const net of inputs) first[net + 1] += 1;
  for (let net = 0; net < nets; net++) first[net + 1] += first[net];
  const at = first.slice();
  const gates = new Int32Array(first[nets]);
  order.forEach(({ inputs }, gate) => {
    for (const net of inputs) gates[at[net]++] = gate;
  });
  return { first, gates };
}

/** Where each input net's value stands among the words of a clock. */
function inputPlaces(
  { inputs, top }: Netlist,
  { pins }: Vectors,
): readonly { readonly net: Net; readonly word: number; readonly shift: number }[] {
  return pins.flatMap(({ name, bits, offset }) => {
    const nets = inputs.get(name);
    if (nets?.length !== bits) {
      return fail('netlist-not-mapped', `${top}.${name}`, `is no input of ${bits} bits`, 'report it');
    }
    return nets.map((net, i) => ({ net, word: offset + (i >>> 5), shift: i & 31 }));
  });
}

function compare(
  { outputs }: Netlist,
  { results }: Vectors,
  clock: number,
  values: Uint8Array,
): GateDifference | null {
  for (const [i, port] of RESULT_PORTS.entries()) {
    const expected = results[clock * RESULT_PORTS.length + i];
    const nets = outputs.get(port) ?? [];
    const got = nets.reduce((sum, net, at) => sum + values[net] * 2 ** at, 0);
    if (got !== expected) return { clock, port, expected, got };
  }
  return null;
}
