import { TallyError } from '@tally/core';
import { trainCommand } from '../commands/train.ts';

// Runs `tally train` alone: node --conditions=source packages/cli/src/train/run.ts --help
try {
  await trainCommand().parseAsync();
} catch (error) {
  if (!(error instanceof TallyError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
