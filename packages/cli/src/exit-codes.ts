/** Exit codes of `tally`; documented for users in docs/cli.md. */
export const ExitCode = {
  ok: 0,
  /** An input (file, name, value in a document) was refused; nothing was written. */
  refused: 1,
  /** The command line itself is wrong: unknown command or option, missing argument. */
  usage: 2,
  /** A defect of Tally. */
  internal: 3,
  /** The terminal was closed (128 + SIGHUP). */
  hungUp: 129,
  /** Stopped by Ctrl-C (128 + SIGINT). */
  interrupted: 130,
  /** Ended by another program, e.g. `timeout` (128 + SIGTERM). */
  terminated: 143,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
