import { resolve } from 'node:path';
import type { FolderFile } from '../io/folder.ts';
import { CONSTRAINTS, TIMING_SCRIPT } from './timing-analysis.ts';
import { FILES, TOP } from './yosys.ts';

/** Arguments of the programs in their folder. */
export const YOSYS_ARGUMENTS = ['-q', '-l', 'yosys.log', FILES.script] as const;
export const STA_ARGUMENTS = ['-no_splash', '-exit', TIMING_SCRIPT] as const;

interface Described {
  readonly chip: string;
  readonly entries: number;
  readonly clockMHz: number;
  /** Name that the Liberty file gives the library. */
  readonly library: string;
  /** Its path as it was given. */
  readonly libertyName: string;
  /** Versions of the programs. */
  readonly versions: ReadonlyMap<string, string>;
}

/** A path as a word of a shell. */
function shellWord(text: string): string {
  return /^[\w./+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** README of the folder of `tally synth`: what each file is, and how to run the scripts again, which need the library. */
export function synthesisReadme(described: Described): FolderFile {
  const { chip, entries, clockMHz, library, libertyName, versions } = described;
  const of = (program: string): string => versions.get(program) ?? 'unknown version';
  const lines = [
    `# ${TOP} of ${chip} in cells of ${library}`,
    '',
    `${entries} entries, ${clockMHz} MHz. Every figure is synthesised: computed by tools from a generated circuit and a cell library, without wires.`,
    '',
    '| file | what |',
    '| --- | --- |',
    '| `rtl/` | the circuit, SystemVerilog |',
    `| \`${FILES.script}\`, \`${FILES.driver}\` | script of Yosys; driver and load that logic is mapped for |`,
    `| \`${FILES.netlist}\`, \`${FILES.statistics}\`, \`yosys.log\` | what Yosys (${of('yosys')}) wrote |`,
    `| \`${TIMING_SCRIPT}\`, \`${CONSTRAINTS}\` | script and constraints of OpenSTA |`,
    `| \`sta.log\` | what OpenSTA (${of('sta')}) wrote |`,
    '| `synthesis.json` | the report |',
    '',
    '## Run it again',
    '',
    `The scripts read the cell library beside them as \`${FILES.library}\`, which is not part of this folder. In this folder:`,
    '',
    `    ln -s ${shellWord(resolve(libertyName))} ${FILES.library}`,
    `    yosys ${YOSYS_ARGUMENTS.join(' ')}`,
    `    sta ${STA_ARGUMENTS.join(' ')}`,
    '',
    'On another machine, link or copy the same library from where it lies there.',
    '',
  ];
  return { path: 'README.md', text: lines.join('\n') };
}
