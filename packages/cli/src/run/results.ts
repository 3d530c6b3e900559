import { hostname } from 'node:os';
import type { ReproductionRow, RunReport } from '@tally/core';
import { writeAllAtomically, type Output } from '../io/outputs.ts';
import { renderRunReport } from '../terminal/run-report.ts';
import { streamStyle } from '../terminal/style.ts';

/** What a run made. */
export interface RunResults {
  readonly report: RunReport;
  readonly reproduction: readonly ReproductionRow[];
  /** The command that makes it again, without its outputs. */
  readonly command: string;
}

/** Where results go. */
export interface ResultTargets {
  /** JSON file; `-` for standard output; null for none. */
  readonly json: string | null;
  /** HTML file; null for none. */
  readonly html: string | null;
  /** Put date and machine into the HTML. */
  readonly stamp: boolean;
  /** Print the tables. */
  readonly table: boolean;
}

/** Files among the targets, to be checked before the run. */
export function targetFiles({ json, html }: Pick<ResultTargets, 'json' | 'html'>): readonly string[] {
  return [json, html].filter((path) => path !== null && path !== '-').map(String);
}

/** Writes the files, all or none, then prints. */
export async function writeResults(results: RunResults, targets: ResultTargets): Promise<void> {
  const json = `${JSON.stringify(results.report, null, 2)}\n`;
  const files: Output[] = [];
  if (targets.json !== null && targets.json !== '-') files.push({ path: targets.json, content: json });
  if (targets.html !== null) {
    // Loaded only here: drawing is the slowest part of the program to load.
    const { renderPage } = await import('../html/page.ts');
    const stamp = targets.stamp ? { stamp: stampText() } : {};
    files.push({ path: targets.html, content: renderPage({ ...results, ...stamp }) });
  }
  writeAllAtomically(files);
  if (targets.json === '-') process.stdout.write(json);
  if (targets.table) {
    const style = streamStyle(process.stdout);
    const written = files.map(({ path }) => `  ${style('green', '✓')} ${path}`);
    process.stdout.write(
      `${[renderRunReport(results.report, style), ...(written.length === 0 ? [] : ['', ...written])].join('\n')}\n`,
    );
  }
}

function stampText(): string {
  return `${new Date().toISOString()} on ${hostname()}, Node ${process.version}, ${process.platform} ${process.arch}`;
}
