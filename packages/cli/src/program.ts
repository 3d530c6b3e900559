import { Command } from 'commander';
import { evalCommand } from './commands/eval.ts';
import { cosimCommand } from './commands/cosim.ts';
import { compareCommand } from './commands/compare.ts';
import { completionCommand } from './commands/completion.ts';
import { countCommand } from './commands/count.ts';
import { demoCommand } from './commands/demo.ts';
import { proveCommand } from './commands/prove.ts';
import { reproduceCommand } from './commands/reproduce.ts';
import { rtlCommand } from './commands/rtl.ts';
import { runCommand } from './commands/run.ts';
import { sweepCommand } from './commands/sweep.ts';
import { synthCommand } from './commands/synth.ts';
import { simulateCommand } from './commands/simulate.ts';
import { exportCommand } from './commands/export.ts';
import { inspectCommand } from './commands/inspect.ts';
import { quantizeCommand } from './commands/quantize.ts';
import { mapCommand } from './commands/map.ts';
import { trainCommand } from './commands/train.ts';
import { streamStyle } from './terminal/style.ts';
import { VERSION } from './version.ts';

/** The command line: every command, its help, and how usage errors are reported. */
export function createProgram(): Command {
  const program = new Command('tally')
    .description(
      'Co-design workbench for entry-counting processing-in-memory accelerators: runs an integer network ' +
        'bit for bit as the chip would, counts what the chip does, and prices it.',
    )
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'explain a command')
    .helpCommand('help [command]', 'explain a command')
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      `
Start here:
  $ npm run demo                                                  the whole path, on shipped network and images
  $ tally run models/resnet8-w3a2.tally --data fashion-mnist      accuracy, counts, cycles, energy
  $ tally reproduce zhu2020                                       the published chip beside ours
  $ tally inspect models/resnet8-w3a2.tally                       what is in a file

Exit codes: 0 done, 1 an input was refused, 2 wrong command line, 3 defect in tally, 130 interrupted, 143 terminated.
More: docs/cli.md; every command has examples in its --help.`,
    );
  const commands = [
    demoCommand(),
    trainCommand(),
    quantizeCommand(),
    exportCommand(),
    runCommand(),
    evalCommand(),
    simulateCommand(),
    mapCommand(),
    countCommand(),
    inspectCommand(),
    cosimCommand(),
    rtlCommand(),
    proveCommand(),
    synthCommand(),
    reproduceCommand(),
    compareCommand(),
    sweepCommand(),
    completionCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  const style = streamStyle(process.stderr);
  for (const command of [program, ...program.commands]) {
    command.exitOverride();
    command.configureOutput({
      outputError: (text, write) =>
        write(text.replace(/^error: /, `${style('red', style('bold', 'error'))} `)),
    });
    command.showHelpAfterError(
      `(${command === program ? 'tally --help' : `tally ${command.name()} --help`} explains)`,
    );
  }
  return program;
}
