import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellFunction } from './cell-function.ts';

/** A random expression over A..D in Liberty's notations, and what it means. */
interface Expression {
  readonly text: string;
  readonly value: (inputs: number) => number;
}

const { expression } = fc.letrec<{ expression: Expression }>((tie) => {
  const leaf = fc.integer({ min: 0, max: 3 }).map((bit): Expression => ({
    text: 'ABCD'[bit],
    value: (inputs) => (inputs >> bit) & 1,
  }));
  const not = fc.tuple(tie('expression'), fc.boolean()).map(([of, prefix]): Expression => ({
    text: prefix ? `!(${of.text})` : `(${of.text})'`,
    value: (inputs) => 1 - of.value(inputs),
  }));
  const pair = (operators: readonly string[], combine: (a: number, b: number) => number) =>
    fc
      .tuple(tie('expression'), tie('expression'), fc.constantFrom(...operators))
      .map(([a, b, operator]): Expression => ({
        text: `(${a.text})${operator}(${b.text})`,
        value: (inputs) => combine(a.value(inputs), b.value(inputs)),
      }));
  return {
    expression: fc.oneof(
      { maxDepth: 5 },
      leaf,
      not,
      pair(['&', '*', ' '], (a, b) => a & b),
      pair(['|', '+'], (a, b) => a | b),
      pair(['^'], (a, b) => a ^ b),
    ),
  };
});

describe('a cell function', () => {
  test('is the table of what the expression says, in every notation', () => {
    fc.assert(
      fc.property(expression, ({ text, value }) => {
        const { inputs, table } = cellFunction(text, 'test');
        table.forEach((got, index) => {
          const all = inputs.reduce(
            (sum, name, bit) => sum | (((index >> bit) & 1) << 'ABCD'.indexOf(name)),
            0,
          );
          expect(got).toBe(value(all));
        });
      }),
    );
  });

  test('binds ! before ^ before and before or', () => {
    // Rows of !A ^ B & C | D, inputs in the order A B C D.
    const { inputs, table } = cellFunction('!A ^ B & C | D', 'test');
    expect(inputs).toEqual(['A', 'B', 'C', 'D']);
    for (let i = 0; i < 16; i++) {
      const [a, b, c, d] = [0, 1, 2, 3].map((bit) => (i >> bit) & 1);
      expect(table[i]).toBe((((1 - a) ^ b) & c) | d);
    }
  });

  test('of a constant has no inputs', () => {
    expect(cellFunction('1', 'test')).toEqual({ inputs: [], table: Uint8Array.of(1) });
  });

  test.each(['A &', '(A', 'A B )', 'A ? B', '', '& A'])('refuses %j', (text) => {
    expect(() => cellFunction(text, 'cell X: pin Y')).toThrow(
      `cell X: pin Y: '${text}' is no Boolean expression`,
    );
  });
});
