import { writeAllAtomically } from '../io/outputs.ts';
import { streamStyle, type Style } from '../terminal/style.ts';

/**
 * Prints a report as text and, where a file is named, writes it as JSON and says so; `-` prints the JSON alone.
 *
 * @param json the value of `--json`
 */
export function deliver(report: object, json: string | undefined, render: (style: Style) => string): void {
  const text = `${JSON.stringify(report, null, 2)}\n`;
  if (json === '-') {
    process.stdout.write(text);
    return;
  }
  if (json !== undefined) writeAllAtomically([{ path: json, content: text }]);
  const style = streamStyle(process.stdout);
  const written = json === undefined ? '' : `\n\n  ${style('green', '✓')} ${json}`;
  process.stdout.write(`${render(style)}${written}\n`);
}
