import {
  add,
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
  zero,
  type Expression,
  type Genvar,
  type Item,
  type Module,
  type Ref,
} from '../ast/index.ts';
import type { Geometry } from '../geometry.ts';
import { clk, defineModule } from './module.ts';

const e = genvar('e');
const b = genvar('b');

/** Bit `member` of the entry: `e * size + member`. */
const at = (size: number, member: Genvar | Expression) =>
  size === 1 ? e : add(multiply(e, integer(size)), member);

const all = (hits: Ref) => (hits.bits === 1 ? hits : reduceAnd(hits));
const any = (lines: Ref) => (lines.bits === 1 ? lines : reduceOr(lines));

/** Lines that the cells of a row only see when it is enabled, and what makes them. */
function gate(lines: readonly Ref[], enable: Ref) {
  const gated = lines.map((line) => ref(`row_${line.name}`, line.bits));
  const items: Item[] = [
    ...gated.map((line) => net(line)),
    ...gated.map((line, index) => assign(line, conditional(enable, lines[index], zero(line.bits)))),
  ];
  return { gated, items };
}

const ROW_ABOUT = 'Lines and matches are low unless the row is enabled.';

/**
 * One stored row of weights. Sign-magnitude: the magnitude is compared once and the sign cell has the two rails. Two's
 * complement: every cell has both, and the positive rail is disabled for a magnitude that the format does not have.
 */
export function weightRow({ spec, bankEntries }: Geometry): Module {
  const { weightBits } = spec;
  const signMagnitude = spec.weightSystem === 'sign-magnitude';
  const dualBits = signMagnitude ? 1 : weightBits;
  const singleBits = weightBits - dualBits;
  const [write, enable, enablePos] = [ref('write'), ref('enable'), ref('enable_pos')];
  const row = ref('row', bankEntries * weightBits);
  const magnitude = ref('search_magnitude', singleBits);
  const [pos, neg] = [ref('search_pos', dualBits), ref('search_neg', dualBits)];
  const [matchPos, matchNeg] = [ref('match_pos', bankEntries), ref('match_neg', bankEntries)];
  const [found, foundPos, foundNeg] = [
    ref('found', bankEntries),
    ref('found_pos', bankEntries),
    ref('found_neg', bankEntries),
  ];
  const [hit, hitPos, hitNeg] = [ref('hit', singleBits), ref('hit_pos', dualBits), ref('hit_neg', dualBits)];
  const { gated, items } = gate(signMagnitude ? [pos, neg, magnitude] : [pos, neg], enable);
  const [linePos, lineNeg] = gated;
  const lineMagnitude = gated.at(2);

  const single = (lines: Ref): Item[] => [
    net(hit),
    generateFor(
      b,
      singleBits,
      'magnitude_of',
      instance('tally_cam_cell', 'u_cell', {
        clk,
        write,
        data: bit(row, at(weightBits, b)),
        search: bit(lines, b),
        match: bit(hit, b),
      }),
    ),
    assign(bit(found, e), all(hit)),
  ];
  const dual = generateFor(
    b,
    dualBits,
    signMagnitude ? 'sign_of' : 'bit_of',
    instance('tally_cam_cell_dual', 'u_cell', {
      clk,
      write,
      data: bit(row, at(weightBits, signMagnitude ? integer(singleBits) : b)),
      search_pos: bit(linePos, b),
      search_neg: bit(lineNeg, b),
      match_pos: bit(hitPos, b),
      match_neg: bit(hitNeg, b),
    }),
  );
  const matched = (rail: Ref): Expression =>
    signMagnitude ? { kind: 'binary', operator: 'and', left: found, right: rail } : rail;
  const enabledPos: Expression = signMagnitude
    ? enable
    : { kind: 'binary', operator: 'and', left: enable, right: enablePos };
  return defineModule({
    name: 'tally_weight_cam_row',
    about: [`Weights of ${bankEntries} entries: one row of CAM cells, searched on both rails.`, ROW_ABOUT],
    separate: true,
    ports: [
      ...[clk, write, row, enable, ...(signMagnitude ? [magnitude] : [enablePos]), pos, neg].map(input),
      output(matchPos),
      output(matchNeg),
    ],
    items: [
      comment('Only the cells of the enabled row see the key.'),
      ...items,
      ...(signMagnitude ? [net(found)] : []),
      net(foundPos),
      net(foundNeg),
      generateFor(
        e,
        bankEntries,
        'entry',
        ...(lineMagnitude === undefined ? [] : single(lineMagnitude)),
        net(hitPos),
        net(hitNeg),
        dual,
        assign(bit(foundPos, e), all(hitPos)),
        assign(bit(foundNeg, e), all(hitNeg)),
      ),
      assign(matchPos, conditional(enabledPos, matched(foundPos), zero(bankEntries))),
      assign(matchNeg, conditional(enable, matched(foundNeg), zero(bankEntries))),
    ],
  });
}

/** One stored row of activations: CAM cells on one rail (pair search) or MUX cells, one bit plane of which is handed out. */
export function activationRow({ spec, bankEntries }: Geometry): Module {
  const { activationBits } = spec;
  const pair = spec.search === 'pair';
  const [write, enable] = [ref('write'), ref('enable')];
  const row = ref('row', bankEntries * activationBits);
  const lines = ref(pair ? 'search_activation' : 'search_plane', activationBits);
  const match = ref('match', bankEntries);
  const found = ref('found', bankEntries);
  const hit = ref('hit', activationBits);
  const { gated, items } = gate([lines], enable);
  return defineModule({
    name: activationRowName(spec),
    about: [
      pair
        ? `Activations of ${bankEntries} entries: one row of CAM cells, searched on one rail.`
        : `Activations of ${bankEntries} entries: one row of MUX cells, which hand out one bit plane.`,
      ROW_ABOUT,
    ],
    separate: true,
    ports: [clk, write, row, enable, lines].map(input).concat(output(match)),
    items: [
      comment(`Only the cells of the enabled row see the ${pair ? 'key' : 'selected plane'}.`),
      ...items,
      net(found),
      generateFor(
        e,
        bankEntries,
        'entry',
        net(hit),
        generateFor(
          b,
          activationBits,
          'bit_of',
          instance(pair ? 'tally_cam_cell' : 'tally_mux_cell', 'u_cell', {
            clk,
            write,
            data: bit(row, at(activationBits, b)),
            [pair ? 'search' : 'select']: bit(gated[0], b),
            [pair ? 'match' : 'out']: bit(hit, b),
          }),
        ),
        assign(bit(found, e), (pair ? all : any)(hit)),
      ),
      assign(match, conditional(enable, found, zero(bankEntries))),
    ],
  });
}

export const activationRowName = ({ search }: Geometry['spec']) =>
  search === 'pair' ? 'tally_activation_cam_row' : 'tally_mux_row';
