/**
 * Mutates ONNX files and checks that each mutation is either accepted or refused with a place, in bounded time
 * and memory: `node --conditions=source scripts/fuzz-onnx.ts --files a.onnx,b.onnx --mutations 100000 --seed 1`.
 *
 * Files go through decoding, the check for unsupported operators and simplification, with `--import` also through
 * the import as a network. `--state run.json` makes the run resumable; `--case N --out file.onnx` writes one case to look at. Exits
 * with 1 when anything but acceptance or refusal happened (another error, a hang, too much memory, a crash).
 */
import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Outcome } from '../packages/core/src/frontend/onnx/examine.test-support.ts';
import { fuzzCase, makeSeed } from '../packages/core/src/frontend/onnx/fuzz-case.test-support.ts';
import type { FromWorker, ToWorker } from './fuzz-onnx-messages.ts';

const HEAP_MIB = 1024;
const MOST_RSS_KIB = 2 * 1024 * 1024;
/** Processor time of one case. */
const MOST_CPU_MS = 10_000;
/** After this time without an answer a worker is taken to hang: longer, for machines with other work. */
const HANG_SECONDS = 60;
const MOST_FAILURES = 50;

interface State {
  readonly files: readonly string[];
  readonly seed: number;
  next: number;
  accepted: number;
  refused: Record<string, number>;
  failures: { index: number; what: string }[];
  slowestMs: number;
  slowestCase: number;
  peakRssKib: number;
  seconds: number;
}

const { values: options } = parseArgs({
  options: {
    files: { type: 'string' },
    mutations: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    import: { type: 'boolean', default: false },
    state: { type: 'string' },
    case: { type: 'string' },
    out: { type: 'string' },
  },
});

if (options.files === undefined) {
  process.stderr.write(
    'usage: fuzz-onnx.ts --files a.onnx,b.onnx [--mutations N] [--seed N] [--import] [--state FILE] [--case N --out FILE]\n',
  );
  process.exit(2);
}
const files = options.files.split(',');
const seed = Number(options.seed);
const mutations = Number(options.mutations);

if (options.case !== undefined) {
  const seeds = files.map((file) => makeSeed(file, readFileSync(file)));
  const { from, bytes } = fuzzCase(seeds, seed, Number(options.case));
  const out = options.out ?? 'fuzz-case.onnx';
  writeFileSync(out, bytes);
  process.stdout.write(`${out}: ${bytes.length} bytes, from ${from.name}\n`);
  process.exit(0);
}

function loadState(): State {
  const fresh: State = {
    files,
    seed,
    next: 0,
    accepted: 0,
    refused: {},
    failures: [],
    slowestMs: 0,
    slowestCase: 0,
    peakRssKib: 0,
    seconds: 0,
  };
  if (options.state === undefined || !existsSync(options.state)) return fresh;
  const stored = JSON.parse(readFileSync(options.state, 'utf8')) as State;
  if (stored.seed !== seed || stored.files.join() !== files.join()) {
    process.stderr.write(`${options.state} belongs to other files or another seed\n`);
    process.exit(2);
  }
  return stored;
}

const state = loadState();
const startedAt = performance.now() - 1000 * state.seconds;
const firstCase = state.next;

function saveState(): void {
  state.seconds = (performance.now() - startedAt) / 1000;
  if (options.state === undefined) return;
  writeFileSync(`${options.state}.new`, JSON.stringify(state, null, 1));
  renameSync(`${options.state}.new`, options.state);
}

function refusedCount(): number {
  return Object.values(state.refused).reduce((sum, count) => sum + count, 0);
}

function progress(): void {
  const seconds = (performance.now() - startedAt) / 1000;
  const left = ((mutations - state.next) * seconds) / Math.max(1, state.next);
  process.stderr.write(
    `${state.next}/${mutations} in ${seconds.toFixed(0)} s, about ${left.toFixed(0)} s left; accepted ${state.accepted}, ` +
      `refused ${refusedCount()}, failures ${state.failures.length}; slowest ${state.slowestMs.toFixed(0)} ms ` +
      `(case ${state.slowestCase}); peak ${(state.peakRssKib / 1024).toFixed(0)} MiB\n`,
  );
}

function addFailure(index: number, what: string): void {
  state.failures.push({ index, what });
  process.stderr.write(`FAILURE case ${index}: ${what}\n`);
}

function addOutcome(index: number, outcome: Outcome): void {
  switch (outcome.kind) {
    case 'accepted':
      state.accepted++;
      return;
    case 'refused':
      state.refused[outcome.code] = (state.refused[outcome.code] ?? 0) + 1;
      return;
    case 'failure':
      addFailure(index, outcome.what);
      return;
    default:
      throw new Error(`no such outcome: ${String(outcome satisfies never)}`);
  }
}

/** Runs a worker until all cases are done or one of them kills it. */
function runWorker(): Promise<void> {
  return new Promise((resolve) => {
    const script = fileURLToPath(new URL('fuzz-onnx-worker.ts', import.meta.url));
    const execArgv = ['--conditions=source', `--max-old-space-size=${HEAP_MIB}`];
    const child: ChildProcess = fork(script, [], { execArgv, serialization: 'advanced' });
    let current = state.next;
    let killedFor: string | null = null;
    let timer: NodeJS.Timeout | undefined;
    const watch = (seconds: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        killedFor = `no answer within ${seconds} s`;
        child.kill('SIGKILL');
      }, 1000 * seconds);
    };
    child.on('message', (raw) => {
      const message = raw as FromWorker;
      if (message.kind === 'start') {
        current = message.index;
        watch(HANG_SECONDS);
      } else if (message.kind === 'end') {
        clearTimeout(timer);
        addOutcome(message.index, message.outcome);
        state.next = message.index + 1;
        state.peakRssKib = Math.max(state.peakRssKib, message.rssKib);
        if (message.cpuMs > state.slowestMs) {
          state.slowestMs = message.cpuMs;
          state.slowestCase = message.index;
        }
        if (message.cpuMs > MOST_CPU_MS) addFailure(message.index, `took ${Math.round(message.cpuMs)} ms`);
        if (state.next % 1000 === 0) {
          saveState();
          progress();
        }
        if (message.rssKib > MOST_RSS_KIB) {
          addFailure(message.index, `resident memory reached ${Math.round(message.rssKib / 1024)} MiB`);
          child.kill('SIGKILL');
        }
      }
    });
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (state.next < mutations && state.next <= current) {
        addFailure(current, killedFor ?? `the worker ended with ${String(signal ?? code)}`);
        state.next = current + 1;
      }
      resolve();
    });
    watch(60);
    const task: ToWorker = { files, seed, first: state.next, last: mutations, imports: options.import };
    child.send(task);
  });
}

while (state.next < mutations && state.failures.length < MOST_FAILURES) await runWorker();
saveState();
progress();
const codes = Object.entries(state.refused).sort(([, a], [, b]) => b - a);
process.stdout.write(
  `${state.next} mutations (seed ${seed}, ${state.next - firstCase} in this run): accepted ${state.accepted}, refused ${refusedCount()} ` +
    `(${codes.map(([code, count]) => `${code} ${count}`).join(', ')}), failures ${state.failures.length}\n`,
);
for (const { index, what } of state.failures) process.stdout.write(`case ${index}: ${what}\n`);
process.exit(state.failures.length === 0 ? 0 : 1);
