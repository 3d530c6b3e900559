import { Command, InvalidArgumentError, Option } from 'commander';
import { PROOF_UNITS } from '@tally/core';
import { ENGINES, type Engine } from '../prove/engines.ts';
import { executeProofs } from '../prove/execute.ts';
import { failUnproven, renderProofs } from '../prove/report.ts';
import { MOST_SECONDS } from '../programs/run.ts';
import { defaultThreads, MOST_THREADS, positiveNumber, wholeNumber } from './arguments.ts';
import { deliver } from './deliver.ts';
import { CHIP_NAMES } from './options.ts';

interface Flags {
  readonly unit?: readonly string[];
  readonly solver?: Engine;
  readonly entries: number;
  readonly free: number;
  readonly limit: number;
  readonly threads: number;
  readonly keep: string;
  readonly json?: string;
}

/** Parses a time in seconds that a program can be given. */
function seconds(text: string): number {
  const value = positiveNumber(text);
  if (value > MOST_SECONDS) throw new InvalidArgumentError(`give at most ${MOST_SECONDS} seconds.`);
  return value;
}

/** `tally prove`: properties of the generated circuit, for all inputs. */
export function proveCommand(): Command {
  return new Command('prove')
    .summary("prove the units of the macro's circuit against their specification")
    .description(
      'Proves the SystemVerilog of a chip against arithmetic written down independently, for all inputs: every unit at its full ' +
        'size, arrays, handshakes and the whole datapath on a small macro with the same keys and codes. Yosys makes the logic, ' +
        'its SAT solver or an SMT solver decides.',
    )
    .argument('<chip>', CHIP_NAMES)
    .option('--unit <names>', `these alone, separated by commas: ${PROOF_UNITS.join(', ')}`, (text: string) =>
      text.split(','),
    )
    .addOption(
      new Option('--solver <name>', 'only this one (default: the quickest first, then the others)').choices(
        ENGINES,
      ),
    )
    .option('--entries <n>', 'entries of the small macro', wholeNumber(8, 1024), 8)
    .option(
      '--free <n>',
      'entries of a run of the datapath that hold any code, the others 0',
      wholeNumber(1, 1024),
      2,
    )
    .option('--limit <seconds>', 'time of a solver for a proof', seconds, 300)
    .option('--threads <n>', 'proofs at a time', wholeNumber(1, MOST_THREADS), defaultThreads())
    .option('--keep <folder>', 'folder for waveforms of counterexamples', 'out/prove')
    .option('--json <file>', 'write the results as JSON; - for standard output')
    .addHelpText(
      'after',
      `
Examples:
  $ tally prove zhu2020                                  everything
  $ tally prove zhu2020 --unit popcount,threshold-unit   two units
  $ tally prove lsq-w3a3 --solver z3 --json proofs.json

Needs yosys, python3 and one of cvc5 and z3 (apt-get install yosys python3 cvc5 z3). Exit code 1 unless all is proven.
What is proven at which size, and what is not: docs/howto/prove.md.`,
    )
    .action(async (chip: string, flags: Flags) => {
      const report = await executeProofs({
        chip,
        units: flags.unit ?? null,
        solver: flags.solver ?? null,
        entries: flags.entries,
        freeEntries: flags.free,
        limitSeconds: flags.limit,
        threads: flags.threads,
        keep: flags.keep,
        json: flags.json ?? null,
      });
      deliver(report, flags.json, (style) => renderProofs(report, style));
      failUnproven(report);
    });
}
