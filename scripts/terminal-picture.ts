/**
 * Renders the real output of a tally command as an SVG picture for the documentation.
 *
 *   node scripts/terminal-picture.ts docs/images/reproduce.svg [--lines N] reproduce zhu2020
 *
 * Runs the command with colour, draws every line (or the first N) as text in a terminal frame. The
 * same output gives the same bytes.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const [target = '', ...rest] = process.argv.slice(2);
const shown = rest[0] === '--lines' ? Number(rest[1]) : Infinity;
const args = rest[0] === '--lines' ? rest.slice(2) : rest;
if (args.length === 0) {
  process.stderr.write(
    'usage: node scripts/terminal-picture.ts OUTPUT.svg [--lines N] COMMAND [ARGUMENT...]\n',
  );
  process.exit(2);
}

const main = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url));
const output = execFileSync(process.execPath, ['--conditions=source', main, ...args], {
  encoding: 'utf8',
  env: { ...process.env, NO_COLOR: '', FORCE_COLOR: '1' },
  stdio: ['ignore', 'pipe', 'ignore'],
});

const palette: Readonly<Record<string, string>> = {
  31: '#f28b76',
  32: '#8cc984',
  33: '#e0b04e',
  34: '#82b4f0',
  35: '#b596d8',
  36: '#6ecbbb',
};
const cellWidth = 8.43;
const lineHeight = 19;
const margin = 22;
const titleBar = 34;

interface Attributes {
  readonly color: string;
  readonly bold: boolean;
  readonly dim: boolean;
}

const start: Attributes = { color: '#e8eaec', bold: false, dim: false };

function apply(attributes: Attributes, code: string): Attributes {
  switch (code) {
    case '1':
      return { ...attributes, bold: true };
    case '2':
      return { ...attributes, dim: true };
    case '22':
      return { ...attributes, bold: false, dim: false };
    case '39':
      return { ...attributes, color: start.color };
    default:
      return { ...attributes, color: palette[code] ?? attributes.color };
  }
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

let attributes = start;

/** A line as text runs at fixed columns: spacing does not depend on the viewer's font. */
function drawLine(line: string, y: number): string {
  let column = 0;
  let drawn = '';

  for (const part of line.split(/(\u001b\[\d+m)/)) {
    const code = /^\u001b\[(\d+)m$/.exec(part)?.[1];
    if (code !== undefined) {
      attributes = apply(attributes, code);
      continue;
    }
    for (const word of part.matchAll(/\S+(?: \S+)*/g)) {
      const at = column + Array.from(part.slice(0, word.index)).length;
      const length = Array.from(word[0]).length;
      const style = `fill="${attributes.color}"${attributes.bold ? ' font-weight="700"' : ''}${attributes.dim ? ' opacity=".6"' : ''}`;
      drawn += `<text x="${(margin + at * cellWidth).toFixed(1)}" y="${y}" textLength="${(length * cellWidth).toFixed(1)}" ${style}>${escape(word[0])}</text>\n`;
    }
    column += Array.from(part).length;
  }
  return drawn;
}

const lines = [
  `\u001b[32m$\u001b[39m \u001b[1mtally ${args.join(' ')}\u001b[22m`,
  '',
  ...output.trimEnd().split('\n').slice(0, shown),
];

const columns = Math.max(...lines.map((line) => Array.from(line.replace(/\u001b\[\d+m/g, '')).length));
const width = Math.ceil(columns * cellWidth + 2 * margin);
const height = titleBar + lines.length * lineHeight + margin;
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Output of tally ${escape(args.join(' '))}" font-family="ui-monospace, 'SF Mono', Menlo, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve">
<rect width="${width}" height="${height}" rx="10" fill="#121417"/>
<circle cx="22" cy="18" r="6" fill="#f28b76"/><circle cx="42" cy="18" r="6" fill="#e0b04e"/><circle cx="62" cy="18" r="6" fill="#8cc984"/>
${lines.map((line, index) => drawLine(line, titleBar + (index + 1) * lineHeight - 4)).join('')}</svg>
`;
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, svg);
