import {
  add,
  and,
  assign,
  bit,
  comment,
  conditional,
  generateFor,
  genvar,
  input,
  instance,
  integer,
  multiply,
  net,
  output,
  reduceAnd,
  reduceOr,
  ref,
  slice,
  zero,
  type Expression,
  type Item,
  type Module,
  type Ref,
} from '../ast/index.ts';
import type { Geometry } from '../geometry.ts';
import { clk, defineModule } from './module.ts';

const e = genvar('e');
const s = genvar('s');
const b = genvar('b');

/** `group * size + member`: where the bits of one group begin in a flat vector. */
const at = (group: Expression, size: number, member?: Expression): Expression => {
  const start = size === 1 ? group : multiply(group, integer(size));
  return member === undefined ? start : add(start, member);
};

/** Search lines that only the enabled slot's cells see, slot after slot. */
function gated(
  lines: Ref,
  enable: Ref,
  slots: number,
): { readonly net: Ref; readonly items: readonly Item[] } {
  const all = ref(`slot_${lines.name}`, slots * lines.bits);
  const items = [
    net(all),
    generateFor(
      s,
      slots,
      `gate_${lines.name}`,
      assign(slice(all, at(s, lines.bits), lines.bits), conditional(bit(enable, s), lines, zero(lines.bits))),
    ),
  ];
  return { net: all, items };
}

/**
 * Weights of one bank: every slot stores a row in CAM cells; the enabled slot's cells are compared with the key on both
 * rails. Sign-magnitude: the magnitude is compared once and the sign cell has the two rails. Two's complement: every cell
 * has both, and the positive rail can be disabled for a magnitude that the format does not have.
 */
export function weightCamArray({ spec, bankEntries }: Geometry): Module {
  const { weightBits, weightSlots } = spec;
  const signMagnitude = spec.weightSystem === 'sign-magnitude';
  const dualBits = signMagnitude ? 1 : weightBits;
  const singleBits = weightBits - dualBits;
  const write = ref('write', weightSlots);
  const row = ref('row', bankEntries * weightBits);
  const enable = ref('enable', weightSlots);
  const magnitude = ref('search_magnitude', singleBits);
  const pos = ref('search_pos', dualBits);
  const neg = ref('search_neg', dualBits);
  const enablePos = ref('enable_pos');
  const [matchPos, matchNeg] = [ref('match_pos', bankEntries), ref('match_neg', bankEntries)];
  const [gatedPos, gatedNeg] = [gated(pos, enable, weightSlots), gated(neg, enable, weightSlots)];
  const [linePos, lineNeg] = [ref('line_pos', weightSlots), ref('line_neg', weightSlots)];
  const [hit, hitPos, hitNeg] = [ref('hit', singleBits), ref('hit_pos', dualBits), ref('hit_neg', dualBits)];
  const gatedMagnitude = signMagnitude ? [gated(magnitude, enable, weightSlots)] : [];

  const singleCells = gatedMagnitude.flatMap((lines) => [
    net(hit),
    generateFor(
      b,
      singleBits,
      'bit_of',
      instance('tally_cam_cell', 'u_cell', {
        clk,
        write: bit(write, s),
        data: bit(row, at(e, weightBits, b)),
        search: bit(lines.net, at(s, singleBits, b)),
        match: bit(hit, b),
      }),
    ),
  ]);
  const dualCells = generateFor(
    b,
    dualBits,
    signMagnitude ? 'sign_of' : 'bit_of',
    instance('tally_cam_cell_dual', 'u_cell', {
      clk,
      write: bit(write, s),
      data: bit(row, at(e, weightBits, signMagnitude ? integer(singleBits) : b)),
      search_pos: bit(gatedPos.net, at(s, dualBits, dualBits === 1 ? undefined : b)),
      search_neg: bit(gatedNeg.net, at(s, dualBits, dualBits === 1 ? undefined : b)),
      match_pos: bit(hitPos, b),
      match_neg: bit(hitNeg, b),
    }),
  );
  const all = (hits: Ref) => (hits.bits === 1 ? hits : reduceAnd(hits));
  const common = signMagnitude ? [all(hit)] : [];
  return defineModule({
    name: 'tally_weight_cam_array',
    about: [
      `Weights of ${bankEntries} entries: ${weightSlots} slots of CAM cells, one slot searched at a time on both rails.`,
      'An entry of the enabled slot raises its match line when all its cells find their search line.',
    ],
    ports: [
      input(clk),
      input(write),
      input(row),
      input(enable),
      ...(signMagnitude ? [input(magnitude)] : [input(enablePos)]),
      input(pos),
      input(neg),
      output(matchPos),
      output(matchNeg),
    ],
    items: [
      comment('Only the cells of the enabled slot see the key.'),
      ...gatedMagnitude.flatMap(({ items }) => items),
      ...gatedPos.items,
      ...gatedNeg.items,
      generateFor(
        e,
        bankEntries,
        'entry',
        net(linePos),
        net(lineNeg),
        generateFor(
          s,
          weightSlots,
          'slot',
          ...singleCells,
          net(hitPos),
          net(hitNeg),
          dualCells,
          assign(
            bit(linePos, s),
            and(bit(enable, s), ...(signMagnitude ? [] : [enablePos]), ...common, all(hitPos)),
          ),
          assign(bit(lineNeg, s), and(bit(enable, s), ...common, all(hitNeg))),
        ),
        assign(bit(matchPos, e), any(linePos)),
        assign(bit(matchNeg, e), any(lineNeg)),
      ),
    ],
  });
}

