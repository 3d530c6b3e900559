import { describe, expect, it } from 'vitest';
import * as rtl from '../ast/index.ts';
import type { Expression, Item, Module, Statement } from '../ast/index.ts';
import { printExpression, printModule, printStatements } from './index.ts';

const [a, b, c] = [rtl.ref('a', 8), rtl.ref('b', 8), rtl.ref('c', 8)];
const on = rtl.ref('on');
const i = rtl.genvar('i');

const EXPRESSIONS: readonly (readonly [Expression, string])[] = [
  [a, 'a'],
  [rtl.integer(3), '3'],
  [rtl.literal(8, 5), "8'd5"],
  [rtl.literal(8, -1), "8'd255"],
  [rtl.literal(4, 5, 'binary'), "4'b0101"],
  [rtl.literal(9, 31, 'hexadecimal'), "9'h01f"],
  [rtl.bit(a, 3), 'a[3]'],
  [rtl.bit(on, 0), 'on'],
  [rtl.slice(a, rtl.multiply(i, rtl.integer(2)), 2), 'a[i * 2 +: 2]'],
  [rtl.slice(a, 0, 8), 'a'],
  [rtl.element(rtl.array('memory', 8, 4), rtl.slice(a, 0, 2)), 'memory[a[0 +: 2]]'],
  [rtl.not(a), '~a'],
  [rtl.not(rtl.and(a, b)), '~(a & b)'],
  [rtl.negate(a), '-a'],
  [rtl.and(on, rtl.reduceOr(a)), 'on & (|a)'],
  [rtl.or(rtl.reduceAnd(a), rtl.reduceXor(b)), '(&a) | (^b)'],
  [rtl.and(rtl.not(a), b), '~a & b'],
  [rtl.multiply(rtl.add(a, b), c), '(a + b) * c'],
  [rtl.add(a, rtl.multiply(b, c)), 'a + b * c'],
  [rtl.subtract(a, rtl.subtract(b, c)), 'a - (b - c)'],
  [rtl.subtract(rtl.subtract(a, b), c), 'a - b - c'],
  [rtl.equal(rtl.and(a, b), c), '(a & b) == c'],
  [rtl.and(rtl.less(a, b), on), '(a < b) & on'],
  [rtl.shiftLeft(a, rtl.add(b, c)), 'a << b + c'],
  [rtl.conditional(rtl.equal(a, b), a, rtl.conditional(on, b, c)), 'a == b ? a : on ? b : c'],
  [rtl.add(rtl.conditional(on, a, b), c), '(on ? a : b) + c'],
  [rtl.concat(a, rtl.replicate(3, on)), '{a, {3{on}}}'],
  [rtl.signExtend(a, 10), '{{2{a[7]}}, a}'],
  [rtl.zeroExtend(a, 10), "{2'd0, a}"],
  [rtl.greaterOrEqual(rtl.signed(a), rtl.signed(b)), '$signed(a) >= $signed(b)'],
];

describe('printed expressions', () => {
  it.each(EXPRESSIONS.map(([node, text]) => ({ node, text })))('$text', ({ node, text }) => {
    expect(printExpression(node)).toBe(text);
  });

  it('writes up to 64 operands as one chain, more as a tree of chains in the same order', () => {
    const names = Array.from({ length: 100 }, (_, k) => `slot_${k}`);
    const joined = (count: number) =>
      printExpression(rtl.or(...names.slice(0, count).map((name) => rtl.ref(name))));
    expect(joined(64)).toBe(names.slice(0, 64).join(' | '));
    expect(joined(100)).toBe(`${names.slice(0, 50).join(' | ')} | (${names.slice(50).join(' | ')})`);
  });

  it('breaks a long concatenation', () => {
    const text = printExpression(rtl.concat(...Array.from({ length: 30 }, (_, k) => rtl.ref(`part_${k}`))));
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(text.match(/part_\d+/g)).toHaveLength(30);
  });
});

