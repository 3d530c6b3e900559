#!/usr/bin/env node
import { CommanderError } from 'commander';
import { TallyError } from '@tally/core';
import { ExitCode } from './exit-codes.ts';
import { createProgram } from './program.ts';
import { renderIssues } from './terminal/errors.ts';
import { streamStyle } from './terminal/style.ts';
import { VERSION } from './version.ts';

/** Runs the command line and maps how it ended to an exit code. */
async function main(): Promise<ExitCode> {
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

// Ctrl-C: leave at once. Outputs are renamed into place when whole, so none is half written.
process.once('SIGINT', () => {
  process.stderr.write(`${process.stderr.isTTY ? '\r\u001b[K' : ''}interrupted; no output was written\n`);
  process.exit(ExitCode.interrupted);
});
// A reader that closes the pipe early (`tally ... | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(ExitCode.ok);
  throw error;
});

process.exitCode = await main();
