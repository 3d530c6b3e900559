import { CommanderError } from 'commander';
import { TallyError } from '@tally/core';
import { ExitCode } from './exit-codes.ts';
import { createProgram } from './program.ts';
import { renderIssues } from './terminal/errors.ts';
import { streamStyle } from './terminal/style.ts';
import { VERSION } from './version.ts';

/** Runs the command line and maps how it ended to an exit code. */
export async function runCommandLine(): Promise<ExitCode> {
  try {
    await createProgram().parseAsync();
    return ExitCode.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
    if (error instanceof TallyError) {
      process.stderr.write(`${renderIssues(error.issues, streamStyle(process.stderr))}\n`);
      return ExitCode.refused;
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(
      `internal error in tally ${VERSION}; please report it with the command you ran\n${text}\n`,
    );
    return ExitCode.internal;
  }
}
