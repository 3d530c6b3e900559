import {
  and,
  concat,
  equal,
  less,
  literal,
  not,
  notEqual,
  ref,
  slice,
  reduceOr,
  zero,
  type Expression,
  type Item,
  type Module,
  type Ref,
} from '../ast/index.ts';
import type { Geometry } from '../geometry.ts';
import { moduleNamed, type ProofContext } from './context.ts';
import type { ProofJob } from './job.ts';
import {
  anyConstant,
  assertThat,
  assumeThat,
  implies,
  monitored,
  past,
  remember,
  afterwards,
} from './monitor.ts';
import { all, operandLine, weightLines, weightValue, weightValueBits } from './search-lines.ts';

const enable = ref('enable');
const write = ref('write');

/** Bits from the last entry down to the first, as a vector. */
const perEntry = (entries: number, of: (entry: number) => Expression): Expression =>
  concat(...Array.from({ length: entries }, (_, index) => of(entries - 1 - index)));

/** The magnitude that is searched for, and that the lines carry it: 1 to the largest. */
export function searchedMagnitude(geometry: Geometry): { readonly magnitude: Ref; readonly items: Item[] } {
  const { maxMagnitude, weightBits } = geometry.spec;
  const [magnitude, declaration] = anyConstant('magnitude', weightBits);
  return {
    magnitude,
    items: [
      declaration,
      assumeThat(
        'legal_key',
        and(
          notEqual(magnitude, zero(weightBits)),
          less(concat(zero(1), magnitude), literal(weightBits + 1, maxMagnitude + 1)),
        ),
      ),
      assumeThat('lines', all(weightLines(geometry, magnitude).map(([line, value]) => equal(line, value)))),
    ],
  };
}

/** Entries of a stored row that a magnitude finds, on both rails. */
export function weightMatches(
  geometry: Geometry,
  row: Ref,
  magnitude: Ref,
): Readonly<Record<'pos' | 'neg', Expression>> {
  const bits = weightValueBits(geometry);
  const wide = concat(zero(1), magnitude);
  const value = (entry: number) => weightValue(geometry, row, entry, bits);
  return {
    pos: perEntry(geometry.bankEntries, (entry) => equal(value(entry), wide)),
    neg: perEntry(geometry.bankEntries, (entry) =>
      equal(value(entry), { kind: 'unary', operator: 'negate', operand: wide }),
    ),
  };
}

/** Entries of a stored row that the operand's key finds: the same activation, or a 1 in the selected bit plane. */
export function operandMatches(geometry: Geometry, row: Ref, line: Ref): Expression {
  const { search, activationBits } = geometry.spec;
  return perEntry(geometry.bankEntries, (entry) => {
    const code = slice(row, entry * activationBits, activationBits);
    return search === 'pair' ? equal(code, line) : reduceOr(and(code, line));
  });
}

/** A line held for the run: `match` of two clocks can be compared. */
export function heldLine(line: Ref): Item[] {
  const [held, declaration] = anyConstant(`held_${line.name}`, line.bits);
  return [declaration, assumeThat(`keep_${line.name}`, equal(line, held))];
}

function rowItems(row: Ref, matches: readonly (readonly [Ref, Expression])[]): Item[] {
  const none = (match: Ref) => zero(match.bits);
  return [
    ...remember(write, row, enable, ...matches.map(([match]) => match)),
    ...matches.flatMap(([match, found]) => [
      assertThat(`silent_${match.name}`, implies(not(enable), equal(match, none(match)))),
      assertThat(`stored_${match.name}`, afterwards(equal(match, found), enable, past(write))),
      assertThat(
        `held_${match.name}`,
        afterwards(equal(match, past(match)), enable, past(enable), not(past(write))),
      ),
    ]),
  ];
}

/** Rows of one bank, for every row of codes that can be written and every key. */
export function rowJobs({ geometry, modules, edit, job }: ProofContext): ProofJob[] {
  const { spec, bankEntries } = geometry;
  const weights = ref('row', bankEntries * spec.weightBits);
  const activations = ref('row', bankEntries * spec.activationBits);
  const { magnitude, items } = searchedMagnitude(geometry);
  const matches = (name: string) => ref(name, bankEntries);
  const found = weightMatches(geometry, past(weights), magnitude);
  const line = operandLine(geometry);
  const pair = spec.search === 'pair';
  const monitoredRow = (name: string, extra: readonly Item[], of: Parameters<typeof rowItems>): Module =>
    monitored(moduleNamed({ modules }, name), [...extra, ...rowItems(...of)]);
  const common = { size: `${bankEntries} entries`, method: { kind: 'window', clocks: 2 } } as const;
  return [
    job(
      {
        ...common,
        unit: 'weight-row',
        property: 'matches',
        claim:
          'an entry raises its positive line for +m, its negative one for -m, and none when the row rests',
        module: monitoredRow('tally_weight_cam_row', items, [
          weights,
          [
            [matches('match_pos'), found.pos],
            [matches('match_neg'), found.neg],
          ],
        ]),
      },
      modules,
      edit,
    ),
    job(
      {
        ...common,
        unit: 'activation-row',
        property: 'matches',
        claim: pair
          ? 'an entry matches its own activation, and nothing when the row rests'
          : 'an entry hands out the selected bit of its activation, and 0 when the row rests',
        module: monitoredRow(pair ? 'tally_activation_cam_row' : 'tally_mux_row', heldLine(line), [
          activations,
          [[matches('match'), operandMatches(geometry, past(activations), line)]],
        ]),
      },
      modules,
      edit,
    ),
  ];
}
