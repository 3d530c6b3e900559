import { Argument, Command } from 'commander';
import {
  ARRAY_PRESETS,
  CHIP_PRESETS,
  evaluationReportSchema,
  fail,
  predictArray,
  reproduceChip,
  type EvaluationReport,
} from '@tally/core';
import { readAnyChip, readTech } from '../io/presets.ts';
import { readBytes } from '../io/read.ts';
import { renderReproduction } from '../terminal/reproduction.ts';
import { streamStyle } from '../terminal/style.ts';
import { techOption } from './options.ts';

interface Flags {
  readonly tech: string;
  readonly evaluation?: string;
  readonly json: boolean;
}

/** @throws TallyError `evaluation-malformed` */
function readEvaluation(path: string): EvaluationReport {
  const text = new TextDecoder().decode(readBytes(path, 'evaluation'));
  let document: unknown = null;
  try {
    document = JSON.parse(text);
  } catch {
    // Refused below, as any other document that is no evaluation.
  }
  const parsed = evaluationReportSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  return fail(
    'evaluation-malformed',
    path,
    'is not the report of an evaluation',
    'name the file that `tally eval ... --json FILE` wrote',
  );
}

/** `tally reproduce`: published figures of a chip beside ours. */
export function reproduceCommand(): Command {
  return new Command('reproduce')
    .summary('compare what a chip publishes with what the model gives')
    .description(
      'Puts every published figure of a chip beside ours, with the residual and the label of ours. ' +
        'A row whose parameter was fitted to that very figure is labelled calibrated: it predicts nothing.',
    )
    .addArgument(
      new Argument('<chip>', `name (${[...CHIP_PRESETS, ...ARRAY_PRESETS].join(', ')}) or .json file`),
    )
    .addOption(techOption())
    .option(
      '--evaluation <file>',
      'report of `tally eval --json` for the accuracy row, e.g. of a 3-bit ResNet-18 on ImageNet',
    )
    .option(
      '--json',
      'print rows of { figure, unit, published, ours, residual, label, interval, calibrated, how }',
      false,
    )
    .addHelpText(
      'after',
      `
Examples:
  $ tally reproduce zhu2020
  $ tally reproduce lsq-w3a3                       the control: a reading that does not give 12.8×
  $ tally reproduce kim2019                        another 65 nm chip, predicted from its geometry: nothing fitted
  $ tally reproduce zhu2020 --json | jq '.[] | select(.label != "calibrated")'`,
    )
    .action((name: string, { tech, json, evaluation }: Flags) => {
      const chip = readAnyChip(name);
      const table = readTech(tech);
      const rows =
        chip.kind === 'tally-bit-serial-array'
          ? predictArray(chip, table)
          : reproduceChip(chip, table, evaluation === undefined ? null : readEvaluation(evaluation));
      process.stdout.write(
        json
          ? `${JSON.stringify(rows, null, 2)}\n`
          : `${renderReproduction(chip.name, rows, streamStyle(process.stdout))}\n`,
      );
    });
}
