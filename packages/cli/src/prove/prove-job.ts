import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProofJob } from '@tally/core';
import { inTemporaryFolder } from '../programs/work-folder.ts';
import { decide, type Attempt } from './decide.ts';
import { enginesFor, type Engine } from './engines.ts';
import { lastValues, shortValue } from './waveform.ts';

export interface ProveOptions {
  /** Engines that are there. */
  readonly engines: readonly Engine[];
  /** Seconds that an engine gets for a job. */
  readonly limitSeconds: number;
  /** Folder for waveforms of counterexamples. */
  readonly folder: string;
}

/** A run of the module that breaks a property. */
export interface Counterexample {
  /** Assertions that fail on its last clock; none where the engine does not name them. */
  readonly properties: readonly string[];
  /** Clocks before it, the first is 0; null where the engine does not say. */
  readonly clock: number | null;
  /** Values on the last clock of the nets that the first of the properties reads. */
  readonly signals: readonly { readonly signal: string; readonly value: string }[];
  readonly vcd: string;
}

/** What became of a job. */
export interface JobResult {
  readonly name: string;
  readonly unit: ProofJob['unit'];
  readonly claim: string;
  readonly size: string;
  readonly method: ProofJob['method'];
  readonly properties: readonly string[];
  readonly status: 'proven' | 'counterexample' | 'not-decided';
  /** The engine that decided it. */
  readonly engine: Engine | null;
  readonly attempts: readonly Attempt[];
  readonly seconds: number;
  /** Processor time of all attempts; null where it cannot be read. */
  readonly cpuSeconds: number | null;
  readonly peakMiB: number | null;
  readonly counterexample: Counterexample | null;
}

/**
 * Asks one engine after the other until one decides. A counterexample of an engine that does not name the assertion is
 * looked at again by the next.
 *
 * @throws TallyError `tool-failed`
 */
export async function proveJob(job: ProofJob, options: ProveOptions): Promise<JobResult> {
  return inTemporaryFolder('tally-prove-', async (folder) => {
    for (const { path, text } of job.files) writeFileSync(join(folder, path), text);
    const attempts: Attempt[] = [];
    for (const engine of enginesFor(job, options.engines)) {
      const attempt = await decide(job, engine, folder, options.limitSeconds);
      attempts.push(attempt);
      const { verdict } = attempt;
      if (verdict.kind === 'proven') break;
      if (verdict.kind === 'refuted' && verdict.labels.length > 0) break;
    }
    return resultOf(job, attempts, options.folder);
  });
}

function resultOf(job: ProofJob, attempts: readonly Attempt[], folder: string): JobResult {
  const of = (kind: Attempt['verdict']['kind']) => attempts.filter(({ verdict }) => verdict.kind === kind);
  const refuted = of('refuted').at(-1);
  const deciding = refuted ?? of('proven').at(-1);
  const { name, unit, claim, size, method, properties } = job;
  return {
    ...{ name, unit, claim, size, method, properties: properties.map(({ label }) => label) },
    status: refuted !== undefined ? 'counterexample' : deciding !== undefined ? 'proven' : 'not-decided',
    engine: deciding?.engine ?? null,
    attempts,
    seconds: attempts.reduce((sum, { seconds }) => sum + seconds, 0),
    cpuSeconds: attempts.reduce<number | null>(
      (sum, { cpuSeconds }) => (cpuSeconds === null ? sum : (sum ?? 0) + cpuSeconds),
      null,
    ),
    peakMiB: attempts.reduce<number | null>(
      (most, { peakMiB }) => (peakMiB === null ? most : Math.max(most ?? 0, peakMiB)),
      null,
    ),
    counterexample: refuted === undefined ? null : counterexampleOf(job, refuted, folder),
  };
}

function counterexampleOf(job: ProofJob, { verdict }: Attempt, folder: string): Counterexample | null {
  if (verdict.kind !== 'refuted') return null;
  const { labels, clock, vcd } = verdict;
  const kept = join(folder, `${job.name.replace('/', '-')}.vcd`);
  const text = existsSync(vcd) ? readFileSync(vcd, 'utf8') : '';
  mkdirSync(folder, { recursive: true });
  if (text !== '') copyFileSync(vcd, kept);
  const seen = job.properties.find(({ label }) => label === labels.at(0))?.signals ?? [];
  const values = lastValues(text, seen);
  return {
    properties: labels,
    clock,
    signals: values.map((value) => ({ signal: value.signal, value: shortValue(value) })),
    vcd: kept,
  };
}
