import { Command, Option } from 'commander';
import { TECH_PRESETS } from '@tally/core';
import { datasetNames } from '../io/dataset.ts';
import { checkFolder, writeFolderAtomically } from '../io/folder.ts';
import { writeAllAtomically } from '../io/outputs.ts';
import { executeSynthesis } from '../synth/execute.ts';
import { renderSynthesis } from '../synth/render.ts';
import { streamStyle } from '../terminal/style.ts';
import { positiveNumber, wholeNumber } from './arguments.ts';
import { CHIP_NAMES } from './options.ts';

interface Flags {
  readonly liberty?: string;
  readonly cells?: readonly string[];
  readonly verify: boolean;
  readonly clockMhz?: number;
  readonly network?: string;
  readonly data: string;
  readonly labels?: string;
  readonly image: number;
  readonly layer?: string;
  readonly seed: number;
  readonly clocks: number;
  readonly output?: string;
  readonly force: boolean;
  readonly json?: string;
  readonly techOut?: string;
  readonly tech: string;
  readonly node?: number;
}

/** File that every folder of `tally synth` has. */
const MARKER = 'synthesis.json';

/** Most clocks of recorded vectors: each keeps all pins, three kilobytes where the macro is largest. */
const MOST_CLOCKS = 100_000;

/** `tally synth`: the macro's circuit in standard cells. */
export function synthCommand(): Command {
  return new Command('synth')
    .summary("map the macro's circuit to standard cells: area, longest path, power")
    .description(
      "Maps the generated circuit of a chip's macro to a cell library with Yosys, checks the netlist against the simulator on every " +
        'clock of recorded vectors, and reports area by module, the longest path by OpenSTA, and power from the switching of every net.',
    )
    .argument('<chip>', CHIP_NAMES)
    .option('--liberty <file>', "cell library (default: OSU 180 nm of Debian's qflow-tech-osu018)")
    .option('--clock-mhz <f>', "clock (default: the chip's fastest operating point)", positiveNumber)
    .option('--network <file>', 'network (.tally) whose layer switches the circuit (default: a random layer)')
    .option(
      '--data <dataset>',
      `with --network: name (${datasetNames().join(', ')}), folder with t10k IDX files, or one IDX file of images`,
      'fashion-mnist',
    )
    .option('--labels <file>', 'IDX file of labels, with --data naming a single file of images')
    .option('--image <n>', 'with --network: number of the image, the first is 0', wholeNumber(0), 0)
    .option('--layer <id>', 'with --network: this layer (default: the one that takes the most clocks)')
    .option('--seed <n>', 'of the random layer and of the random commands', wholeNumber(0, 2 ** 32 - 1), 1)
    .option(
      '--clocks <n>',
      `clocks of the layer, and as many of random commands, at most ${MOST_CLOCKS}`,
      wholeNumber(20, MOST_CLOCKS),
      1000,
    )
    .option('--verify', "replay the vectors on the library's Verilog cells with Icarus Verilog too", false)
    .addOption(
      new Option(
        '--cells <file>',
        "Verilog of the library's cells for --verify, which it implies; once for each file",
      ).argParser((path: string, before: readonly string[] | undefined) => [...(before ?? []), path]),
    )
    .option('-o, --output <folder>', 'folder for netlist, constraints, scripts and logs; a new or empty one')
    .option('--force', 'replace a folder that this command wrote, with all that it holds', false)
    .option('--tech-out <file>', 'write a technology table with the areas and energies of the circuit')
    .option(
      '--tech <table>',
      `table that it starts from: ${TECH_PRESETS.join(', ')} or .json file`,
      'zhu2020-65nm',
    )
    .option('--node <nm>', 'feature size of the library, for --tech-out with --liberty', positiveNumber)
    .option('--json <file>', 'write the report as JSON; - for standard output')
    .addHelpText(
      'after',
      `
Examples:
  $ tally synth zhu2020 -o out/synth
  $ tally synth zhu2020 --network models/resnet8-w3a2.tally --image 3 --layer conv2
  $ tally synth zhu2020 --liberty pdk/cells.lib --cells pdk/cells.v
  $ tally synth zhu2020 --tech-out out/zhu2020-osu018.json
  $ tally run models/resnet8-w3a2.tally --data fashion-mnist --tech out/zhu2020-osu018.json

Needs yosys and opensta of Debian. What the figures mean and do not mean: docs/howto/synthesise.md.`,
    )
    .action(async (chip: string, flags: Flags) => {
      const folder = { force: flags.force, marker: MARKER };
      if (flags.output !== undefined) checkFolder(flags.output, folder);
      const style = streamStyle(process.stdout);
      const { report, files, outputs } = await executeSynthesis({
        chip,
        liberty: flags.liberty ?? null,
        cells: flags.cells ?? null,
        verify: flags.verify || flags.cells !== undefined,
        clockMHz: flags.clockMhz ?? null,
        network: flags.network ?? null,
        data: flags.data,
        labels: flags.labels ?? null,
        image: flags.image,
        layer: flags.layer ?? null,
        seed: flags.seed,
        clocks: flags.clocks,
        json: flags.json ?? null,
        techOut: flags.techOut ?? null,
        tech: flags.tech,
        nodeNm: flags.node ?? null,
        progress: (stage) => {
          if (process.stderr.isTTY) process.stderr.write(`${stage} ...\n`);
        },
      });
      if (flags.output !== undefined) writeFolderAtomically(flags.output, files, folder);
      writeAllAtomically(outputs);
      if (flags.json === '-') {
        process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
        return;
      }
      const paths = [
        ...(flags.output === undefined ? [] : [flags.output]),
        ...outputs.map(({ path }) => path),
      ];
      const written = paths.map((path) => `  ${style('green', '✓')} ${path}`);
      process.stdout.write(`${[renderSynthesis(report, style), ...written].join('\n')}\n`);
    });
}
