import { Command, InvalidArgumentError, Option } from 'commander';
import { DATAFLOWS } from '@tally/core';
import { datasetNames } from '../io/dataset.ts';
import { writeAllAtomically } from '../io/outputs.ts';
import { renderSimulation } from '../simulate/render.ts';
import { executeSimulation } from '../simulate/simulate.ts';
import { streamStyle } from '../terminal/style.ts';
import { pointOf, wholeNumber, type PointFlags } from './arguments.ts';
import { chipOption, clockOption, pointOption, techOption, voltageOption } from './options.ts';

interface Flags extends PointFlags {
  readonly chip: string;
  readonly tech: string;
  readonly data: string;
  readonly labels?: string;
  readonly image: number;
  readonly dataflow?: string;
  readonly layer?: string;
  readonly engine: 'fast' | 'clock';
  readonly vcd?: string;
  readonly signals: readonly string[];
  readonly window?: { readonly from: number; readonly to: number };
  readonly json?: string;
}

/** Parses `FROM:TO`, clocks of a layer, both included. */
function clockWindow(text: string): { readonly from: number; readonly to: number } {
  const found = /^(\d+):(\d+)$/.exec(text);
  const [from, to] = found === null ? [NaN, NaN] : [Number(found[1]), Number(found[2])];
  if (!(from <= to)) throw new InvalidArgumentError('give FROM:TO, two clocks of the layer, as in 0:99.');
  return { from, to };
}

/** `tally simulate`: one image through the macro, clock by clock. */
export function simulateCommand(): Command {
  return new Command('simulate')
    .summary('run one image through the macro clock by clock')
    .description(
      'Runs one image through the macro, every clock of every layer: results are held against the integer executor, ' +
        'cycles, counts and energy against the models; matches, toggles and loads are counted and priced. ' +
        'A layer can be written as a waveform.',
    )
    .argument('<network>', 'network file (.tally), see tally quantize')
    .addOption(chipOption())
    .addOption(techOption())
    .addOption(pointOption())
    .addOption(voltageOption())
    .addOption(clockOption())
    .option(
      '--data <dataset>',
      `name (${datasetNames().join(', ')}), folder with t10k IDX files, or one IDX file of images`,
      'fashion-mnist',
    )
    .option('--labels <file>', 'IDX file of labels, with --data naming a single file of images')
    .option('--image <n>', 'number of the image, the first is 0', wholeNumber(0), 0)
    .addOption(
      new Option('--dataflow <name>', "how the macro is fed (default: the chip's)").choices(
        DATAFLOWS.map(({ name }) => name),
      ),
    )
    .option('--layer <id>', 'report this layer alone')
    .addOption(
      new Option('--engine <name>', 'every clock edge by itself, or step by step with the same results')
        .choices(['fast', 'clock'])
        .default('fast'),
    )
    .option('--vcd <file>', 'write the waveform of --layer (IEEE 1364 VCD: GTKWave, Surfer)')
    .option(
      '--signals <names>',
      'signals of the waveform, separated by commas, * for any part, as in "ml_*,psum_q*" (default: all)',
      (text: string) => text.split(','),
      [],
    )
    .option('--window <from:to>', 'clocks of the waveform, the first clock of a layer is 0', clockWindow)
    .option('--json <file>', 'write the counts as JSON; - for standard output')
    .addHelpText(
      'after',
      `
Examples:
  $ tally simulate models/resnet8-w3a2.tally
  $ tally simulate models/resnet8-w3a2.tally --image 7 --dataflow output-stationary
  $ tally simulate models/resnet8-w3a3.tally --chip zhu2020-w3a3 --json - | jq .activity.toggles
  $ tally simulate models/resnet8-w3a2.tally --point peak-throughput --json - | jq .energy.terms
  $ tally simulate models/resnet8-w3a2.tally --layer conv1 --vcd out/conv1.vcd --window 0:999 --signals "ml_*,vsum_q"

Layers run one after the other, each from an empty macro; what is not a convolution or a fully connected layer is
computed beside it and takes no cycles. How a clock works: hw/macro/doc/theory-of-operation.md. How the energy is made:
docs/howto/simulate.md.`,
    )
    .action(async (network: string, flags: Flags, command: Command) => {
      const { vcd, signals, window } = flags;
      if (vcd !== undefined && flags.layer === undefined) command.error('error: --vcd needs --layer');
      if (vcd === undefined && (window !== undefined || signals.length > 0))
        command.error('error: --signals and --window need --vcd');
      if (flags.clock !== undefined && flags.voltage === undefined)
        command.error('error: --clock needs --voltage');
      const { report, outputs } = await executeSimulation({
        network,
        chip: flags.chip,
        tech: flags.tech,
        point: pointOf(flags),
        data: flags.data,
        labels: flags.labels ?? null,
        image: flags.image,
        layer: flags.layer ?? null,
        dataflow: flags.dataflow ?? null,
        engine: flags.engine,
        json: flags.json ?? null,
        vcd: vcd === undefined ? null : { path: vcd, signals, window: window ?? null },
      });
      writeAllAtomically(outputs);
      if (flags.json === '-') {
        process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
        return;
      }
      const style = streamStyle(process.stdout);
      const written = outputs.map(({ path }) => `  ${style('green', '✓')} ${path}`);
      const parts = [renderSimulation(report, style), ...(written.length === 0 ? [] : ['', ...written])];
      process.stdout.write(`${parts.join('\n')}\n`);
    });
}
