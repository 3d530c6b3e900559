import type { OnnxOperator, Placement } from './operator.ts';

/** First version of ONNX's operator set that files may have. */
const FIRST_OPSET = 7;

const PLACEMENTS: Readonly<Record<Placement, string>> = {
  macro: 'its multiply-accumulates run on the counting macro',
  host: 'runs beside the macro on integers and is counted as such',
  folded: 'disappears: into constants, thresholds, or a change of shape',
  'float-only': 'the float executor only; a network that needs it at run time is not lowered',
};

function opsetText({ opsets: [first, last], domain }: OnnxOperator): string {
  const low = domain === '' ? Math.max(first, FIRST_OPSET) : first;
  return low === last ? `${low}` : `${low}–${last}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row: readonly string[], fill: string): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column], fill)).join(' | ')} |\n`;
  const [head, ...body] = rows;
  const rule = line(
    head.map(() => ''),
    '-',
  );
  return line(head, ' ') + rule + body.map((row) => line(row, ' ')).join('');
}

function operatorTable(operators: readonly OnnxOperator[]): string {
  const sorted = operators.toSorted((a, b) =>
    a.name === b.name ? a.opsets[0] - b.opsets[0] : a.name < b.name ? -1 : 1,
  );
  return table([
    ['operator', 'opsets', 'placement', 'attributes', 'limits'],
    ...sorted.map((operator) => [
      operator.name,
      opsetText(operator),
      operator.placement,
      operator.attributes.join(', '),
      operator.limits,
    ]),
  ]);
}

/**
 * The support table, FEATURES.md: which ONNX and QONNX operators the frontend reads, at which versions
 * of their operator set, and where each ends up when a network is lowered.
 *
 * @param operators the registry.
 */
export function featuresMarkdown(operators: readonly OnnxOperator[]): string {
  const domains = [...new Set(operators.map(({ domain }) => domain))].sort();
  const placements = table([
    ['placement', 'meaning'],
    ...Object.entries(PLACEMENTS).map(([placement, meaning]) => [placement, meaning]),
  ]);
  const tables = domains.map((domain) => {
    const heading = domain === '' ? 'ONNX' : `QONNX (\`${domain}\`)`;
    return `## ${heading}\n\n${operatorTable(operators.filter((operator) => operator.domain === domain))}`;
  });
  return [
    '# Features: operators of ONNX and QONNX files\n',
    '<!-- Generated from the registry (packages/core/src/frontend/onnx/registry.ts) by `npm run build:features`. -->\n',
    'Files of operator sets 7 to 25 are read. Every operator below runs in the float reference executor: float64 sums,\nrounded once to the type of the output. Anything else is refused with node, operator and reason.\n',
    placements,
    ...tables,
  ].join('\n');
}
