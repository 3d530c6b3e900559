import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLiberty, type LibertyGroup } from './liberty.ts';
import { lookUp, lookupTable } from './lookup-table.ts';
import { toLibrary } from './library.ts';
import { TOY_LIBRARY } from './toy-library.test-support.ts';

const name = fc.stringMatching(/^[a-z]\w{0,6}$/);
const value = fc.oneof(
  fc.stringMatching(/^[\w.]{1,6}$/),
  fc.stringMatching(/^[\w .,(){};:*!]{0,9}$/).map((text) => `"${text}"`),
);

interface Drawn {
  readonly type: string;
  readonly args: readonly string[];
  readonly attributes: readonly (readonly [string, readonly string[]])[];
  readonly groups: readonly Drawn[];
}

/** A group with groups in it, at most so many deep. */
function groupOf(depth: number): fc.Arbitrary<Drawn> {
  return fc.record({
    type: name,
    args: fc.array(value, { maxLength: 2 }),
    attributes: fc.uniqueArray(fc.tuple(name, fc.array(value, { minLength: 1, maxLength: 3 })), {
      maxLength: 3,
      selector: ([key]) => key,
    }),
    groups: depth === 0 ? fc.constant([]) : fc.array(groupOf(depth - 1), { maxLength: 2 }),
  });
}

function printed({ type, args, attributes, groups }: Drawn, blank: string): string {
  const lines = attributes.map(([key, values]) =>
    values.length === 1 ? `${key} : ${values[0]};` : `${key} (${values.join(', ')});`,
  );
  const inner = [...lines, ...groups.map((one) => printed(one, blank))].join(blank);
  return `${type} (${args.join(',')}) {${blank}${inner}${blank}}`;
}

function plain({ type, args, attributes, groups }: Drawn): LibertyGroup {
  const bare = (text: string) => text.replace(/^"|"$/g, '');
  return {
    type,
    args: args.map(bare),
    attributes: new Map(attributes.map(([key, values]) => [key, values.map(bare)])),
    groups: groups.map(plain),
  };
}

describe('a Liberty file', () => {
  test('is read as it was written, whatever the blanks and comments', () => {
    fc.assert(
      fc.property(groupOf(3), fc.constantFrom('\n', ' ', '\n /* { " */ \n', '\\\n'), (drawn, blank) => {
        expect(parseLiberty(printed(drawn, blank), 'x.lib')).toEqual(plain(drawn));
      }),
    );
  });

  test.each([
    ['library (x) {\n  cell (a) {\n', 'x.lib: line 3: the end of the file is no Liberty'],
    ['library (x) {\n a : ;\n}', "x.lib: line 2: ';' is no Liberty"],
    ['library (x) {} }', "x.lib: line 1: '}' is no Liberty"],
    ['library (x) {\n a : "b;\n}', 'x.lib: line 2: a string without an end is no Liberty'],
  ])('is refused with the line: %j', (text, message) => {
    expect(() => parseLiberty(text, 'x.lib')).toThrow(message);
  });
});

describe('a table', () => {
  const table = lookupTable(
    {
      type: 'rise_power',
      args: ['both'],
      attributes: new Map([
        ['index_1', ['0, 10']],
        ['index_2', ['0, 1, 3']],
        ['values', ['1, 2, 4', '11, 12, 14']],
      ]),
      groups: [],
    },
    new Map([['both', ['total_output_net_capacitance', 'input_transition_time']]]),
    'x',
  );

  test('is linear between its points and beyond them', () => {
    // value = 1 + load + slew at each point, so everywhere.
    fc.assert(
      fc.property(
        fc.double({ min: -5, max: 20, noNaN: true }),
        fc.double({ min: -1, max: 9, noNaN: true }),
        (load, slew) => {
          expect(lookUp(table, load, slew)).toBeCloseTo(1 + load + slew, 9);
        },
      ),
    );
  });

  test('must fill its axes', () => {
    const attributes = new Map([
      ['index_1', ['0, 10']],
      ['values', ['1, 2, 3']],
    ]);
    const one = { type: 'rise_power', args: ['load'], attributes, groups: [] };
    expect(() => lookupTable(one, new Map([['load', ['total_output_net_capacitance']]]), 'cell A')).toThrow(
      'cell A: has 3 values, its axes need 2',
    );
  });
});

describe('a library', () => {
  test('has its units, cells, ties and flip-flops', () => {
    const library = toLibrary(parseLiberty(TOY_LIBRARY, 'toy.lib'), 'toy.lib');
    expect(library).toMatchObject({ name: 'toy', voltageV: 2, timeS: 1e-9, capacitanceF: 1e-12 });
    expect(library.tieHigh).toEqual({ cell: 'ONE', pin: 'Y' });
    expect(library.tieLow).toBeNull();
    expect(library.drivingCell).toBe('INV');
    expect(library.cells.get('INV')?.leakageW).toBeCloseTo(3e-9, 15);
    expect(library.cells.get('INV')?.pins.get('A')?.capacitanceF).toBeCloseTo(5e-15, 20);
    expect(library.cells.get('DFF')?.flipFlop).toMatchObject({
      state: ['IQ', 'IQN'],
      clock: 'C',
      clear: null,
    });
  });

  test.each([
    [
      'ff (IQ, IQN) { next_state : "D"; clocked_on : "C"; }',
      '',
      'toy.lib: has no flip-flop with a rising clock',
    ],
    ['nom_voltage : 2;', '', 'toy.lib: states no voltage'],
    ['time_unit : "1ns";', 'time_unit : "1 day";', "toy.lib: time_unit: '1 day' is no unit in s"],
    ['library (toy)', 'cell (toy)', "toy.lib: is a 'cell', not a library"],
  ])('is refused: %j', (from, to, message) => {
    expect(TOY_LIBRARY).toContain(from);
    const text = TOY_LIBRARY.replace(from, to);
    expect(() => toLibrary(parseLiberty(text, 'toy.lib'), 'toy.lib')).toThrow(message);
  });
});
