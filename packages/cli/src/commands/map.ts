import { Command, InvalidArgumentError, Option } from 'commander';
import { MAPPING_DATAFLOWS, OBJECTIVES, SYSTEM_PRESETS, type SearchBudget } from '@tally/core';
import { executeMap, type MapRequest } from '../map/run.ts';
import { writeMapping } from '../map/write.ts';
import { countsPath } from '../interchange/counts-option.ts';
import { defaultThreads, MOST_THREADS, positiveNumber, wholeNumber } from './arguments.ts';
import { chipOption, clockOption, pointOption, techOption, voltageOption } from './options.ts';

interface Flags {
  readonly chip: string;
  readonly system?: string;
  readonly tech: string;
  readonly point?: string;
  readonly voltage?: number;
  readonly clock?: number;
  readonly objective: MapRequest['objective'];
  readonly dataflow?: string;
  readonly maxArea?: number;
  readonly batch: number;
  readonly budget?: SearchBudget;
  readonly keep: boolean;
  readonly compare: boolean;
  readonly run?: string;
  readonly replay?: string;
  readonly threads?: number;
  readonly output?: string;
  readonly json?: string;
  readonly searchJson?: string;
  readonly html?: string;
  readonly counts?: string;
  readonly timeloop?: string;
  readonly htmlSamples: number;
  readonly seed: number;
}

/** `5s` or `20000`: seconds, or evaluations, that the search of one layer may take. */
function budget(text: string): SearchBudget {
  if (/^\d+(\.\d+)?s$/.test(text)) return { evaluations: null, seconds: positiveNumber(text.slice(0, -1)) };
  if (/^\d+$/.test(text)) return { evaluations: wholeNumber(1)(text), seconds: null };
  throw new InvalidArgumentError('give a number of evaluations (20000) or seconds (5s).');
}

/** Options that say what to search, and those that say what to draw on the page, by the name of their flag. */
const OF_A_SEARCH = {
  objective: '--objective',
  dataflow: '--dataflow',
  maxArea: '--max-area',
  budget: '--budget',
  keep: '--no-keep',
  compare: '--no-compare',
  searchJson: '--search-json',
} as const satisfies Partial<Record<keyof Flags, string>>;
const OF_THE_PAGE = {
  htmlSamples: '--html-samples',
  seed: '--seed',
} as const satisfies Partial<Record<keyof Flags, string>>;

/** The flags among these that were written on the command line: a default is not. */
function given(command: Command, flags: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(flags).flatMap(([name, flag]) =>
    command.getOptionValueSource(name) === 'cli' ? [flag] : [],
  );
}

/** Ends the command where an option would do nothing beside the others. */
function checkTogether(flags: Flags, command: Command): void {
  if (flags.clock !== undefined && flags.voltage === undefined)
    command.error('error: --clock needs --voltage');
  const searching = flags.replay === undefined ? [] : given(command, OF_A_SEARCH);
  if (searching.length > 0)
    command.error(`error: a replay searches nothing: leave out --replay, or ${searching.join(', ')}`);
  const drawing = flags.html !== undefined ? [] : given(command, OF_THE_PAGE);
  if (drawing.length > 0)
    command.error(`error: ${drawing.join(', ')}: mappings are drawn for the page only, name it with --html`);
}

