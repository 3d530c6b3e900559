/**
 * Expressions of the SystemVerilog subset. Every node knows its width by itself: operands of an arithmetic or bitwise
 * operator have equal widths and give that width, so that nothing is widened or cut silently (`verifyModule` checks it).
 */

/** A net, a port or a (local) parameter by name, with the width it was declared with. */
export interface Ref {
  readonly kind: 'ref';
  readonly name: string;
  readonly bits: number;
}

/** An unpacked one-dimensional array: `depth` words of `bits` bits. Read and written a word at a time. */
export interface ArrayRef {
  readonly kind: 'array';
  readonly name: string;
  readonly bits: number;
  readonly depth: number;
}

/** The variable of a generate loop; only in indices, offsets and operators among them. */
export interface Genvar {
  readonly kind: 'genvar';
  readonly name: string;
}

/** A plain number for indices and offsets, without a width of its own. */
export interface Integer {
  readonly kind: 'integer';
  readonly value: number;
}

/** A constant with a width, 0 <= value < 2^bits. */
export interface Literal {
  readonly kind: 'literal';
  readonly bits: number;
  readonly value: bigint;
  readonly base: 'decimal' | 'binary' | 'hexadecimal';
}

/** One bit of a vector. */
export interface BitSelect {
  readonly kind: 'bit-select';
  readonly of: Ref;
  readonly index: Expression;
}

/** `bits` bits of a vector from `offset` upwards: `x[offset +: bits]`. */
export interface PartSelect {
  readonly kind: 'part-select';
  readonly of: Ref;
  readonly offset: Expression;
  readonly bits: number;
}

/** One word of an array. */
export interface Element {
  readonly kind: 'element';
  readonly of: ArrayRef;
  readonly index: Expression;
}

export const UNARY_OPERATORS = {
  not: '~',
  negate: '-',
  'reduce-and': '&',
  'reduce-or': '|',
  'reduce-xor': '^',
} as const;
export type UnaryOperator = keyof typeof UNARY_OPERATORS;

export interface Unary {
  readonly kind: 'unary';
  readonly operator: UnaryOperator;
  readonly operand: Expression;
}

/** Sign of the operator and how tightly it binds; a bigger number binds tighter (IEEE 1800-2017, table 11-2). */
export const BINARY_OPERATORS = {
  multiply: { sign: '*', precedence: 9 },
  add: { sign: '+', precedence: 8 },
  subtract: { sign: '-', precedence: 8 },
  'shift-left': { sign: '<<', precedence: 7 },
  'shift-right': { sign: '>>', precedence: 7 },
  less: { sign: '<', precedence: 6 },
  'less-or-equal': { sign: '<=', precedence: 6 },
  greater: { sign: '>', precedence: 6 },
  'greater-or-equal': { sign: '>=', precedence: 6 },
  equal: { sign: '==', precedence: 5 },
  'not-equal': { sign: '!=', precedence: 5 },
  and: { sign: '&', precedence: 4 },
  xor: { sign: '^', precedence: 3 },
  or: { sign: '|', precedence: 2 },
} as const;
export type BinaryOperator = keyof typeof BINARY_OPERATORS;

export interface Binary {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** `condition ? yes : no`. */
export interface Conditional {
  readonly kind: 'conditional';
  readonly condition: Expression;
  readonly yes: Expression;
  readonly no: Expression;
}

/** Parts from the most significant to the least. */
export interface Concat {
  readonly kind: 'concat';
  readonly parts: readonly Expression[];
}

export interface Replicate {
  readonly kind: 'replicate';
  readonly count: number;
  readonly operand: Expression;
}

/** `$signed(operand)`: only as both operands of a comparison. */
export interface Signed {
  readonly kind: 'signed';
  readonly operand: Expression;
}

export type Expression =
  | Ref
  | Genvar
  | Integer
  | Literal
  | BitSelect
  | PartSelect
  | Element
  | Unary
  | Binary
  | Conditional
  | Concat
  | Replicate
  | Signed;

/** What an assignment can write. */
export type Target = Ref | BitSelect | PartSelect | Element;

export function isComparison(operator: BinaryOperator): boolean {
  const { precedence } = BINARY_OPERATORS[operator];
  return precedence === 5 || precedence === 6;
}

export function isShift(operator: BinaryOperator): boolean {
  return BINARY_OPERATORS[operator].precedence === 7;
}

/** Width of an expression in bits; null for numbers of generate loops, which have none of their own. */
export function widthOf(expression: Expression): number | null {
  switch (expression.kind) {
    case 'ref':
    case 'literal':
    case 'part-select':
      return expression.bits;
    case 'genvar':
    case 'integer':
      return null;
    case 'bit-select':
      return 1;
    case 'element':
      return expression.of.bits;
    case 'unary':
      return expression.operator.startsWith('reduce-') ? 1 : widthOf(expression.operand);
    case 'binary':
      return isComparison(expression.operator) ? 1 : widthOf(expression.left);
    case 'conditional':
      return widthOf(expression.yes);
    case 'concat':
      return expression.parts.reduce((sum, part) => sum + (widthOf(part) ?? 0), 0);
    case 'replicate':
      return expression.count * (widthOf(expression.operand) ?? 0);
    case 'signed':
      return widthOf(expression.operand);
    default:
      return expression satisfies never;
  }
}

/** Width of an expression that has one of its own (not a bare number of a generate loop: that counts as 32 bits). */
export function bitsOf(expression: Expression): number {
  return widthOf(expression) ?? 32;
}
