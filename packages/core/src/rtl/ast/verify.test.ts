import { describe, expect, it } from 'vitest';
import { TallyError } from '../../diagnostics/index.ts';
import * as rtl from './index.ts';
import type { Expression, Item, Module } from './index.ts';

const [a, b, y] = [rtl.ref('a', 8), rtl.ref('b', 4), rtl.ref('y', 8)];
const clock = rtl.ref('clk');

function moduleOf(items: readonly Item[], name = 'm'): Module {
  const ports = [rtl.input(clock), rtl.input(a), rtl.input(b), rtl.output(y)];
  return { kind: 'module', name, about: [], attributes: [], parameters: [], ports, items };
}

/** Codes and paths of what is wrong. */
function wrong(module: Module, known: readonly Module[] = []): string[] {
  try {
    rtl.verifyModule(module, known);
  } catch (error) {
    if (error instanceof TallyError) return error.issues.map(({ code, path }) => `${path}: ${code}`);
    throw error;
  }
  return [];
}
const wrongValue = (value: Expression) => wrong(moduleOf([rtl.assign(y, value)]));

describe('verifyModule', () => {
  it('says what is wrong, where, and what to do', () => {
    expect(() => rtl.verifyModule(moduleOf([rtl.assign(y, b)]))).toThrow(
      "module m: assignment to 'y': 8 bits against 4 [width-mismatch] — extend or slice one of them",
    );
    expect(() => rtl.verifyModule(moduleOf([rtl.net(rtl.ref('begin'))]))).toThrow(
      "module m: 'begin' is a word of SystemVerilog [reserved-name] — use another name",
    );
  });

  it('accepts what is right', () => {
    expect(wrongValue(rtl.add(a, rtl.zeroExtend(b, 8)))).toEqual([]);
  });

  it.each([
    ['literal-too-wide', { kind: 'literal', bits: 8, value: 256n, base: 'decimal' }],
    ['undeclared-name', rtl.ref('z', 8)],
    ['undeclared-name', rtl.shiftLeft(a, rtl.genvar('i'))],
    ['width-mismatch', rtl.ref('b', 8)],
    ['width-mismatch', rtl.add(a, b)],
    ['width-mismatch', rtl.conditional(a, a, a)],
    ['width-mismatch', rtl.concat(b, rtl.integer(4))],
    ['sign-mismatch', rtl.replicate(8, rtl.less(rtl.signed(a), a))],
    ['select-out-of-range', rtl.slice(rtl.ref('b', 4), 2, 8)],
    ['select-out-of-range', rtl.replicate(8, rtl.bit(a, 8))],
  ] satisfies readonly (readonly [string, Expression])[])('%s', (code, value) => {
    expect(wrongValue(value)[0]).toBe(`module m: ${code}`);
  });

  it('looks at names', () => {
    const net = (name: string) => rtl.net(rtl.ref(name));
    expect(wrong(moduleOf([net('n'), net('n')]))).toEqual(['module m: duplicate-name']);
    expect(wrong(moduleOf([net('1st')]))).toEqual(['module m: illegal-name']);
    expect(wrong(moduleOf([], 'module'))).toEqual(['module module: reserved-name']);
    expect(wrong(moduleOf([rtl.net(rtl.ref('n', 0))]))).toEqual(['module m: illegal-shape']);
    const local = rtl.generateFor(rtl.genvar('i'), 2, 'loop', net('n'));
    expect(wrong(moduleOf([local, rtl.assign(rtl.ref('n'), rtl.zero(1))]))).toEqual([
      'module m: undeclared-name',
    ]);
  });

  it('walks as many operands as the largest chip has slots', () => {
    const slots = Array.from({ length: 65_536 }, () => a);
    expect(wrongValue(rtl.join('or', slots))).toEqual([]);
    expect(wrongValue(rtl.join('or', [...slots, b]))).toEqual(['module m: width-mismatch']);
  });

  it('looks at statements', () => {
    const one = { values: [rtl.literal(4, 1)], body: [] };
    expect(wrong(moduleOf([rtl.alwaysComb(rtl.choose(b, [one, one], []))]))).toEqual([
      'module m: duplicate-case',
    ]);
    expect(wrong(moduleOf([rtl.alwaysFf(clock, rtl.when(b, []))]))).toEqual(['module m: width-mismatch']);
    expect(wrong(moduleOf([rtl.alwaysFf(clock, rtl.next(y, b))]))).toEqual(['module m: width-mismatch']);
  });

  it('looks at instances', () => {
    const leaf = moduleOf([], 'leaf');
    const made = (connections: Parameters<typeof rtl.instance>[2], options = {}) =>
      wrong(moduleOf([rtl.instance('leaf', 'u', connections, options)]), [leaf]);
    const right = { clk: clock, a, b, y };
    expect(made(right)).toEqual([]);
    expect(made({ ...right, y: null })).toEqual([]);
    expect(made({ ...right, a: null })).toEqual(['module m.u: open-input']);
    expect(made({ ...right, q: a })).toEqual(['module m.u: unknown-port']);
    expect(made({ ...right, a: b })).toEqual(['module m.u: width-mismatch']);
    expect(made({ ...right, y: rtl.not(y) })).toEqual(['module m.u: output-to-expression']);
    expect(made({ clk: clock, a, b })).toEqual(['module m.u: open-port']);
    expect(made(right, { parameters: { P: 1 } })).toEqual(['module m.u: unknown-parameter']);
    expect(wrong(moduleOf([rtl.instance('none', 'u', {})]))).toEqual(['module m.u: unknown-module']);
  });
});
