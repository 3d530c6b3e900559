import { fail } from '@tally/core';

/** A truth table: bit `i` of the index is input `i`. */
export interface CellFunction {
  readonly inputs: readonly string[];
  /** 2^inputs entries of 0 or 1. */
  readonly table: Uint8Array;
}

type Evaluate = (values: ReadonlyMap<string, number>) => number;

/** Most inputs of a cell whose truth table is made. */
const MOST_INPUTS = 16;

/**
 * The truth table of a Liberty Boolean expression: `!`, postfix `'`, `^`, `&` or `*` or nothing (and), `|` or `+` (or),
 * constants and parentheses; `!` binds strongest, then `^`, and, or (Liberty reference, "function" attribute).
 *
 * @param expression as in a pin's `function`
 * @param where for messages: library, cell, pin
 * @throws TallyError `cell-function-syntax`
 */
export function cellFunction(expression: string, where: string): CellFunction {
  const tokens = expression.match(/[A-Za-z_][\w.[\]]*|[01]|[!'^&*|+()]|\S/g) ?? [];
  const inputs: string[] = [];
  let at = 0;
  const wrong = (): never =>
    fail(
      'cell-function-syntax',
      where,
      `'${expression}' is no Boolean expression${at < tokens.length ? `, '${tokens[at]}' is out of place` : ''}`,
      'mend the library, or leave the cell out of it',
    );
  const primary = (): Evaluate => {
    const token = tokens[at] ?? wrong();
    at += 1;
    let result: Evaluate;
    if (token === '!') {
      const operand = primary();
      return (values) => 1 - operand(values);
    } else if (token === '(') {
      result = or();
      if (tokens[at] !== ')') wrong();
      at += 1;
    } else if (token === '0' || token === '1') {
      const constant = Number(token);
      result = () => constant;
    } else if (/^[A-Za-z_]/.test(token)) {
      if (!inputs.includes(token)) inputs.push(token);
      result = (values) => values.get(token) ?? 0;
    } else {
      at -= 1;
      return wrong();
    }
    while (tokens[at] === "'") {
      at += 1;
      const operand = result;
      result = (values) => 1 - operand(values);
    }
    return result;
  };
  const binary =
    (
      next: () => Evaluate,
      goesOn: (token: string | undefined) => boolean,
      combine: (a: number, b: number) => number,
    ) =>
    (): Evaluate => {
      let left = next();
      while (goesOn(tokens[at])) {
        if (/^[\^&*|+]$/.test(tokens[at])) at += 1;
        const a = left;
        const b = next();
        left = (values) => combine(a(values), b(values));
      }
      return left;
    };
  const xor = binary(
    primary,
    (token) => token === '^',
    (a, b) => a ^ b,
  );
  const and = binary(
    xor,
    (token) => token !== undefined && /^([&*!(01]|[A-Za-z_].*)$/.test(token),
    (a, b) => a & b,
  );
  const or: () => Evaluate = binary(
    and,
    (token) => token === '|' || token === '+',
    (a, b) => a | b,
  );
  const evaluate = or();
  if (at < tokens.length) wrong();
  if (inputs.length > MOST_INPUTS) wrong();
  const table = Uint8Array.from({ length: 2 ** inputs.length }, (_, index) =>
    evaluate(new Map(inputs.map((name, bit) => [name, (index >> bit) & 1]))),
  );
  return { inputs, table };
}
