import { BINARY_OPERATORS, UNARY_OPERATORS, type Expression, type Literal } from '../ast/expression.ts';

const BASES = { decimal: ['d', 10], binary: ['b', 2], hexadecimal: ['h', 16] } as const;

/** Binds tighter than every operator. */
const PRIMARY = 11;
const UNARY = 10;
/** Looser than this: bitwise operators. */
const EQUALITY = 5;
/** A conditional binds loosest. */
const CONDITIONAL = 1;

function printLiteral({ bits, value, base }: Literal): string {
  const [letter, radix] = BASES[base];
  const digits = value.toString(radix);
  const length = base === 'binary' ? bits : base === 'hexadecimal' ? Math.ceil(bits / 4) : 0;
  return `${bits}'${letter}${digits.padStart(length, '0')}`;
}

function precedenceOf(node: Expression): number {
  switch (node.kind) {
    case 'unary':
      return UNARY;
    case 'binary':
      return BINARY_OPERATORS[node.operator].precedence;
    case 'conditional':
      return CONDITIONAL;
    default:
      return PRIMARY;
  }
}

/** In parentheses unless it binds at least as tightly as asked. */
function operand(node: Expression, precedence: number): string {
  const text = printExpression(node);
  return precedenceOf(node) >= precedence ? text : `(${text})`;
}

function concatenation(parts: readonly string[]): string {
  const line = `{${parts.join(', ')}}`;
  if (line.length <= 100) return line;
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length <= 100) lines[lines.length - 1] = `${last}, ${part}`;
    else lines.push(part);
  }
  return `{\n      ${lines.join(',\n      ')}\n    }`;
}

/** One expression, parenthesised where precedence asks for it, and around a unary operator inside another operator. */
export function printExpression(node: Expression): string {
  switch (node.kind) {
    case 'ref':
    case 'genvar':
      return node.name;
    case 'integer':
      return String(node.value);
    case 'literal':
      return printLiteral(node);
    case 'bit-select':
    case 'element':
      return `${node.of.name}[${printExpression(node.index)}]`;
    case 'part-select':
      return `${node.of.name}[${printExpression(node.offset)} +: ${node.bits}]`;
    case 'unary':
      return `${UNARY_OPERATORS[node.operator]}${operand(node.operand, PRIMARY)}`;
    case 'binary': {
      const { sign, precedence } = BINARY_OPERATORS[node.operator];
      // A reduction, and another operator inside a bitwise one, is always set apart: few know these rules by heart.
      const apart = (side: Expression) =>
        (side.kind === 'unary' && side.operator !== 'not') ||
        (side.kind === 'binary' && side.operator !== node.operator && precedence < EQUALITY);
      const left = operand(node.left, apart(node.left) ? PRIMARY : precedence);
      const right = operand(node.right, apart(node.right) ? PRIMARY : precedence + 1);
      return `${left} ${sign} ${right}`;
    }
    case 'conditional':
      return [
        operand(node.condition, CONDITIONAL + 1),
        '?',
        operand(node.yes, CONDITIONAL + 1),
        ':',
        operand(node.no, CONDITIONAL),
      ].join(' ');
    case 'concat':
      return concatenation(node.parts.map(printExpression));
    case 'replicate':
      return `{${node.count}{${printExpression(node.operand)}}}`;
    case 'signed':
      return `$signed(${printExpression(node.operand)})`;
    default:
      return node satisfies never;
  }
}
