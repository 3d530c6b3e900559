/** Where a training run stands. */
export interface Position {
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done, in all. */
  readonly step: number;
  readonly totalSteps: number;
  /** Mean over the epoch so far. */
  readonly loss: number;
  /** 0 to 1, over the epoch so far. */
  readonly accuracy: number;
}

/** Shows progress on a stream: a bar that redraws itself on a terminal, now and then a line elsewhere. */
export interface Progress {
  update(position: Position): void;
  /** Ends the bar and writes a line. */
  line(text: string): void;
}

/** Seconds as `1:02:03` or `2:03`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const pad = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

const BAR_WIDTH = 24;
const TERMINAL_INTERVAL_MS = 200;
const LINE_INTERVAL_MS = 30_000;

/**
 * Progress on `stream`.
 *
 * @param firstStep step at which this process began (after a resume not 0): the ETA counts from there.
 * @param now clock in milliseconds.
 */
export function createProgress(
  stream: { readonly isTTY?: boolean; write(text: string): unknown },
  firstStep: number,
  now: () => number = () => performance.now(),
): Progress {
  const began = now();
  const terminal = stream.isTTY === true;
  let last = -Infinity;
  return {
    update({ epoch, epochs, step, totalSteps, loss, accuracy }) {
      const time = now();
      if (time - last < (terminal ? TERMINAL_INTERVAL_MS : LINE_INTERVAL_MS)) return;
      last = time;
      const rate = (time - began) / 1000 / Math.max(step - firstStep, 1);
      const filled = Math.round((BAR_WIDTH * step) / totalSteps);
      const bar = '#'.repeat(filled) + '.'.repeat(BAR_WIDTH - filled);
      const text =
        `epoch ${epoch}/${epochs} [${bar}] step ${step}/${totalSteps} ` +
        `loss ${loss.toFixed(4)} top-1 ${(100 * accuracy).toFixed(2)} % ` +
        `${(1000 * rate).toFixed(0)} ms/step ETA ${clock(rate * (totalSteps - step))}`;
      stream.write(terminal ? `\r\u001b[K${text}` : `${text}\n`);
    },
    line(text) {
      stream.write(terminal ? `\r\u001b[K${text}\n` : `${text}\n`);
    },
  };
}
