import { Command, Option } from 'commander';
import {
  REPORT_SAMPLING,
  SPREAD_DISTRIBUTIONS,
  type MonteCarloOptions,
  type SpreadDistribution,
} from '@tally/core';
import { datasetNames } from '../io/dataset.ts';
import { executeRun } from '../run/run.ts';
import { writeResults } from '../run/results.ts';
import { defaultThreads, MOST_THREADS, pointOf, wholeNumber, type PointFlags } from './arguments.ts';
import { chipOption, clockOption, pointOption, techOption, voltageOption } from './options.ts';

interface Flags extends PointFlags {
  readonly data: string;
  readonly labels?: string;
  readonly chip: string;
  readonly tech: string;
  readonly images?: number;
  readonly threads?: number;
  readonly samples?: number;
  readonly seed?: number;
  readonly spread?: SpreadDistribution;
  readonly simulate: boolean;
  readonly json?: string;
  readonly html?: string;
  readonly stamp: boolean;
}

/** `tally run`: runs a network on a data set as a chip would, counts, prices, reports. */
export function runCommand(): Command {
  return new Command('run')
    .summary('run a network on images as the chip would, count and price it')
    .description(
      'Runs an integer network bit for bit, counts what the entry-counting chip does on these images, and prices it: ' +
        'accuracy, searches, matches, multiplications, cycles, energy, memory traffic, per layer and in all.',
    )
    .argument('<network>', 'network file (.tally), see tally quantize')
    .requiredOption(
      '--data <dataset>',
      `name (${datasetNames().join(', ')}), folder with t10k IDX files, or one IDX file of images`,
    )
    .option('--labels <file>', 'IDX file of labels, with --data naming a single file of images')
    .addOption(chipOption())
    .addOption(techOption())
    .addOption(pointOption())
    .addOption(voltageOption())
    .addOption(clockOption())
    .option('--images <n>', 'run the first n images only', wholeNumber(1))
    .option(
      '--threads <n>',
      'worker threads, no result depends on it (default: one per core, at most 8)',
      wholeNumber(1, MOST_THREADS),
    )
    .option(
      '--samples <n>',
      "Monte Carlo samples over the table's spreads (default 2000)",
      wholeNumber(1, 1_000_000),
    )
    .option('--seed <n>', 'seed of these samples: the same seed, the same bytes (default 1)', wholeNumber(0))
    .addOption(
      new Option(
        '--spread <distribution>',
        'how entries lie between their ends (default log-triangular)',
      ).choices(SPREAD_DISTRIBUTIONS),
    )
    .option(
      '--simulate',
      'run the first image clock by clock too: held against the counts, and what its data change of the energy',
      false,
    )
    .option(
      '--json <file>',
      'write the report as JSON (docs/schema/run-report.schema.json); - for standard output',
    )
    .option('--html <file>', 'write the report as one self-contained HTML file')
    .option('--stamp', 'put date and machine into the HTML report (equal runs then differ)', false)
    .addHelpText(
      'after',
      `
Examples:
  $ tally run models/resnet8-w3a2.tally --data fashion-mnist
  $ tally run models/resnet8-w3a2.tally --data fashion-mnist --html out/report.html --json out/report.json
  $ tally run models/resnet8-w3a2.tally --data fashion-mnist --images 200 --json - | jq .total.energy
  $ tally run models/resnet8-w3a2.tally --data fashion-mnist --point peak-throughput
  $ tally run models/resnet8-w3a2.tally --data fashion-mnist --voltage 1.1 --clock 80 --tech unit
  $ tally run net.tally --data my-images-idx3-ubyte.gz --labels my-labels-idx1-ubyte.gz

Figures are per image unless they say otherwise. Every figure carries a label: counted, published, literature, synthesised,
reconstructed or calibrated (docs/cli.md). With --json - the table goes nowhere: standard output is the JSON alone.`,
    )
    .action(async (network: string, flags: Flags, command: Command) => {
      if (flags.clock !== undefined && flags.voltage === undefined)
        command.error('error: --clock needs --voltage');
      const outputs = { json: flags.json ?? null, html: flags.html ?? null };
      const result = await executeRun({
        network,
        data: flags.data,
        labels: flags.labels ?? null,
        chip: flags.chip,
        tech: flags.tech,
        point: pointOf(flags) ?? 'peak-efficiency',
        images: flags.images ?? null,
        threads: flags.threads ?? defaultThreads(),
        sampling: samplingOf(flags),
        simulate: flags.simulate,
        outputs,
      });
      await writeResults(result, { ...outputs, stamp: flags.stamp, table: flags.json !== '-' });
    });
}

/** The sampling that the flags ask for; undefined where none of them is given. */
function samplingOf({ samples, seed, spread }: Flags): MonteCarloOptions | undefined {
  if (samples === undefined && seed === undefined && spread === undefined) return undefined;
  const { samples: usual, seed: first, distribution } = REPORT_SAMPLING;
  return { samples: samples ?? usual, seed: seed ?? first, distribution: spread ?? distribution };
}
