import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail, type MacroSpec } from '@tally/core';
import type { FolderFile } from '../io/folder.ts';
import type { Library } from './library.ts';
import { readNetlist, type Netlist } from './netlist.ts';
import { YOSYS_ARGUMENTS } from './readme.ts';
import { runMeasured, type ToolRun } from './tools.ts';
import { FILES, statedArea, TOP, yosysJob } from './yosys.ts';

/** A circuit to map, and where. */
export interface Mapping {
  readonly spec: MacroSpec;
  readonly library: Library;
  /** Text of the library's Liberty file. */
  readonly liberty: string;
  readonly periodNs: number;
  /** Gets circuit, script, netlist, statistics and Yosys's log. */
  readonly folder: string;
  /** Version of Yosys. */
  readonly version: string;
}

export interface MappedCircuit {
  readonly netlist: Netlist;
  readonly areaUm2: number;
  /** What Yosys was given but the library. */
  readonly files: readonly FolderFile[];
  readonly run: ToolRun;
}

/** Shares of the two areas, ours and Yosys's, that may differ by rounding. */
const AREA_ROUNDING = 1e-6;

/**
 * Maps the macro's circuit to a library with Yosys.
 *
 * @throws TallyError `tool-failed`, `netlist-not-mapped`
 */
export async function mapCircuit(mapping: Mapping): Promise<MappedCircuit> {
  const { spec, library, liberty, periodNs, folder, version } = mapping;
  const { files } = yosysJob(spec, library, periodNs * 1000);
  for (const { path, text } of [...files, { path: FILES.library, text: liberty }]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const { run } = await runMeasured({
    tool: 'yosys',
    args: YOSYS_ARGUMENTS,
    folder,
    version,
    errors: /^ERROR/m,
  });
  const text = (path: string): string => readFileSync(join(folder, path), 'utf8');
  const netlist = readNetlist(JSON.parse(text(FILES.json)) as unknown, TOP, library);
  return { netlist, areaUm2: checkedArea(netlist, text(FILES.statistics)), files, run };
}

/** Area by the library's cells; Yosys must say the same. */
function checkedArea({ cells }: Netlist, statistics: string): number {
  const areaUm2 = cells.reduce((sum, { cell }) => sum + cell.areaUm2, 0);
  const stated = statedArea(statistics);
  if (stated === null || Math.abs(stated - areaUm2) > AREA_ROUNDING * areaUm2 + 1e-5) {
    return fail(
      'tool-failed',
      'yosys',
      `states an area of ${stated ?? 'nothing'} um2, the netlist's cells have ${areaUm2} um2`,
      'report it with the chip and the library',
    );
  }
  return areaUm2;
}