/** `tally map`: the best mapping of every layer of a network, proven. */
export function mapCommand(): Command {
  return new Command('map')
    .summary('find the best mapping of every layer: what stays where, in which order')
    .description(
      'Finds for each layer the dataflow, tiles, loop order and split over macros that cost least, over memory, buffers and macros, and ' +
        'proves that there is no better one in the space of docs/mapping.md; evaluates saved mappings.',
    )
    .argument(
      '<network>',
      'network file (.tally), or .onnx or .model (float or quantized) of which only the shapes are used',
    )
    .addOption(chipOption())
    .option(
      '--system <system>',
      `memories around the macros: name (${SYSTEM_PRESETS.join(', ')}) or .json file (default: the one named like the chip)`,
    )
    .addOption(techOption())
    .addOption(pointOption())
    .addOption(voltageOption())
    .addOption(clockOption())
    .addOption(
      new Option('--objective <what>', 'what is minimised, layer by layer; pareto: energy against time')
        .choices([...OBJECTIVES, 'pareto'])
        .default('edp'),
    )
    .addOption(
      new Option('--dataflow <name>', 'use this dataflow for all layers').choices(
        MAPPING_DATAFLOWS.map(({ name }) => name),
      ),
    )
    .option('--max-area <mm2>', 'use only as many macros as fit, with the buffers', positiveNumber)
    .option('--batch <n>', 'images that are mapped together', wholeNumber(1, 65_536), 1)
    .option(
      '--budget <amount>',
      'end each search of a layer after so many evaluations (20000) or seconds (5s): best so far, with its gap',
      budget,
    )
    .option('--no-keep', 'let every result go through memory; else results stay on chip where that is better')
    .option('--no-compare', 'leave out the searches of each single dataflow')
    .option('--run <file>', 'report of `tally run --json`: take its matches instead of assumed ones')
    .option(
      '--replay <file>',
      'evaluate this mapping file: nothing is searched, options of the search are refused',
    )
    .option(
      '--threads <n>',
      'most worker threads, small work starts none; no result depends on it (default: one per core, at most 8)',
      wholeNumber(1, MOST_THREADS),
    )
    .option('-o, --output <file>', 'write the mapping, to be replayed')
    .option('--json <file>', 'write the evaluation of the mapping as JSON; - for standard output')
    .option(
      '--search-json <file>',
      'write the record of the search as JSON: proof, alternatives, Pareto sets',
    )
    .option(
      '--counts <file>',
      'write the accesses per layer, operand and level: .csv, .parquet, .yaml',
      countsPath,
    )
    .option(
      '--timeloop <folder>',
      'write each layer as a Timeloop file into this folder, made where it is not there (docs/howto/interchange.md)',
    )
    .option('--html <file>', 'write everything as one self-contained HTML file with charts')
    .option(
      '--html-samples <n>',
      'mappings drawn at random per layer, that the page holds the best against',
      wholeNumber(0, 100_000),
      500,
    )
    .option('--seed <n>', 'seed of that drawing', wholeNumber(0), 1)
    .addHelpText(
      'after',
      `
Examples:
  $ tally map models/resnet8-w3a2.tally
  $ tally map models/resnet8-w3a2.tally -o mapping.json --json report.json
  $ tally map models/resnet8-w3a2.tally --replay mapping.json --json same-report.json
  $ tally map models/resnet8-w3a2.tally --objective pareto --system zhu2020-x16
  $ tally map network.onnx --objective traffic --batch 4

Traffic, time and energy are those of the whole batch. A mapping that is edited by hand is checked when it is replayed.`,
    )
    .action(async (network: string, flags: Flags, command: Command) => {
      checkTogether(flags, command);
      const outputs = {
        mapping: flags.output ?? null,
        json: flags.json ?? null,
        searchJson: flags.searchJson ?? null,
        html: flags.html ?? null,
        counts: flags.counts ?? null,
        timeloop: flags.timeloop ?? null,
      };
      const results = await executeMap({
        network,
        chip: flags.chip,
        system: flags.system ?? null,
        tech: flags.tech,
        point:
          flags.voltage === undefined
            ? (flags.point ?? 'peak-efficiency')
            : { voltageV: flags.voltage, ...(flags.clock === undefined ? {} : { clockMHz: flags.clock }) },
        objective: flags.objective,
        dataflow: flags.dataflow ?? null,
        maxAreaMm2: flags.maxArea ?? null,
        batch: flags.batch,
        budget: flags.budget ?? null,
        keep: flags.keep,
        compare: flags.compare,
        run: flags.run ?? null,
        replay: flags.replay ?? null,
        threads: flags.threads ?? defaultThreads(),
        sample:
          flags.html === undefined || flags.htmlSamples === 0
            ? null
            : { samples: flags.htmlSamples, seed: flags.seed },
        outputs,
      });
      await writeMapping(results, outputs);
    });
}