describe('printed statements', () => {
  const lines = (...statements: Statement[]) => printStatements(statements);

  it('prints assignments, conditions and comments', () => {
    expect(lines(rtl.set(a, b), rtl.next(a, b), rtl.comment('Why.'))).toEqual([
      'a = b;',
      'a <= b;',
      '// Why.',
    ]);
    expect(lines(rtl.when(on, [rtl.next(a, b)], [rtl.when(on, [rtl.next(a, c)], [rtl.next(b, c)])]))).toEqual(
      [
        'if (on) begin',
        '  a <= b;',
        'end else if (on) begin',
        '  a <= c;',
        'end else begin',
        '  b <= c;',
        'end',
      ],
    );
  });

  it('prints a case with its default', () => {
    const arms = [
      { values: [rtl.literal(8, 1), rtl.literal(8, 2)], body: [rtl.set(a, b)] },
      { values: [rtl.literal(8, 3)], body: [rtl.set(a, c), rtl.set(b, c)] },
    ];
    expect(lines(rtl.choose(c, arms, [rtl.set(a, c)]))).toEqual([
      'case (c)',
      "  8'd1, 8'd2: a = b;",
      "  8'd3: begin",
      '    a = c;',
      '    b = c;',
      '  end',
      '  default: a = c;',
      'endcase',
    ]);
  });

  it('prints assertions', () => {
    const condition = rtl.equal(a, b);
    expect(lines({ kind: 'assertion', verb: 'assume', label: 'same', condition })).toEqual([
      'same: assume (a == b);',
    ]);
  });
});

describe('printed modules', () => {
  const clock = rtl.ref('clk');
  const leaf: Module = {
    kind: 'module',
    name: 'leaf',
    about: ['Leaf.'],
    attributes: [{ name: 'keep_hierarchy' }, { name: 'cell', value: 'DFF' }],
    separate: true,
    parameters: [{ kind: 'parameter', of: rtl.ref('START', 4), value: 3 }],
    ports: [rtl.input(clock), rtl.output(rtl.ref('q', 4), { observable: true })],
    items: [rtl.alwaysFf(clock, rtl.next(rtl.ref('q', 4), rtl.ref('START', 4)))],
  };
  const memory = rtl.array('memory', 8, 4);
  const items: Item[] = [
    rtl.localparam(rtl.ref('FIVE', 8), rtl.literal(8, 5)),
    rtl.net(memory, { observable: true }),
    rtl.net(rtl.ref('parts', 16), { attributes: [{ name: 'keep' }] }),
    rtl.comment('Four of them.'),
    rtl.generateFor(
      i,
      4,
      'part',
      rtl.instance(
        'leaf',
        'u_leaf',
        { clk: clock, q: rtl.slice(rtl.ref('parts', 16), rtl.multiply(i, rtl.integer(4)), 4) },
        {
          parameters: { START: 7 },
        },
      ),
    ),
    rtl.alwaysComb(rtl.set(b, rtl.element(memory, rtl.slice(a, 0, 2)))),
    {
      kind: 'lint-off',
      rule: 'UNUSEDSIGNAL',
      reason: 'Only the low bits are used.',
      body: [rtl.assign(c, rtl.ref('FIVE', 8))],
    },
    { kind: 'initial', body: [rtl.set(rtl.element(memory, 0), rtl.zero(8))] },
  ];
  const top: Module = {
    kind: 'module',
    name: 'top',
    about: ['Top.', '', 'Second paragraph.'],
    attributes: [],
    parameters: [],
    ports: [rtl.input(clock), rtl.input(a), rtl.output(b), rtl.output(c)],
    items,
  };

  it('is the golden file', async () => {
    rtl.verifyModule(leaf);
    rtl.verifyModule(top, [leaf]);
    await expect(`${printModule(leaf)}\n${printModule(top)}`).toMatchFileSnapshot(
      '../../../../../test/golden/rtl/printer.sv',
    );
  });
});
