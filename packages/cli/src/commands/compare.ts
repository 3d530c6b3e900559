import { Argument, Command, Option } from 'commander';
import { ARRAY_PRESETS, CHIP_PRESETS, compareChips, fail } from '@tally/core';
import { readRunReport, runOnChips } from '../compare/runs.ts';
import { renderComparison } from '../compare/render.ts';
import { datasetNames } from '../io/dataset.ts';
import { readAnyChip, readTech } from '../io/presets.ts';
import { streamStyle } from '../terminal/style.ts';
import { VERSION } from '../version.ts';
import { defaultThreads, MOST_THREADS, wholeNumber } from './arguments.ts';
import { techOption } from './options.ts';

interface Flags {
  readonly tech: string;
  readonly point: string;
  readonly network?: string;
  readonly data?: string;
  readonly images?: number;
  readonly threads?: number;
  readonly run?: string;
  readonly json: boolean;
}

/** `tally compare`: methods of computing the same work at the same table and traffic, and chips by what they publish. */
export function compareCommand(): Command {
  return new Command('compare')
    .summary('entry counting beside dense, bit-serial, grouping and LUT arithmetic')
    .description(
      'Puts every counting scheme beside dense bit-parallel MAC, bit-serial AND-popcount, unique-weight grouping and LUT-based ' +
        'MAC, on the same work, at the same energy table, supply and memory traffic, with intervals. Every row states its node, ' +
        'supply, operations and level. Published figures stand beside, as published; a chip that is no entry-counting one is ' +
        'predicted from its geometry, with its error.',
    )
    .addArgument(
      new Argument('<chip...>', `names (${[...CHIP_PRESETS, ...ARRAY_PRESETS].join(', ')}) or .json files`),
    )
    .addOption(techOption())
    .option('--point <name>', 'operating point of the chips', 'peak-efficiency')
    .option('--network <file>', 'run this network (.tally) on every chip instead of the reference workload')
    .option('--data <dataset>', `with --network: name (${datasetNames().join(', ')}), folder or IDX file`)
    .option('--images <n>', 'with --network: the first n images only', wholeNumber(1))
    .option('--threads <n>', 'with --network: worker threads', wholeNumber(1, MOST_THREADS))
    .addOption(
      new Option(
        '--run <file>',
        'take the work from this report of `tally run --json`, on its chip',
      ).conflicts(['network', 'data', 'images', 'point']),
    )
    .option('--json', 'print the comparison as JSON (docs/schema/comparison.schema.json)', false)
    .addHelpText(
      'after',
      `
Examples:
  $ tally compare zhu2020                                       every method on the reference workload
  $ tally compare zhu2020 kim2019                               beside another 65 nm chip, predicted, nothing fitted
  $ tally compare zhu2020 --network models/resnet8-w3a2.tally --data fashion-mnist --images 200
  $ tally compare zhu2020 --run out/report.json                 the work of a finished run
  $ tally compare zhu2020 --json | jq '.chips[].methods[] | [.method, .energyRatio.value]'`,
    )
    .action(async (names: readonly string[], flags: Flags, command: Command) => {
      const { network, data } = flags;
      if (network !== undefined && data === undefined) command.error('error: --network needs --data');
      const running = (['data', 'images', 'threads'] as const).filter((name) => flags[name] !== undefined);
      if (network === undefined && running.length > 0)
        command.error(
          `error: ${running.map((name) => `--${name}`).join(' and ')} ${running.length === 1 ? 'needs' : 'need'} --network`,
        );
      const chips = names.map((argument) => ({ argument, chip: readAnyChip(argument) }));
      const twice = chips.find(
        ({ chip }, i) => chips.findIndex((other) => other.chip.name === chip.name) !== i,
      );
      if (twice !== undefined) {
        fail('chip-twice', twice.argument, `is chip ${twice.chip.name} a second time`, 'name each chip once');
      }
      const tech = readTech(flags.tech);
      const report = flags.run === undefined ? null : readRunReport(flags.run);
      const runs =
        report !== null
          ? new Map([[report.chip.name, report]])
          : network !== undefined && data !== undefined
            ? await runOnChips(chips, {
                network,
                data,
                tech: flags.tech,
                point: flags.point,
                images: flags.images ?? null,
                threads: flags.threads ?? defaultThreads(),
              })
            : new Map<string, never>();
      if (report !== null && !chips.some(({ chip }) => chip.name === report.chip.name)) {
        fail(
          'run-of-another-chip',
          flags.run ?? '',
          `is of chip ${report.chip.name}, which is not among ${names.join(', ')}`,
          `name ${report.chip.name} too`,
        );
      }
      const comparison = compareChips(
        chips.map(({ chip }) => chip),
        tech,
        VERSION,
        { point: flags.point, runs },
      );
      process.stdout.write(
        flags.json
          ? `${JSON.stringify(comparison, null, 2)}\n`
          : `${renderComparison(comparison, streamStyle(process.stdout))}\n`,
      );
    });
}
