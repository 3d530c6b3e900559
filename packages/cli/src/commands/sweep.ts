import { Argument, Command, Option } from 'commander';
import { sweepVoltage } from '@tally/core';
import { checkOutputs, writeAllAtomically } from '../io/outputs.ts';
import { isPath, readChip, readTech } from '../io/presets.ts';
import { renderSweep } from '../sweep/render.ts';
import { streamStyle } from '../terminal/style.ts';
import { positiveNumber, wholeNumber } from './arguments.ts';
import { CHIP_NAMES, techOption } from './options.ts';

interface Flags {
  readonly tech: string;
  readonly from?: number;
  readonly to?: number;
  readonly steps: number;
  readonly json: boolean;
  readonly svg?: string;
}

/** `tally sweep`: clock, throughput and energy of a chip over its supply. */
export function sweepCommand(): Command {
  return new Command('sweep')
    .summary('clock, throughput and energy of a chip over its supply voltage')
    .description(
      'Sweeps the supply of a chip: highest clock by its voltage-frequency curve, throughput, energy per operation and ' +
        'TOPS/W of the reference workload, through the published points. Says what is calibrated and what is extrapolated; ' +
        "refuses supplies outside the model's range.",
    )
    .addArgument(new Argument('<chip>', CHIP_NAMES))
    .addOption(techOption())
    .option('--from <V>', "lowest supply (default: the lower end of the model's range)", positiveNumber)
    .option('--to <V>', "highest supply (default: the upper end of the model's range)", positiveNumber)
    .addOption(
      new Option('--steps <n>', 'equal steps between them; operating points are always added')
        .argParser(wholeNumber(1, 10_000))
        .default(12),
    )
    .option('--json', 'print the sweep as JSON (docs/schema/voltage-sweep.schema.json)', false)
    .option('--svg <file>', 'write the curves as an SVG file')
    .addHelpText(
      'after',
      `
Examples:
  $ tally sweep zhu2020
  $ tally sweep zhu2020 --from 1.0 --to 1.25 --steps 5
  $ tally sweep zhu2020 --svg out/zhu2020.svg
  $ tally sweep zhu2020 --json | jq '.points[] | select(.region != "extrapolated") | [.voltageV, .topsPerWatt]'`,
    )
    .action(async (name: string, { tech, from, to, steps, json, svg }: Flags) => {
      checkOutputs(svg === undefined ? [] : [svg], [name, tech].filter(isPath));
      const sweep = sweepVoltage(readChip(name), readTech(tech), { fromV: from, toV: to, steps });
      if (svg !== undefined) {
        // Loaded only here: drawing is the slowest part of the program to load.
        const { sweepSvg } = await import('../sweep/svg.ts');
        writeAllAtomically([{ path: svg, content: sweepSvg(sweep) }]);
      }
      const style = streamStyle(process.stdout);
      const written = svg === undefined ? [] : ['', `  ${style('green', '✓')} ${svg}`];
      process.stdout.write(
        json
          ? `${JSON.stringify(sweep, null, 2)}\n`
          : `${[renderSweep(sweep, style), ...written].join('\n')}\n`,
      );
    });
}
