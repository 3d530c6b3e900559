import {
  chipPreset,
  MACRO_SCHEMES,
  macroSpec,
  proofJobs,
  smallMacro,
  type MacroSpec,
  type ProofJob,
  type TextEdit,
} from '@tally/core';
import { ENGINES, missingProvers, type Engine } from '../../packages/cli/src/prove/engines.ts';
import { proveJob, type JobResult } from '../../packages/cli/src/prove/prove-job.ts';
import type { Mutation } from './mutations.ts';

const missing = missingProvers();

/** True where nothing can be proven. */
export const noProvers = missing.length > 0;

/** A title, with what is missing where the test cannot run. */
export function title(text: string): string {
  return noProvers ? `${text} (skipped: apt-get install ${missing.join(' ')})` : text;
}

/** Engines of the tests: all that Debian has in a version that works. */
export const TEST_ENGINES: readonly Engine[] = ENGINES.filter((engine) => engine !== 'boolector');

/** Proofs of a preset with everything at `entries` entries. */
export function smallJobs(chip: Mutation['chip'], entries = 8, edit?: TextEdit): readonly ProofJob[] {
  const spec = smallMacro(macroSpec(chipPreset(chip)), entries);
  return proofJobs(spec, edit === undefined ? { entries } : { entries, edit });
}

/** The module's text with the bug in it; refuses a bug that does not fit the text. */
export const seed =
  ({ module, from, to }: Mutation): TextEdit =>
  (name, text) => {
    if (name !== module) return text;
    const found = text.split(from).length - 1;
    if (found !== 1) throw new Error(`'${from}' must occur once in ${module}, it does ${found} times`);
    return text.replace(from, () => to);
  };

/** The proof that must find the bug, with the bug in its files. */
export function seededJob(mutation: Mutation): ProofJob {
  const job = smallJobs(mutation.chip, 8, seed(mutation)).find(({ name }) => name === mutation.killer);
  if (job === undefined) throw new Error(`${mutation.chip} has no proof ${mutation.killer}`);
  if (!job.files.some(({ path }) => path === `${mutation.module}.sv`)) {
    throw new Error(`${mutation.module} is no part of ${mutation.killer}`);
  }
  return job;
}

/** What comes of the proof of a mutated circuit. */
export const kill = (mutation: Mutation, folder: string, limitSeconds: number): Promise<JobResult> =>
  proveJob(seededJob(mutation), { engines: TEST_ENGINES, limitSeconds, folder });

/** Units whose circuit depends on scheme and code system. */
const DEPENDS: readonly ProofJob['unit'][] = [
  'weight-row',
  'activation-row',
  'arrays',
  'search-driver',
  'class-multiplier',
  'composition',
];

/** Every scheme with every code system, W3A2, 8 entries: what depends on them, and one step of the whole. */
export function schemeJobs(): readonly {
  readonly scheme: MacroSpec['scheme'];
  readonly weightSystem: MacroSpec['weightSystem'];
  readonly name: string;
  readonly job: ProofJob;
}[] {
  const base = macroSpec(chipPreset('zhu2020'));
  return MACRO_SCHEMES.flatMap((scheme) =>
    (['sign-magnitude', 'twos-complement'] as const).flatMap((weightSystem) => {
      const spec: MacroSpec = {
        ...base,
        scheme,
        weightSystem,
        search: scheme === 'weight-bit-planes' ? 'bit-plane' : 'pair',
        maxMagnitude: 2 ** (base.weightBits - 1) - (weightSystem === 'sign-magnitude' ? 1 : 0),
      };
      return proofJobs(smallMacro(spec, 8))
        .filter(({ unit, name }) => DEPENDS.includes(unit) || name === 'datapath/one-step')
        .map((job) => ({ scheme, weightSystem, name: job.name, job }));
    }),
  );
}
