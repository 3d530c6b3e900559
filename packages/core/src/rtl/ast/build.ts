import type { Attribute, Instance, Item, NetDeclaration, Port } from './module.ts';
import type { Arm, Statement } from './statement.ts';
import {
  bitsOf,
  type ArrayRef,
  type Binary,
  type BinaryOperator,
  type Expression,
  type Genvar,
  type Integer,
  type Literal,
  type Ref,
  type Target,
  type Unary,
} from './expression.ts';

/** Short names for the nodes of the tree. None of them checks anything: `verifyModule` does, with a place to show. */

export const ref = (name: string, bits = 1): Ref => ({ kind: 'ref', name, bits });
export const array = (name: string, bits: number, depth: number): ArrayRef => ({
  kind: 'array',
  name,
  bits,
  depth,
});
export const genvar = (name: string): Genvar => ({ kind: 'genvar', name });
export const integer = (value: number): Integer => ({ kind: 'integer', value });
const toIndex = (index: Expression | number) => (typeof index === 'number' ? integer(index) : index);

/** A constant of `bits` bits; a negative value stands for its two's complement. */
export function literal(
  bits: number,
  value: number | bigint,
  base: Literal['base'] = bits === 1 ? 'binary' : 'decimal',
): Literal {
  const exact = BigInt(value);
  return { kind: 'literal', bits, value: exact < 0n ? exact + (1n << BigInt(bits)) : exact, base };
}
export const zero = (bits: number) => literal(bits, 0);

/** One bit of a vector; of a net of one bit, the net. */
export const bit = (of: Ref, index: Expression | number): Target & Expression =>
  of.bits === 1 ? of : { kind: 'bit-select', of, index: toIndex(index) };

/** `bits` bits from `offset`; the whole net where that is what is meant. */
export function slice(of: Ref, offset: Expression | number, bits: number): Target & Expression {
  if (bits === of.bits) return of;
  return bits === 1 ? bit(of, offset) : { kind: 'part-select', of, offset: toIndex(offset), bits };
}
export const element = (of: ArrayRef, index: Expression | number): Target & Expression => ({
  kind: 'element',
  of,
  index: toIndex(index),
});

const unary =
  (operator: Unary['operator']) =>
  (operand: Expression): Unary => ({ kind: 'unary', operator, operand });
export const not = unary('not');
export const negate = unary('negate');
export const reduceAnd = unary('reduce-and');
export const reduceOr = unary('reduce-or');
export const reduceXor = unary('reduce-xor');

export const binary = (operator: BinaryOperator, left: Expression, right: Expression): Binary => ({
  kind: 'binary',
  operator,
  left,
  right,
});
export const multiply = (left: Expression, right: Expression) => binary('multiply', left, right);
export const subtract = (left: Expression, right: Expression) => binary('subtract', left, right);
export const shiftLeft = (left: Expression, right: Expression) => binary('shift-left', left, right);
export const shiftRight = (left: Expression, right: Expression) => binary('shift-right', left, right);
export const equal = (left: Expression, right: Expression) => binary('equal', left, right);
export const notEqual = (left: Expression, right: Expression) => binary('not-equal', left, right);
export const less = (left: Expression, right: Expression) => binary('less', left, right);
export const lessOrEqual = (left: Expression, right: Expression) => binary('less-or-equal', left, right);
export const greater = (left: Expression, right: Expression) => binary('greater', left, right);
export const greaterOrEqual = (left: Expression, right: Expression) =>
  binary('greater-or-equal', left, right);

/** Operands that are written as one chain, as people write them. */
const CHAIN = 64;

/**
 * One or more operands joined by an operator that may group them as it likes: a chain from the left, of more than 64
 * a balanced tree of chains, so that a walk is never deeper than that.
 */
export function join(operator: 'and' | 'or' | 'xor' | 'add', operands: readonly Expression[]): Expression {
  if (operands.length > CHAIN) {
    const half = Math.ceil(operands.length / 2);
    return binary(operator, join(operator, operands.slice(0, half)), join(operator, operands.slice(half)));
  }
  return operands.slice(1).reduce((left, right) => binary(operator, left, right), operands[0]);
}
/** The same of operands one by one. */
export const and = (...operands: readonly Expression[]) => join('and', operands);
export const or = (...operands: readonly Expression[]) => join('or', operands);
export const xor = (...operands: readonly Expression[]) => join('xor', operands);
export const add = (...operands: readonly Expression[]) => join('add', operands);

