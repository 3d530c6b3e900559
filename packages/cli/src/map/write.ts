import { writeAllAtomically, type Output } from '../io/outputs.ts';
import { streamStyle } from '../terminal/style.ts';
import { renderMapping } from './render.ts';
import type { MapResults } from './run.ts';

/** Where results go; null: nowhere. */
export interface MapTargets {
  /** The mapping file. */
  readonly mapping: string | null;
  /** The evaluation; `-` for standard output. */
  readonly json: string | null;
  /** The record of the search. */
  readonly searchJson: string | null;
  readonly html: string | null;
}

/** Files among the targets. */
export function targetFiles(targets: MapTargets): readonly string[] {
  return [targets.mapping, targets.json, targets.searchJson, targets.html]
    .filter((path) => path !== null && path !== '-')
    .map(String);
}

const asJson = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;

/** Writes the files, all or none, then prints. */
export async function writeMapping(results: MapResults, targets: MapTargets): Promise<void> {
  const files: Output[] = [];
  const json = asJson(results.report);
  if (targets.mapping !== null) files.push({ path: targets.mapping, content: asJson(results.mapping) });
  if (targets.json !== null && targets.json !== '-') files.push({ path: targets.json, content: json });
  if (targets.searchJson !== null && results.search !== null)
    files.push({ path: targets.searchJson, content: asJson(results.search) });
  if (targets.html !== null) {
    // Loaded only here: drawing is the slowest part of the program to load.
    const { renderMappingPage } = await import('./html/page.ts');
    files.push({ path: targets.html, content: renderMappingPage(results) });
  }
  writeAllAtomically(files);
  if (targets.json === '-') {
    process.stdout.write(json);
    return;
  }
  const style = streamStyle(process.stdout);
  const written = files.map(({ path }) => `  ${style('green', '✓')} ${path}`);
  process.stdout.write(
    `${[renderMapping(results, style), ...(written.length === 0 ? [] : ['', ...written])].join('\n')}\n`,
  );
}
