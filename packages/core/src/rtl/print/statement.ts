import type { Statement } from '../ast/statement.ts';
import { printExpression } from './expression.ts';

export const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

function block(lines: readonly string[], open: string, close = 'end'): string[] {
  return [`${open}begin`, ...indented(lines), close];
}

function printIf(node: Extract<Statement, { kind: 'if' }>): string[] {
  const lines = block(printStatements(node.then), `if (${printExpression(node.condition)}) `);
  const only = node.otherwise.at(0);
  if (only === undefined) return lines;
  if (node.otherwise.length === 1 && only.kind === 'if') {
    const [first, ...rest] = printIf(only);
    return [...lines.slice(0, -1), `end else ${first}`, ...rest];
  }
  return [...lines.slice(0, -1), 'end else begin', ...indented(printStatements(node.otherwise)), 'end'];
}

function printArm(label: string, body: readonly Statement[]): string[] {
  const lines = printStatements(body);
  return lines.length === 1 && body[0].kind !== 'comment'
    ? [`${label}: ${lines[0]}`]
    : block(lines, `${label}: `);
}

function printStatement(node: Statement): string[] {
  switch (node.kind) {
    case 'procedural-assign':
      return [
        `${printExpression(node.target)} ${node.blocking ? '=' : '<='} ${printExpression(node.value)};`,
      ];
    case 'if':
      return printIf(node);
    case 'case':
      return [
        `case (${printExpression(node.subject)})`,
        ...indented([
          ...node.arms.flatMap(({ values, body }) => printArm(values.map(printExpression).join(', '), body)),
          ...printArm('default', node.otherwise),
        ]),
        'endcase',
      ];
    case 'assertion':
      return [`${node.label}: ${node.verb} (${printExpression(node.condition)});`];
    case 'comment':
      return node.lines.map((line) => `// ${line}`.trimEnd());
    default:
      return node satisfies never;
  }
}

/** Lines of statements, from column 0, two spaces a level. */
export function printStatements(statements: readonly Statement[]): string[] {
  return statements.flatMap(printStatement);
}
