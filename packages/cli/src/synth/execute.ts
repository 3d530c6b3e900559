import { existsSync } from 'node:fs';
import {
  createMacro,
  fail,
  macroSpec,
  operatingPoint,
  type Chip,
  type Macro,
  type TechTable,
} from '@tally/core';
import { seeded } from '../cosim/random.ts';
import type { FolderFile } from '../io/folder.ts';
import { checkOutputs, type Output } from '../io/outputs.ts';
import { isPath, readChip, readTech } from '../io/presets.ts';
import { readBytes } from '../io/read.ts';
import { loadSimulation, simulationFiles } from '../simulate/load.ts';
import { VERSION } from '../version.ts';
import type { SynthesisReport } from './report.ts';
import { synthesise } from './synthesise.ts';
import { synthesisedTable, type Node } from './tech-table.ts';
import { checkVectors, fullLayer, layerWorkload, type Workload } from './workload.ts';

/** The default library: Debian's package, its Liberty file, its Verilog cells, its node. */
export const OSU018 = {
  debian: 'qflow-tech-osu018',
  liberty: '/usr/share/qflow/tech/osu018/osu018_stdcells.lib',
  cells: '/usr/share/qflow/tech/osu018/osu018_stdcells.v',
  node: { nm: 180, source: 'OSU standard cells for 0.18 um, Debian package qflow-tech-osu018' },
} as const;

/** What `tally synth` is asked for. */
export interface SynthesisRequest {
  readonly chip: string;
  /** Liberty file; null: the default library. */
  readonly liberty: string | null;
  /** Verilog of the library's cells; null: the default library's where it is used, none otherwise. */
  readonly cells: readonly string[] | null;
  /** Replay on the library's Verilog cells. */
  readonly verify: boolean;
  /** Null: that of the chip's fastest operating point. */
  readonly clockMHz: number | null;
  /** Network file; null: a random layer. */
  readonly network: string | null;
  readonly data: string;
  readonly labels: string | null;
  readonly image: number;
  readonly layer: string | null;
  readonly seed: number;
  /** Clocks of the workload, and as many of random commands, at most. */
  readonly clocks: number;
  readonly json: string | null;
  readonly techOut: string | null;
  /** Table that the one written starts from. */
  readonly tech: string;
  /** Feature size of the library; null: the default library's. */
  readonly nodeNm: number | null;
  readonly progress: (stage: string) => void;
}

export interface SynthesisOutcome {
  readonly report: SynthesisReport;
  readonly files: readonly FolderFile[];
  readonly outputs: readonly Output[];
}

/**
 * Reads the inputs, synthesises and makes the files; writes nothing.
 *
 * @throws TallyError for whatever is missing, malformed or does not fit; those of `synthesise` and `synthesisedTable`
 */
export async function executeSynthesis(request: SynthesisRequest): Promise<SynthesisOutcome> {
  const paths = [request.json, request.techOut].filter((path) => path !== null && path !== '-');
  checkOutputs(paths.map(String), inputFiles(request));
  const chip = readChip(request.chip);
  const base = readTech(request.tech);
  const node = nodeOf(request);
  const spec = macroSpec(chip);
  const macro = createMacro(spec);
  const libertyName = request.liberty ?? defaultFile(OSU018.liberty);
  const liberty = Buffer.from(readBytes(libertyName, 'Liberty')).toString('utf8');
  const cells = request.verify ? cellFiles(request) : null;
  const workload = await workloadOf(request, chip, macro);
  const { report, files } = await synthesise({
    spec,
    liberty,
    libertyName,
    clockMHz: request.clockMHz ?? fastestClock(chip),
    workload,
    checks: [checkVectors(macro, request.seed, request.clocks)],
    cells,
    toolVersion: VERSION,
    progress: request.progress,
  });
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  const outputs: Output[] = [];
  if (request.json !== null && request.json !== '-') {
    outputs.push({ path: request.json, content: json(report) });
  }
  if (request.techOut !== null && node !== null) {
    const table: TechTable = synthesisedTable(base, chip, report, workload.vectors.activity, node);
    outputs.push({ path: request.techOut, content: json(table) });
  }
  return { report, files: [...files, { path: 'synthesis.json', text: json(report) }], outputs };
}

function inputFiles({ chip, liberty, cells, network, data, labels, image, tech }: SynthesisRequest) {
  return [
    ...[chip, tech].filter(isPath),
    ...(liberty === null ? [] : [liberty]),
    ...(cells ?? []),
    ...(network === null ? [] : simulationFiles({ network, chip, data, labels, image, layer: null })),
  ];
}

function fastestClock(chip: Chip): number {
  return Math.max(...chip.operatingPoints.map(({ name }) => operatingPoint(chip, name).clockMHz));
}

function defaultFile(path: string): string {
  if (existsSync(path)) return path;
  return fail(
    'library-missing',
    path,
    'the default library is not installed',
    `apt-get install ${OSU018.debian}, or name another library with --liberty`,
  );
}

function cellFiles({ cells, liberty }: SynthesisRequest): readonly string[] {
  if (cells !== null) {
    for (const path of cells) readBytes(path, 'Verilog');
    return cells;
  }
  if (liberty === null) return [defaultFile(OSU018.cells)];
  return fail(
    'cells-missing',
    '--verify',
    `needs the Verilog of the cells of ${liberty}`,
    'name it with --cells, once for each file',
  );
}

/** @throws TallyError `node-missing` when a table is asked for and nobody says of which node */
function nodeOf({ techOut, nodeNm, liberty }: SynthesisRequest): Node | null {
  if (techOut === null) return null;
  if (nodeNm !== null) return { nm: nodeNm, source: `--node ${nodeNm}, given with the library` };
  if (liberty === null) return OSU018.node;
  return fail(
    'node-missing',
    '--node',
    'a table states the feature size of its node, which Liberty files do not',
    'give it in nanometres, as in --node 130',
  );
}

async function workloadOf(request: SynthesisRequest, chip: Chip, macro: Macro): Promise<Workload> {
  const { network, layer, image, clocks, seed } = request;
  if (network === null) {
    if (layer !== null) {
      return fail('network-missing', '--layer', `names '${layer}' of no network`, 'add --network FILE');
    }
    const subject = fullLayer(chip, macro, seeded(seed));
    const name = `random codes that fill every vector, seed ${seed}`;
    return layerWorkload(chip, macro, { ...subject, layer: null, name }, clocks);
  }
  const { file, codes } = await loadSimulation({ ...request, network });
  const name = `${file.network.name}, image ${image}`;
  return layerWorkload(chip, macro, { network: file.network, image: codes, layer, name }, clocks);
}
