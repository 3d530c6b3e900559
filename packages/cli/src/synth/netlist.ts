import { fail } from '@tally/core';
import { z } from 'zod';
import type { Library, LibraryCell } from './library.ts';

/** Number of a net in a {@link Netlist}; 0 and 1 are the constants. */
export type Net = number;

/** A library cell of a flat netlist. */
export interface NetlistCell {
  readonly cell: LibraryCell;
  /** Module of the hierarchy that it belongs to. */
  readonly module: string;
  readonly nets: ReadonlyMap<string, Net>;
  /** Stores a bit of `psum_q`, by the name of the net that its output drives. */
  readonly storesPartialSum: boolean;
  /** Of a flip-flop: the net of an output in Verilog, from the top's instances down; null where it has no name of its own. */
  readonly stateNet: string | null;
}

/** A mapped circuit, hierarchy resolved. */
export interface Netlist {
  readonly top: string;
  readonly nets: number;
  readonly cells: readonly NetlistCell[];
  /** Instances of each module. */
  readonly modules: ReadonlyMap<string, number>;
  /** Nets of the top module's ports, least significant bit first. */
  readonly inputs: ReadonlyMap<string, readonly Net[]>;
  readonly outputs: ReadonlyMap<string, readonly Net[]>;
}

const bit = z.union([z.number().int().min(0), z.enum(['0', '1', 'x', 'z'])]);
type Bit = z.infer<typeof bit>;
const moduleSchema = z.object({
  attributes: z.record(z.string(), z.string()).optional(),
  ports: z.record(z.string(), z.object({ direction: z.string(), bits: z.array(bit) })),
  cells: z.record(
    z.string(),
    z.object({ type: z.string(), connections: z.record(z.string(), z.array(bit)) }),
  ),
  netnames: z.record(z.string(), z.object({ hide_name: z.number().optional(), bits: z.array(bit) })),
});
const netlistSchema = z.object({ modules: z.record(z.string(), moduleSchema) });
type NetlistModule = z.infer<typeof moduleSchema>;

/**
 * The netlist that Yosys wrote as JSON, flat, every cell one of the library.
 *
 * @throws TallyError `netlist-not-mapped` for each kind of problem: a cell that is neither module nor library cell, an
 *   undefined constant, a net that two cells drive
 */
export function readNetlist(document: unknown, top: string, library: Library): Netlist {
  const { modules } = netlistSchema.parse(document);
  const blocks = new Map(Object.entries(modules).filter(([name]) => !library.cells.has(name)));
  const instances = new Map<string, number>();
  const found: NetlistCell[] = [];
  const joined = new JoinedNets();
  const refuse = (where: string, message: string): never =>
    fail('netlist-not-mapped', where, message, 'use a library with flip-flops and a full set of gates');
  const walk = (name: string, ports: ReadonlyMap<string, readonly Net[]>, path: string): void => {
    const block = blocks.get(name) ?? refuse(name, 'has no module in the netlist');
    instances.set(name, (instances.get(name) ?? 0) + 1);
    const local = new Map<number, Net>();
    for (const [port, { bits }] of Object.entries(block.ports)) {
      bits.forEach((at, i) => {
        const net = ports.get(port)?.[i];
        if (net === undefined) return;
        const inside = typeof at === 'number' ? local.get(at) : constantOf(at);
        // A wire from port to port joins two nets outside.
        if (inside !== undefined) joined.join(net, inside);
        else if (typeof at === 'number') local.set(at, net);
      });
    }
    const netOf = (at: Bit): Net => {
      if (typeof at === 'string') {
        return constantOf(at) ?? refuse(name, `has an undefined constant '${at}'`);
      }
      let net = local.get(at);
      if (net === undefined) local.set(at, (net = joined.add()));
      return net;
    };
    const sums = partialSumBits(block);
    const names = verilogNames(block);
    for (const [instance, { type, connections }] of Object.entries(block.cells)) {
      const pins = new Map(Object.entries(connections).map(([pin, bits]) => [pin, bits.map(netOf)]));
      const cell = library.cells.get(type);
      if (cell === undefined) {
        if (!blocks.has(type)) refuse(`${name}.${instance}`, `is a '${type}', no cell of the library`);
        walk(type, pins, `${path}${verilogName(instance)}.`);
        continue;
      }
      const flat = new Map([...pins].map(([pin, [net]]) => [pin, net]));
      const state = Object.entries(connections)
        .filter(([pin]) => cell.flipFlop !== null && cell.pins.get(pin)?.direction === 'output')
        .flatMap(([, bits]) => bits.map((at) => names.get(at)))
        .find((one) => one !== undefined);
      const stateNet = state === undefined ? null : `${path}${state}`;
      const stores = Object.values(connections).some(([at]) => typeof at === 'number' && sums.has(at));
      const storesPartialSum = cell.flipFlop !== null && stores;
      found.push({ cell, module: name, nets: flat, storesPartialSum, stateNet });
    }
  };
  const root = blocks.get(top) ?? refuse(top, 'has no module in the netlist');
  const ports = new Map<string, readonly Net[]>();
  for (const [port, { bits }] of Object.entries(root.ports)) {
    ports.set(
      port,
      bits.map(() => joined.add()),
    );
  }
  walk(top, ports, '');
  const cells = found.map((cell) => ({
    ...cell,
    nets: new Map([...cell.nets].map(([pin, net]) => [pin, joined.of(net)])),
  }));
  checkDrivers(cells, top);
  const ofDirection = (wanted: string): ReadonlyMap<string, readonly Net[]> =>
    new Map(
      [...ports]
        .filter(([port]) => root.ports[port].direction === wanted)
        .map(([port, nets]) => [port, nets.map((net) => joined.of(net))]),
    );
  const nets = joined.count;
  return {
    top,
    nets,
    cells,
    modules: instances,
    inputs: ofDirection('input'),
    outputs: ofDirection('output'),
  };
}

