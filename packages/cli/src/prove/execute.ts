import { fail, macroSpec, PROOF_UNITS, proofJobs, type ProofJob, type ProofUnit } from '@tally/core';
import { checkOutputs } from '../io/outputs.ts';
import { isPath, readChip } from '../io/presets.ts';
import { remedyForUnknown } from '../io/suggest.ts';
import { startProgress } from '../terminal/progress.ts';
import { VERSION } from '../version.ts';
import { requireProvers, type Engine } from './engines.ts';
import { checkKeepFolder } from './keep-folder.ts';
import { proveJob, type JobResult } from './prove-job.ts';
import { proofReport, type ProofReport } from './report.ts';

/** What `tally prove` is asked for. */
export interface ProofRequest {
  readonly chip: string;
  /** Units; null: all. */
  readonly units: readonly string[] | null;
  /** The only engine; null: the quickest that is there, then the others. */
  readonly solver: Engine | null;
  /** Entries of the small macro. */
  readonly entries: number;
  /** Of these, entries of the datapath that hold any code. */
  readonly freeEntries: number;
  /** Seconds that an engine gets for a job. */
  readonly limitSeconds: number;
  /** Jobs that run at a time. */
  readonly threads: number;
  /** Folder for waveforms of counterexamples. */
  readonly keep: string;
  readonly json: string | null;
}

/**
 * Reads the chip, runs its proofs and says how they went.
 *
 * @throws TallyError for whatever is missing, malformed or does not fit, missing or failing tools, `unknown-unit`,
 *   `free-entries-out-of-range`
 */
export async function executeProofs(request: ProofRequest): Promise<ProofReport> {
  const { chip: name, json, threads, solver, entries, freeEntries, limitSeconds } = request;
  if (freeEntries > entries) {
    fail(
      'free-entries-out-of-range',
      `--free ${freeEntries}`,
      `the small macro has ${entries} entries`,
      `give at most ${entries}, or more --entries`,
    );
  }
  if (json !== null && json !== '-') checkOutputs([json], [name].filter(isPath));
  checkKeepFolder(request.keep);
  const chip = readChip(name);
  const units = request.units?.map(unitNamed) ?? PROOF_UNITS;
  const { engines, versions } = requireProvers(solver);
  const jobs = proofJobs(macroSpec(chip), { entries, freeEntries }).filter(({ unit }) =>
    units.includes(unit),
  );
  const options = { engines, limitSeconds, folder: request.keep };
  const progress = startProgress({ label: 'proofs', total: jobs.length, noun: 'jobs' });
  const started = performance.now();
  try {
    let done = 0;
    const results = await inParallel(jobs, threads, async (job) => {
      progress.update(done, job.name);
      const result = await proveJob(job, options);
      progress.update(++done, job.name);
      return result;
    });
    const seconds = (performance.now() - started) / 1000;
    return proofReport({ chip: chip.name, results, versions, seconds, limitSeconds, version: VERSION });
  } finally {
    progress.finish();
  }
}

function unitNamed(name: string): ProofUnit {
  return (
    PROOF_UNITS.find((unit) => unit === name) ??
    fail('unknown-unit', '--unit', `'${name}' is no unit with proofs`, remedyForUnknown(name, PROOF_UNITS))
  );
}

/** Results in the order of the jobs, `threads` of which run at a time. */
async function inParallel(
  jobs: readonly ProofJob[],
  threads: number,
  run: (job: ProofJob) => Promise<JobResult>,
): Promise<readonly JobResult[]> {
  const results: JobResult[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < jobs.length) {
      const index = next++;
      results[index] = await run(jobs[index]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, worker));
  return results;
}
