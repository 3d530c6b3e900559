import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, type ProofJob } from '@tally/core';
import { programFailed } from '../programs/failed.ts';
import { runProgram, type ProgramRun } from '../programs/run.ts';
import type { Engine } from './engines.ts';

/** What an engine found out about a job. */
export type Verdict =
  | { readonly kind: 'proven' }
  /** `labels` are empty where the engine does not name the assertions; clocks count from 0. */
  | {
      readonly kind: 'refuted';
      readonly labels: readonly string[];
      readonly clock: number | null;
      readonly vcd: string;
    }
  | { readonly kind: 'undecided'; readonly why: 'limit' | 'not-inductive' };

/** A verdict and what it took. */
export interface Attempt {
  readonly engine: Engine;
  readonly verdict: Verdict;
  readonly seconds: number;
  readonly cpuSeconds: number | null;
  readonly peakMiB: number | null;
}

/** Clocks from reset that are searched for a real counterexample where the step of an induction fails. */
const SEARCH_CLOCKS = 24;

const read = ({ files, top }: ProofJob): string =>
  `read_verilog -sv -formal ${files.map(({ path }) => path).join(' ')}\nprep -flatten -top ${top}\n`;

/**
 * Runs one engine on a job whose files are in `folder`, for at most `limitSeconds`.
 *
 * @throws TallyError `tool-failed` where a program ends in another way than with an answer, or yosys-smtbmc finds that
 *   the assumptions contradict each other; `assumptions-contradict` where `sat` finds it
 */
export async function decide(
  job: ProofJob,
  engine: Engine,
  folder: string,
  limitSeconds: number,
): Promise<Attempt> {
  const meter = new Meter(folder, limitSeconds);
  const verdict = await (engine === 'sat' ? bySat(job, meter) : bySmt(job, engine, meter));
  return { engine, verdict, seconds: meter.seconds, cpuSeconds: meter.cpuSeconds, peakMiB: meter.peakMiB };
}

const LIMIT: Verdict = { kind: 'undecided', why: 'limit' };

/** Programs run one after the other in a folder, their time and memory together. */
class Meter {
  seconds = 0;
  cpuSeconds: number | null = null;
  peakMiB: number | null = null;
  readonly folder: string;
  readonly #limit: number;

  constructor(folder: string, limit: number) {
    this.folder = folder;
    this.#limit = limit;
  }

  async run(program: string, args: readonly string[]): Promise<ProgramRun> {
    const run = await runProgram(program, args, this.folder, Math.max(0.1, this.#limit - this.seconds));
    this.seconds += run.seconds;
    if (run.cpuSeconds !== null) this.cpuSeconds = (this.cpuSeconds ?? 0) + run.cpuSeconds;
    if (run.peakMiB !== null) this.peakMiB = Math.max(this.peakMiB ?? 0, run.peakMiB);
    return run;
  }
}

/** Yosys' own SAT solver on single bits: first whether the assumptions leave any run, then whether one breaks a property. */
async function bySat(job: ProofJob, meter: Meter): Promise<Verdict> {
  const { kind, clocks } = job.method;
  const vcd = 'sat.vcd';
  const steps = kind === 'induction' ? `-tempinduct -maxsteps ${clocks + 1}` : `-seq ${clocks}`;
  writeFileSync(
    join(meter.folder, 'sat.ys'),
    [
      `${read(job)}memory_map`,
      'opt -full',
      `sat -set-assumes -seq ${clocks}`,
      `sat -prove-asserts -set-assumes ${steps} -dump_vcd ${vcd}`,
      '',
    ].join('\n'),
  );
  const run = await meter.run('yosys', ['-s', 'sat.ys']);
  if (run.timedOut) return LIMIT;
  if (run.status !== 0) return failed('yosys', run);
  if (/SAT solving finished - no model found/.test(run.output)) {
    return fail(
      'assumptions-contradict',
      job.name,
      `what it assumes leaves no run of ${clocks} ${clocks === 1 ? 'clock' : 'clocks'}, so that anything would be proven`,
      'report it with the chip: a defect of Tally',
    );
  }
  if (!/SAT solving finished - model found/.test(run.output)) return failed('yosys', run);
  if (/no model found: SUCCESS!|Induction step proven: SUCCESS!/.test(run.output)) return { kind: 'proven' };
  if (/model found( for base case)?: FAIL!/.test(run.output)) {
    return { kind: 'refuted', labels: [], clock: null, vcd: join(meter.folder, vcd) };
  }
  if (/Reached maximum number of time steps/.test(run.output)) {
    return { kind: 'undecided', why: 'not-inductive' };
  }
  return failed('yosys', run);
}

/** An SMT solver on bit vectors, driven by yosys-smtbmc. */
async function bySmt(job: ProofJob, solver: Exclude<Engine, 'sat'>, meter: Meter): Promise<Verdict> {
  const { kind, clocks } = job.method;
  if (!existsSync(join(meter.folder, 'job.smt2'))) {
    writeFileSync(join(meter.folder, 'smt.ys'), `${read(job)}write_smt2 -wires job.smt2\n`);
    const made = await meter.run('yosys', ['-q', '-s', 'smt.ys']);
    if (made.timedOut) return LIMIT;
    if (made.status !== 0) return failed('yosys', made);
  }
  const check = async (depth: number, extra: readonly string[] = []): Promise<Verdict> => {
    const vcd = `${solver}${extra.join('')}.vcd`;
    // --presat: assumptions that contradict each other would prove anything.
    const args = ['-s', solver, '--unroll', '--presat', '--dump-vcd', vcd, '-t', String(depth), ...extra];
    const run = await meter.run('yosys-smtbmc', [...args, 'job.smt2']);
    return run.timedOut ? LIMIT : answer(run, join(meter.folder, vcd));
  };
  const base = await check(clocks);
  if (kind !== 'induction' || base.kind !== 'proven') return base;
  const step = await check(clocks, ['-i']);
  if (step.kind !== 'refuted') return step;
  // The state it starts from may be out of reach: only a run from reset is a counterexample.
  const search = await check(SEARCH_CLOCKS);
  return search.kind === 'refuted' ? search : { kind: 'undecided', why: 'not-inductive' };
}

function answer(run: ProgramRun, vcd: string): Verdict {
  const { output, status } = run;
  if (/Status: PASSED/.test(output) && status === 0) return { kind: 'proven' };
  if (!/Status: FAILED/.test(output) || /Assumptions are unsatisfiable/.test(output)) {
    return failed('yosys-smtbmc', run);
  }
  const labels = [...output.matchAll(/Assert failed in \S+: (\S+)/g)].map(([, label]) => label);
  const steps = [...output.matchAll(/Checking assertions in step (\d+)/g)].map(([, step]) => Number(step));
  return { kind: 'refuted', labels: [...new Set(labels)], clock: steps.at(-1) ?? null, vcd };
}

function failed(program: string, run: ProgramRun): never {
  return programFailed(program, run, /error|unsatisfiable|exception/i);
}
