#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { ExitCode } from './exit-codes.ts';

// Leave at once. Outputs are renamed into place when whole, so none is half written; programs that we
// started end with us.
for (const [signal, word, code] of [
  ['SIGINT', 'interrupted', ExitCode.interrupted],
  ['SIGTERM', 'terminated', ExitCode.terminated],
  ['SIGHUP', 'terminal closed', ExitCode.hungUp],
] as const) {
  process.once(signal, () => {
    process.stderr.write(`${process.stderr.isTTY ? '\r\u001b[K' : ''}${word}\n`);
    process.exit(code);
  });
}
// A reader that closes the pipe early (`tally ... | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(ExitCode.ok);
  throw error;
});

// Node keeps compiled code between runs: halves the time to start. Everything else loads after it.
enableCompileCache();
const { runCommandLine } = await import('./cli.ts');
process.exitCode = await runCommandLine();