export const conditional = (condition: Expression, yes: Expression, no: Expression): Expression => ({
  kind: 'conditional',
  condition,
  yes,
  no,
});
/** Parts from the most significant to the least; one part is itself. */
export const concat = (...parts: readonly Expression[]): Expression =>
  parts.length === 1 ? parts[0] : { kind: 'concat', parts };
export const replicate = (count: number, operand: Expression): Expression =>
  count === 1 ? operand : { kind: 'replicate', count, operand };
export const signed = (operand: Expression): Expression => ({ kind: 'signed', operand });

/** Unsigned to `bits` bits, which must not be fewer. */
export function zeroExtend(operand: Expression, bits: number): Expression {
  const more = bits - bitsOf(operand);
  return more <= 0 ? operand : concat(zero(more), operand);
}
/** Two's complement to `bits` bits, which must not be fewer. */
export function signExtend(operand: Ref, bits: number): Expression {
  const more = bits - operand.bits;
  return more <= 0 ? operand : concat(replicate(more, bit(operand, operand.bits - 1)), operand);
}

// Statements. `set` is for always_comb (blocking), `next` for always_ff (non-blocking).

export const set = (target: Target, value: Expression): Statement => ({
  kind: 'procedural-assign',
  blocking: true,
  target,
  value,
});
export const next = (target: Target, value: Expression): Statement => ({
  kind: 'procedural-assign',
  blocking: false,
  target,
  value,
});
export const when = (
  condition: Expression,
  then: readonly Statement[],
  otherwise: readonly Statement[] = [],
): Statement => ({ kind: 'if', condition, then, otherwise });
export const choose = (
  subject: Expression,
  arms: readonly Arm[],
  otherwise: readonly Statement[],
): Statement => ({ kind: 'case', subject, arms, otherwise });

// Items.

export interface NetOptions {
  readonly attributes?: readonly Attribute[];
  /** Readable from a simulation's driver. */
  readonly observable?: boolean;
}
export const net = (of: Ref | ArrayRef, options: NetOptions = {}): NetDeclaration => ({
  kind: 'net',
  of,
  attributes: options.attributes ?? [],
  observable: options.observable ?? false,
});
export const localparam = (of: Ref, value: Expression): Item => ({ kind: 'localparam', of, value });
export const assign = (target: Target, value: Expression): Item => ({ kind: 'assign', target, value });
export const alwaysFf = (clock: Ref, ...body: readonly Statement[]): Item => ({
  kind: 'always-ff',
  clock,
  body,
});
export const alwaysComb = (...body: readonly Statement[]): Item => ({ kind: 'always-comb', body });
export const comment = (...lines: readonly string[]) => ({ kind: 'comment', lines }) as const;
export const generateFor = (
  variable: Genvar,
  count: number,
  label: string,
  ...body: readonly Item[]
): Item => ({ kind: 'generate-for', variable, count, label, body });

/** An instance; ports by name, `null` leaves an output open. */
export const instance = (
  module: string,
  name: string,
  connections: Readonly<Record<string, Expression | null>>,
  options: {
    readonly parameters?: Readonly<Record<string, number>>;
    readonly attributes?: readonly Attribute[];
  } = {},
): Instance => ({
  kind: 'instance',
  module,
  name,
  parameters: Object.entries(options.parameters ?? {}).map(([parameter, value]) => ({
    name: parameter,
    value,
  })),
  connections: Object.entries(connections).map(([port, value]) => ({ port, value })),
  attributes: options.attributes ?? [],
});

export const input = (of: Ref): Port => ({ kind: 'port', direction: 'input', of, observable: false });
export const output = (of: Ref, options: { readonly observable?: boolean } = {}): Port => ({
  kind: 'port',
  direction: 'output',
  of,
  observable: options.observable ?? false,
});
