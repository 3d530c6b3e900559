import { spawn, type ChildProcess } from 'node:child_process';
import { dirname } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fail } from '@tally/core';
import type { HarnessMessage } from './protocol.ts';

/** Words of a piece that is sent at once. */
const PIECE_WORDS = 1 << 18;

/** Room for words on their way to the harness. */
export interface WordSink {
  words: Uint32Array;
  /** Next word to write. */
  at: number;
}

/** A harness that runs: words go in, messages come out. */
export interface HarnessProcess {
  readonly sink: WordSink;
  /** Makes room for so many words; waits while the harness is behind. Resolves to false once the harness ended. */
  reserve(words: number): Promise<boolean>;
  /** Sends what is left. */
  flush(): Promise<void>;
  /** Messages so far, in order. */
  readonly messages: readonly HarnessMessage[];
  /** Resolves when a message more than `count` is there, or the harness ended. */
  message(count: number): Promise<void>;
  /** Ends the input and waits for the end; all messages are there then. */
  finish(): Promise<void>;
  /** Stops the harness at once. */
  kill(): void;
}

/**
 * Starts a harness.
 *
 * @param log takes what the harness writes to its file descriptor 3, as it comes
 * @throws TallyError `harness-failed` from `finish` when it could not be started, crashed, said something else than
 * messages, or when its status does not fit its last message: 1 after a disagreement, otherwise 0
 */
export function startHarness(
  program: string,
  args: readonly string[] = [],
  log?: (bytes: Uint8Array) => void,
): HarnessProcess {
  const pipes = log === undefined ? 3 : 4;
  const child = spawn(program, args, { stdio: Array.from({ length: pipes }, () => 'pipe' as const) });
  const { stdin, stdout, stderr } = child;
  const failure: { log: Error | null } = { log: null };
  if (log !== undefined) {
    child.stdio[3]?.on('data', (bytes: Uint8Array) => {
      if (failure.log !== null) return;
      try {
        log(bytes);
      } catch (error) {
        failure.log = error instanceof Error ? error : new Error(String(error));
        child.kill('SIGKILL');
      }
    });
  }
  const messages: HarnessMessage[] = [];
  const state = { ended: false, errors: '', strange: '' };
  let wake: () => void = () => undefined;
  const closed = watch(child, { stdin, stdout, stderr }, state, messages, () => {
    wake();
  });
  const changed = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });
  const sink: WordSink = { words: new Uint32Array(PIECE_WORDS), at: 0 };
  const flush = async (): Promise<void> => {
    if (sink.at === 0 || state.ended) return;
    const piece = Buffer.from(sink.words.buffer, 0, sink.at * 4);
    sink.words = new Uint32Array(PIECE_WORDS);
    sink.at = 0;
    if (!stdin.write(piece)) await drained(stdin, closed);
  };
  return {
    sink,
    messages,
    flush,
    async reserve(words) {
      if (sink.at + words > sink.words.length) {
        await flush();
        if (words > sink.words.length) sink.words = new Uint32Array(words);
      }
      return !state.ended;
    },
    async message(count) {
      while (messages.length <= count && !state.ended) await changed();
    },
    async finish() {
      await flush();
      stdin.end();
      const end = await closed;
      if (failure.log !== null) throw failure.log;
      const errors = state.errors === '' ? '' : `: ${state.errors.trim().slice(0, 400)}`;
      if (end !== 'status 0' && end !== 'status 1') harnessFailed(program, `${end}${errors}`);
      if (state.strange !== '')
        harnessFailed(program, `it said ${JSON.stringify(state.strange.slice(0, 200))}`);
      const last = messages.at(-1)?.kind ?? 'agreed';
      const disagrees = last !== 'agreed' && last !== 'collected';
      if (disagrees !== (end === 'status 1')) {
        const said = disagrees ? `a disagreement (${last})` : 'no disagreement';
        harnessFailed(program, `${end} after ${said}${errors}`);
      }
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
}

interface Pipes {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

function watch(
  child: ChildProcess,
  { stdin, stdout, stderr }: Pipes,
  state: { ended: boolean; errors: string; strange: string },
  messages: HarnessMessage[],
  wake: () => void,
): Promise<string> {
  let partial = '';
  stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (partial + text).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) {
      const message = messageOf(line);
      if (message === null) state.strange += `${line}\n`;
      else messages.push(message);
    }
    wake();
  });
  stderr.setEncoding('utf8').on('data', (text: string) => (state.errors += text));
  // A harness that stops at a difference leaves the rest of its input: that is no error.
  stdin.on('error', () => {
    state.ended = true;
  });
  return new Promise((resolve) => {
    const end = (how: string): void => {
      state.ended = true;
      state.strange += partial;
      partial = '';
      wake();
      resolve(how);
    };
    child.on('error', ({ message }) => {
      end(`it could not be started: ${message}`);
    });
    child.on('close', (status, signal) => {
      end(status === null ? `ended by ${signal ?? 'a signal'}` : `status ${status}`);
    });
  });
}

/** A line of the harness as a message; null where it is none. */
function messageOf(line: string): HarnessMessage | null {
  if (!line.startsWith('{"kind":')) return null;
  try {
    return JSON.parse(line) as HarnessMessage;
  } catch {
    return null;
  }
}

/** Waits until the pipe takes more, or nobody reads it any more. */
async function drained(stdin: Writable, closed: Promise<unknown>): Promise<void> {
  await Promise.race([new Promise((resolve) => stdin.once('drain', resolve)), closed]);
}

/**
 * Ends the command because a harness did not do its part: that is no result of the comparison.
 *
 * @throws TallyError `harness-failed`
 */
export function harnessFailed(program: string, what: string): never {
  return fail(
    'harness-failed',
    program,
    `the circuit's harness failed: ${what}`,
    `remove the built model, rm -r ${dirname(program)}, and run again; report it if it fails again`,
  );
}
