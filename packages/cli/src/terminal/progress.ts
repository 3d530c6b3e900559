import { duration, grouped } from './number.ts';

/** Where progress goes; `process.stderr` outside tests. */
export interface ProgressSink {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** Progress of one task of known length. */
export interface Progress {
  /** Reports that `done` of the total are finished; `note` goes behind it. */
  update(done: number, note?: string): void;
  /** Clears the bar (terminal) or prints the last line; call it on success and on failure. */
  finish(): void;
}

export interface ProgressOptions {
  readonly label: string;
  readonly total: number;
  /** What is counted: "images". */
  readonly noun: string;
  readonly sink?: ProgressSink;
  /** Milliseconds, for tests. */
  readonly now?: () => number;
  /** Plain lines even on a terminal; default: where `CI` is set. */
  readonly plainLines?: boolean;
}

const quietMs = 400;
const quietLinesMs = 2000;
const redrawMs = 100;
const lineEveryMs = 5000;

/**
 * A bar with rate and time left on a terminal, a plain line every five seconds elsewhere; silent for
 * tasks shorter than 0.4 s (2 s). Goes to stderr, so that stdout stays clean for results.
 */
export function startProgress(options: ProgressOptions): Progress {
  const sink: ProgressSink = options.sink ?? process.stderr;
  const now = options.now ?? (() => performance.now());
  const interactive = sink.isTTY === true && !(options.plainLines ?? (process.env['CI'] ?? '') !== '');
  const every = interactive ? redrawMs : lineEveryMs;
  const quiet = interactive ? quietMs : quietLinesMs;
  const start = now();
  let last = start + quiet - every;
  let drawn = false;
  let first: Mark | null = null;
  return {
    update(done, note = '') {
      const time = now();
      first ??= { time, done };
      if (time - start < quiet || time - last < every) return;
      last = time;
      drawn = true;
      const text = `${status(options, { time, done }, first)}${note === '' ? '' : `, ${note}`}`;
      sink.write(interactive ? `\r${bar(done / options.total)} ${text}\u001b[K` : `${text}\n`);
    },
    finish() {
      if (interactive && drawn) sink.write('\r\u001b[K');
    },
  };
}

/** So much was done at that time, in milliseconds. */
interface Mark {
  readonly time: number;
  readonly done: number;
}

/** The rate is that since the first report: getting ready is not counted into it. */
function status({ label, total, noun }: ProgressOptions, { time, done }: Mark, first: Mark): string {
  const rate = (done - first.done) / (time - first.time);
  const left = rate > 0 ? `, ${duration((total - done) / rate / 1000)} left` : '';
  return `${label}: ${grouped(done)} of ${grouped(total)} ${noun}${left}`;
}

function bar(fraction: number): string {
  const width = 24;
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${String(Math.floor(fraction * 100)).padStart(3)} %`;
}
