import { countsEnding, countsFile } from '../interchange/counts-file.ts';
import { timeloopFiles, type LayerToWrite } from '../interchange/timeloop-files.ts';
import { checkOutputs, missingFolders, writeAllAtomically, type Output } from '../io/outputs.ts';
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
  /** Counts per layer, operand and tier; the ending says the format. */
  readonly counts: string | null;
  /** Folder for a Timeloop file of each layer; made where it is not there. */
  readonly timeloop: string | null;
}

/** Refuses, before any work is done, targets that cannot be written or that an input would lose its bytes to. */
export function checkTargets(targets: MapTargets, inputs: readonly string[]): void {
  const files = [targets.mapping, targets.json, targets.searchJson, targets.html, targets.counts].filter(
    (path) => path !== null && path !== '-',
  );
  checkOutputs(files.map(String), inputs, newFolders(targets));
}

function newFolders({ timeloop }: MapTargets): readonly string[] {
  return timeloop === null ? [] : missingFolders(timeloop);
}

/** Each layer with what it was counted on. */
function countedLayers({ report, machine }: MapResults): readonly LayerToWrite[] {
  return report.layers.map(({ id, ...layer }) => ({ name: id, machine, ...layer }));
}

/** The files for other tools. */
function interchangeFiles(results: MapResults, { counts, timeloop }: MapTargets): readonly Output[] {
  const layers = countedLayers(results);
  const ending = counts === null ? undefined : countsEnding(counts);
  return [
    ...(counts === null || ending === undefined
      ? []
      : [{ path: counts, content: countsFile(ending, layers) }]),
    ...(timeloop === null ? [] : timeloopFiles(timeloop, layers)),
  ];
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
  if (targets.counts !== null || targets.timeloop !== null) files.push(...interchangeFiles(results, targets));
  writeAllAtomically(files, newFolders(targets));
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
