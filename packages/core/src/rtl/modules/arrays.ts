import {
  assign,
  bit,
  instance,
  join,
  net,
  ref,
  input,
  output,
  type Item,
  type Module,
  type Ref,
} from '../ast/index.ts';
import type { Geometry } from '../geometry.ts';
import { defineModule } from './module.ts';

/** Ports of a row that differ from slot to slot; all others go to every row. */
const PER_SLOT = ['write', 'enable'];

/** `slots` rows of one kind: written and enabled one by one, their match lines joined. */
function arrayOf(row: Module, slots: number, name: string, about: string): Module {
  const selects = new Map(PER_SLOT.map((one) => [one, ref(one, slots)]));
  const shared = row.ports.filter(({ direction, of }) => direction === 'input' && !selects.has(of.name));
  const matches = row.ports.filter(({ direction }) => direction === 'output').map(({ of }) => of);
  const ofSlot = (match: Ref, slot: number) => ref(`${match.name}_${slot}`, match.bits);
  const everySlot = Array.from({ length: slots }, (_, slot) => slot);
  const rows = everySlot.flatMap((slot): Item[] => [
    instance(
      row.name,
      `u_row_${slot}`,
      Object.fromEntries(
        row.ports.map(({ direction, of }) => {
          const select = selects.get(of.name);
          if (select !== undefined) return [of.name, bit(select, slot)];
          return [of.name, direction === 'input' ? of : ofSlot(of, slot)];
        }),
      ),
    ),
  ]);
  return defineModule({
    name,
    about: [about],
    ports: [
      ...shared.map(({ of }) => input(of)),
      ...[...selects.values()].map(input),
      ...matches.map((match) => output(match)),
    ],
    items: [
      ...everySlot.flatMap((slot) => matches.map((match) => net(ofSlot(match, slot)))),
      ...rows,
      ...matches.map((match) =>
        assign(
          match,
          join(
            'or',
            everySlot.map((slot) => ofSlot(match, slot)),
          ),
        ),
      ),
    ],
  });
}

/** Weights of one bank: CAM rows, of which one is searched at a time. */
export function weightArray({ spec, bankEntries }: Geometry, row: Module): Module {
  return arrayOf(
    row,
    spec.weightSlots,
    'tally_cam_array',
    `Weights of ${bankEntries} entries: ${spec.weightSlots} rows of CAM cells, one searched at a time on both rails.`,
  );
}

/** Activations of one bank: CAM rows for pair search, MUX rows for bit planes. */
export function activationArray({ spec, bankEntries }: Geometry, row: Module): Module {
  const [name, cells] =
    spec.search === 'pair' ? ['tally_activation_cam_array', 'CAM'] : ['tally_mux_array', 'MUX'];
  return arrayOf(
    row,
    spec.activationSlots,
    name,
    `Activations of ${bankEntries} entries: ${spec.activationSlots} rows of ${cells} cells, one used at a time.`,
  );
}
