import { spawn, type ChildProcessByStdio } from 'node:child_process';
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
  /** Ends the input and waits for the end; gives all messages. */
  finish(): Promise<readonly HarnessMessage[]>;
  /** Stops the harness at once. */
  kill(): void;
}

/**
 * Starts a harness.
 *
 * @throws TallyError `harness-failed` from `finish` when it crashed or said something else than messages
 */
export function startHarness(program: string, args: readonly string[] = []): HarnessProcess {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const messages: HarnessMessage[] = [];
  const state = { ended: false, errors: '', strange: '' };
  let wake: () => void = () => undefined;
  const closed = watch(child, state, messages, () => {
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
    if (!child.stdin.write(piece)) await drained(child, closed);
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
      child.stdin.end();
      const status = await closed;
      if (status !== 0 && status !== 1)
        crashed(program, `exit status ${status}: ${state.errors.slice(0, 400)}`);
      if (state.strange !== '') crashed(program, `it said ${JSON.stringify(state.strange.slice(0, 200))}`);
      return messages;
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function watch(
  child: Child,
  state: { ended: boolean; errors: string; strange: string },
  messages: HarnessMessage[],
  wake: () => void,
): Promise<string | number> {
  let partial = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (partial + text).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('{"kind":')) messages.push(JSON.parse(line) as HarnessMessage);
      else state.strange += `${line}\n`;
    }
    wake();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (state.errors += text));
  // A harness that stops at a difference leaves the rest of its input: that is no error.
  child.stdin.on('error', () => {
    state.ended = true;
  });
  return new Promise((resolve, reject) => {
    const end = (): void => {
      state.ended = true;
      wake();
    };
    child.on('error', (error) => {
      end();
      reject(error);
    });
    child.on('close', (status, signal) => {
      end();
      resolve(status ?? signal ?? 'unknown');
    });
  });
}

/** Waits until the pipe takes more, or nobody reads it any more. */
async function drained(child: Child, closed: Promise<unknown>): Promise<void> {
  await Promise.race([new Promise((resolve) => child.stdin.once('drain', resolve)), closed]);
}

function crashed(program: string, what: string): never {
  return fail(
    'harness-failed',
    program,
    `the circuit's harness failed: ${what}`,
    'keep the folder with --keep and report it',
  );
}