function constantOf(at: Bit): Net | undefined {
  return at === '0' || at === '1' ? Number(at) : undefined;
}

/** Nets, some of which turn out to be one. */
class JoinedNets {
  /** Each net's representative, or one on the way to it; the constants are their own. */
  private readonly parents: Net[] = [0, 1];

  get count(): number {
    return this.parents.length;
  }

  add(): Net {
    return this.parents.push(this.parents.length) - 1;
  }

  of(net: Net): Net {
    let root = net;
    while (this.parents[root] !== root) root = this.parents[root];
    this.parents[net] = root;
    return root;
  }

  join(a: Net, b: Net): void {
    const [low, high] = [this.of(a), this.of(b)].sort((one, other) => one - other);
    this.parents[high] = low;
  }
}

/** Bits of a module that its memory `psum_q` drives: flip-flops put their outputs on nets of that name. */
function partialSumBits({ netnames }: NetlistModule): ReadonlySet<number> {
  const names = Object.entries(netnames).filter(([name]) => /^psum_q\[\d+\]$/.test(name));
  return new Set(names.flatMap(([, { bits }]) => bits.filter((at) => typeof at === 'number')));
}

/** A name as Verilog writes it; an escaped one ends with a blank. */
function verilogName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `\\${name} `;
}

/** Names of a module's bits in Verilog; nets that Yosys names itself are left out, it names them anew there. */
function verilogNames({ netnames }: NetlistModule): ReadonlyMap<Bit, string> {
  const names = new Map<Bit, string>();
  for (const [name, { hide_name: hidden, bits }] of Object.entries(netnames)) {
    if (hidden === 1) continue;
    bits.forEach((at, i) => {
      const index = bits.length > 1 ? `[${i}]` : '';
      if (typeof at === 'number') names.set(at, `${verilogName(name)}${index}`);
    });
  }
  return names;
}

function checkDrivers(cells: readonly NetlistCell[], top: string): void {
  const driven = new Set<Net>();
  for (const { cell, nets } of cells) {
    for (const { name, direction } of cell.pins.values()) {
      const net = nets.get(name);
      if (direction !== 'output' || net === undefined) continue;
      if (net < 2 || driven.has(net)) {
        fail(
          'netlist-not-mapped',
          top,
          `a net has two drivers, one of them a ${cell.name}`,
          'report it with the chip and the library',
        );
      }
      driven.add(net);
    }
  }
}