const any = (lines: Ref) => (lines.bits === 1 ? lines : reduceOr(lines));

/** Activations of one bank for pair search: CAM cells on one rail. */
export function activationCamArray({ spec, bankEntries }: Geometry): Module {
  const { activationBits, activationSlots } = spec;
  const write = ref('write', activationSlots);
  const row = ref('row', bankEntries * activationBits);
  const enable = ref('enable', activationSlots);
  const search = ref('search', activationBits);
  const match = ref('match', bankEntries);
  const lines = gated(search, enable, activationSlots);
  const line = ref('line', activationSlots);
  const hit = ref('hit', activationBits);
  return defineModule({
    name: 'tally_activation_cam_array',
    about: [
      `Activations of ${bankEntries} entries: ${activationSlots} slots of CAM cells, one slot searched at a time.`,
    ],
    ports: [clk, write, row, enable, search].map(input).concat(output(match)),
    items: [
      comment('Only the cells of the enabled slot see the key.'),
      ...lines.items,
      generateFor(
        e,
        bankEntries,
        'entry',
        net(line),
        generateFor(
          s,
          activationSlots,
          'slot',
          net(hit),
          generateFor(
            b,
            activationBits,
            'bit_of',
            instance('tally_cam_cell', 'u_cell', {
              clk,
              write: bit(write, s),
              data: bit(row, at(e, activationBits, b)),
              search: bit(lines.net, at(s, activationBits, b)),
              match: bit(hit, b),
            }),
          ),
          assign(bit(line, s), and(bit(enable, s), hit.bits === 1 ? hit : reduceAnd(hit))),
        ),
        assign(bit(match, e), any(line)),
      ),
    ],
  });
}

/** Activations of one bank for bit-plane search: MUX cells, of which one slot's one plane is handed out. */
export function activationMuxArray({ spec, bankEntries }: Geometry): Module {
  const { activationBits, activationSlots } = spec;
  const cells = activationBits * activationSlots;
  const write = ref('write', activationSlots);
  const row = ref('row', bankEntries * activationBits);
  const enable = ref('enable', activationSlots);
  const plane = ref('plane', activationBits);
  const match = ref('match', bankEntries);
  const select = ref('select', cells);
  const column = ref('column', cells);
  return defineModule({
    name: 'tally_mux_array',
    about: [
      `Activations of ${bankEntries} entries: ${activationSlots} slots of MUX cells; one bit plane of one slot is handed out.`,
    ],
    ports: [clk, write, row, enable, plane].map(input).concat(output(match)),
    items: [
      net(select),
      generateFor(
        s,
        activationSlots,
        'gate_plane',
        assign(
          slice(select, at(s, activationBits), activationBits),
          conditional(bit(enable, s), plane, zero(activationBits)),
        ),
      ),
      generateFor(
        e,
        bankEntries,
        'entry',
        net(column),
        generateFor(
          s,
          activationSlots,
          'slot',
          generateFor(
            b,
            activationBits,
            'bit_of',
            instance('tally_mux_cell', 'u_cell', {
              clk,
              write: bit(write, s),
              data: bit(row, at(e, activationBits, b)),
              select: bit(select, at(s, activationBits, b)),
              out: bit(column, at(s, activationBits, b)),
            }),
          ),
        ),
        assign(bit(match, e), any(column)),
      ),
    ],
  });
}
