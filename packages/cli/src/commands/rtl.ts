import { Argument, Command, Option } from 'commander';
import { AXIS_BITS } from '@tally/core';
import { checkFolder, writeFolderAtomically } from '../io/folder.ts';
import { readChip } from '../io/presets.ts';
import { makeBundle, MANIFEST } from '../rtl/bundle.ts';
import { grouped } from '../terminal/number.ts';
import { streamStyle } from '../terminal/style.ts';
import { renderFields } from '../terminal/table.ts';
import { wholeNumber } from './arguments.ts';
import { CHIP_NAMES } from './options.ts';

interface Flags {
  readonly output: string;
  readonly banks?: number;
  readonly axisBits: string;
  readonly bufferRows: number;
  readonly point?: string;
  readonly force: boolean;
}

/** `tally rtl`: the chip's macro as SystemVerilog. */
export function rtlCommand(): Command {
  return new Command('rtl')
    .summary('write the macro of a chip as SystemVerilog')
    .description(
      'Writes the macro of a chip as synthesizable SystemVerilog behind AXI, with a self-checking testbench, timing constraints, ' +
        'file lists and a README. The same chip and options give the same bytes.',
    )
    .addArgument(new Argument('<chip>', CHIP_NAMES))
    .requiredOption('-o, --output <folder>', 'folder to write; a new or an empty one')
    .option(
      '--banks <n>',
      'sub-arrays with a popcount tree each (default: of at most 128 entries, larger where only slivers would divide them)',
      wholeNumber(1),
    )
    .addOption(
      new Option('--axis-bits <n>', 'width of the data streams').choices(AXIS_BITS.map(String)).default('64'),
    )
    .option('--buffer-rows <n>', 'rows of each on-chip buffer', wholeNumber(2, 1024), 64)
    .option(
      '--point <name>',
      'operating point that the constraints take the clock from (default: the fastest)',
    )
    .option('--force', 'replace a folder that this command wrote, with all that it holds', false)
    .addHelpText(
      'after',
      `
Examples:
  $ tally rtl zhu2020 -o out/zhu2020                        SystemVerilog, testbench, constraints, README
  $ tally rtl chips/mine.json -o out/mine --banks 4         a chip of your own, in four banks
  $ tally rtl zhu2020 -o out/zhu2020 --axis-bits 32 --force  narrower streams, in place of the first

What the circuit does on every clock: hw/macro/doc/theory-of-operation.md. Its registers and packets: hw/macro/doc/axi.md.`,
    )
    .action((name: string, { output, force, axisBits, ...request }: Flags) => {
      const folder = { force, marker: MANIFEST };
      const chip = readChip(name);
      checkFolder(output, folder);
      const { files, spec, geometry, point, stimulus, modules } = makeBundle(chip, {
        ...request,
        axisBits: Number(axisBits),
      });
      writeFolderAtomically(output, files, folder);
      const style = streamStyle(process.stdout);
      const fields = [
        ['chip', `${spec.chip}, ${spec.scheme}`],
        ['entries', `${spec.entries} in ${spec.banks} bank${spec.banks === 1 ? '' : 's'}`],
        ['step', `${geometry.core.keys.keys.length} searches + ${spec.rescaleSlots} rescale slots`],
        ['modules', `${modules}, top tally_top, streams of ${geometry.axisBits} bits`],
        ['clock', `${point.clock.value} MHz, operating point ${point.name}`],
        ['testbench', `${stimulus.steps} steps, ${stimulus.results} results`],
        [
          'size',
          `${files.length} files, ${grouped(files.reduce((sum, { text }) => sum + text.length, 0))} bytes`,
        ],
      ] as const;
      process.stdout.write(`${style('bold', output)}\n\n${renderFields(fields, style)}\n`);
    });
}
