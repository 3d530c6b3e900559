import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { fail, importMapping, MAPPING_FORMATS, type MappingFormat } from '@tally/core';
import { countsEnding, countsFile } from '../interchange/counts-file.ts';
import { countsPath } from '../interchange/counts-option.ts';
import { renderImported } from '../interchange/render.ts';
import { checkOutputs, writeAllAtomically, type Output } from '../io/outputs.ts';
import { readBytes } from '../io/read.ts';
import { streamStyle } from '../terminal/style.ts';

interface Flags {
  readonly format?: MappingFormat;
  readonly counts?: string;
  readonly json?: string;
}

function refuseFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  fail(
    'file-unreadable',
    path,
    'is a folder: the files of one mapping are expected, by name',
    `name the file of a layer, or those of problem, architecture and mapping, as in ${join(path, 'problem.yaml')}`,
  );
}

/** `tally count`: the accesses of a mapping that was written for Timeloop or ZigZag. */
export function countCommand(): Command {
  return new Command('count')
    .summary('count the accesses of a mapping written for Timeloop or ZigZag')
    .description(
      'Reads problem, architecture and mapping of Timeloop 0.4, or workload, accelerator and mapping of ZigZag 3, and counts what the ' +
        'fixed mapping moves, per operand and level. What the files say that cannot be counted is refused with its place; what is counted ' +
        'otherwise, or not used, is listed.',
    )
    .argument('<files...>', 'YAML files, in any order; together they hold all three parts')
    .addOption(
      new Option('--format <tool>', 'tool that the files are for (default: what they look like)').choices(
        MAPPING_FORMATS,
      ),
    )
    .option(
      '--counts <file>',
      'write the counts per layer, operand and level: .csv, .parquet, .yaml (with problem and mapping)',
      countsPath,
    )
    .option('--json <file>', 'write problem, machine, mapping and counts as JSON; - for standard output')
    .addHelpText(
      'after',
      `
Examples:
  $ tally count problem.yaml architecture.yaml mapping.yaml                  Timeloop 0.4
  $ tally count workload.yaml accelerator.yaml mapping.yaml --counts c.csv   ZigZag 3
  $ tally map models/resnet8-w3a2.tally --timeloop out --counts out/c.parquet
  $ tally count out/01-conv1.yaml                                            the same counts again

What maps and what does not: docs/howto/interchange.md.`,
    )
    .action((paths: readonly string[], { format, counts, json }: Flags) => {
      const targets = [counts, json].flatMap((path) => (path === undefined || path === '-' ? [] : [path]));
      checkOutputs(targets, paths);
      paths.forEach(refuseFolder);
      const sources = paths.map((name) => ({
        name,
        text: Buffer.from(readBytes(name, 'mapping')).toString('utf8'),
      }));
      const imported = importMapping(sources, format);
      const text = `${JSON.stringify(imported, null, 2)}\n`;
      const outputs: Output[] = [];
      const ending = counts === undefined ? undefined : countsEnding(counts);
      if (counts !== undefined && ending !== undefined)
        outputs.push({ path: counts, content: countsFile(ending, imported.layers) });
      if (json !== undefined && json !== '-') outputs.push({ path: json, content: text });
      writeAllAtomically(outputs);
      if (json === '-') {
        process.stdout.write(text);
        return;
      }
      const style = streamStyle(process.stdout);
      const written = outputs.map(({ path }) => `  ${style('green', '✓')} ${path}`);
      process.stdout.write(
        `${[renderImported(imported, style), ...(written.length === 0 ? [] : ['', ...written])].join('\n')}\n`,
      );
    });
}
