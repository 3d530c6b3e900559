import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How a program ended. */
export interface ProgramRun {
  /** Exit status; null when a signal ended it. */
  readonly status: number | null;
  /** Standard output and error, as they came. */
  readonly output: string;
  readonly seconds: number;
  /** Processor time of it and its children together, as sampled; null where /proc is not there. */
  readonly cpuSeconds: number | null;
  /** Largest resident memory of it and its children together, as sampled; null where /proc is not there. */
  readonly peakMiB: number | null;
  /** It ran into its limit and was ended. */
  readonly timedOut: boolean;
}

/** Longest limit of a program in seconds: what a timer of Node's can wait, 24 days. */
export const MOST_SECONDS = Math.floor((2 ** 31 - 1) / 1000);

/** Milliseconds between two looks at a program's time and memory. */
const SAMPLE_MS = 50;
/** Ticks of a second in /proc (Linux, every processor). */
const TICKS = 100;

/** Groups of processes that run now: they end with this process. */
const running = new Set<number>();
let endsChildren = false;

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/**
 * Runs a program to its end, or to its limit: then it is ended with all that it started, as it is when
 * this process is interrupted.
 *
 * @param folder its current folder
 * @param limitSeconds leave out for none; more than {@link MOST_SECONDS} is taken as that
 * @throws Error of Node's where it cannot be started
 */
export function runProgram(
  program: string,
  args: readonly string[],
  folder: string,
  limitSeconds?: number,
): Promise<ProgramRun> {
  // First of all at the exit: folders that they write in are removed there too.
  if (!endsChildren) process.prependOnceListener('exit', () => running.forEach(endGroup));
  endsChildren = true;
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const { pid } = child;
    if (pid !== undefined) running.add(pid);
    let output = '';
    let peakMiB: number | null = null;
    let cpuSeconds: number | null = null;
    let timedOut = false;
    const sample = (): void => {
      const now = pid === undefined ? null : usage(pid);
      if (now === null) return;
      peakMiB = Math.max(peakMiB ?? 0, now.residentMiB);
      cpuSeconds = Math.max(cpuSeconds ?? 0, now.cpuSeconds);
    };
    sample();
    const sampling = setInterval(sample, SAMPLE_MS);
    const limit =
      limitSeconds === undefined
        ? undefined
        : setTimeout(
            () => {
              timedOut = true;
              if (pid !== undefined) endGroup(pid);
            },
            Math.min(limitSeconds, MOST_SECONDS) * 1000,
          );
    const over = (): void => {
      clearInterval(sampling);
      clearTimeout(limit);
      if (pid !== undefined) running.delete(pid);
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', (error) => {
      over();
      reject(error);
    });
    child.on('close', (status) => {
      over();
      const seconds = (performance.now() - started) / 1000;
      resolve({ status, output, seconds, cpuSeconds, peakMiB, timedOut });
    });
  });
}

interface Usage {
  readonly residentMiB: number;
  readonly cpuSeconds: number;
}

/** What a process and its children take, those that have ended too; null where it cannot be read. */
function usage(pid: number): Usage | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    // Fields 14 to 17 of proc(5), counted behind the name in brackets: user and system, its own and of ended children.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const ticks = fields.slice(11, 15).reduce((sum, one) => sum + Number(one), 0);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const below = children === '' ? [] : children.split(' ').map((child) => usage(Number(child)));
    return below.reduce<Usage>(
      (sum, one) => ({
        residentMiB: sum.residentMiB + (one?.residentMiB ?? 0),
        cpuSeconds: sum.cpuSeconds + (one?.cpuSeconds ?? 0),
      }),
      { residentMiB: Number(kilobytes ?? 0) / 1024, cpuSeconds: ticks / TICKS },
    );
  } catch {
    return null;
  }
}
