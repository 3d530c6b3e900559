import { Command, Option } from 'commander';
import { DATAFLOW_NAMES, executeCosimulation } from '../cosim/execute.ts';
import { failDisagreement, renderCosimulation } from '../cosim/report.ts';
import { datasetNames } from '../io/dataset.ts';
import { wholeNumber } from './arguments.ts';
import { deliver } from './deliver.ts';
import { CHIP_NAMES } from './options.ts';

interface Flags {
  readonly data: string;
  readonly labels?: string;
  readonly image: number;
  readonly layers?: readonly string[];
  readonly dataflow?: string;
  readonly random?: number;
  readonly seed: number;
  readonly axi?: boolean;
  readonly json?: string;
  readonly keep?: string;
  readonly force: boolean;
}

/** `tally cosim`: the generated circuit and the simulator side by side, compared on every clock. */
export function cosimCommand(): Command {
  return new Command('cosim')
    .summary("compare the macro's circuit with its simulator on every clock")
    .description(
      'Generates the SystemVerilog of a chip, builds its model with Verilator and runs it beside the simulator: match lines, counts, ' +
        'sums, every register and handshake are compared on every clock, results also with the integer executor. The first ' +
        'difference ends it, with a waveform of both around it.',
    )
    .argument('<chip>', CHIP_NAMES)
    .argument('[network]', 'network file (.tally): the layers of one image; left out: random layers')
    .option(
      '--data <dataset>',
      `name (${datasetNames().join(', ')}), folder with t10k IDX files, or one IDX file of images`,
      'fashion-mnist',
    )
    .option('--labels <file>', 'IDX file of labels, with --data naming a single file of images')
    .option('--image <n>', 'number of the image, the first is 0', wholeNumber(0), 0)
    .option('--layers <ids>', 'these layers alone, separated by commas', (text: string) => text.split(','))
    .addOption(
      new Option(
        '--dataflow <name>',
        "how the macro is fed (default: the chip's; random layers: any)",
      ).choices(DATAFLOW_NAMES),
    )
    .option('--random <n>', 'random layers, without a network (default: 100)', wholeNumber(1))
    .option('--seed <n>', 'seed of the random layers and gaps', wholeNumber(0, 2 ** 32 - 1), 1)
    .option('--axi', 'through the AXI streams of tally_top, with random gaps on every channel')
    .option('--json <file>', 'write what was compared as JSON; - for standard output')
    .option(
      '--keep <folder>',
      'keep the circuit, the report and the waveforms of a difference in this folder; a new or an empty one',
    )
    .option('--force', 'replace a folder that an earlier run kept, with all that it holds', false)
    .addHelpText(
      'after',
      `
Examples:
  $ tally cosim zhu2020                                         100 random layers and command streams
  $ tally cosim zhu2020 models/resnet8-w3a2.tally               every clock of one image
  $ tally cosim zhu2020 models/resnet8-w3a2.tally --layers stem,block1.conv1 --dataflow output-stationary
  $ tally cosim zhu2020 --axi --random 20                       through the streams of tally_top
  $ tally cosim zhu2020 models/resnet8-w3a2.tally --axi --layers fc
  $ tally cosim lsq-w3a3 --random 1000 --seed 7 --keep out/cosim --json out/cosim.json

Needs verilator, g++ and make (apt-get install verilator g++ make). Exit code 1 when anything differs or is left over.
With --axi: all results, and every register of the core inside on every clock; memories of the core and the registers around it are
not compared by themselves. Layers take several times the clocks: name a few.
What happens on a clock: hw/macro/doc/theory-of-operation.md.`,
    )
    .action(async (chip: string, network: string | undefined, flags: Flags, command: Command) => {
      if (network !== undefined && flags.random !== undefined)
        command.error('error: --random takes no network');
      if (network === undefined && flags.layers !== undefined)
        command.error('error: --layers needs a network');
      if (flags.force && flags.keep === undefined) command.error('error: --force needs --keep');
      const report = await executeCosimulation({
        chip,
        network: network ?? null,
        data: flags.data,
        labels: flags.labels ?? null,
        image: flags.image,
        layers: flags.layers ?? null,
        dataflow: flags.dataflow ?? null,
        random: flags.random ?? 100,
        seed: flags.seed,
        axi: flags.axi ?? false,
        keep: flags.keep ?? null,
        force: flags.force,
        json: flags.json ?? null,
      });
      deliver(report, flags.json, (style) => renderCosimulation(report, style));
      failDisagreement(report);
    });
}
