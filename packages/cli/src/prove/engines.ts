import { throwIfAny, type Issue, type ProofJob } from '@tally/core';
import { missingPackages, missingProgram, programVersion, type Program } from '../programs/require.ts';

/** Programs that decide. `sat` is the SAT solver inside Yosys, the others are driven by yosys-smtbmc. */
export const ENGINES = ['sat', 'cvc5', 'z3', 'boolector'] as const;
export type Engine = (typeof ENGINES)[number];

/** Order in which engines are tried where the user names none: the one that is usually quick first. */
const ORDER: Readonly<Record<ProofJob['nature'], readonly Engine[]>> = {
  bits: ['sat', 'z3', 'cvc5'],
  sums: ['cvc5', 'z3', 'sat'],
};

const YOSYS: readonly Program[] = [
  { name: 'yosys', version: ['-V'], debian: 'yosys' },
  // A Python program that comes with Yosys.
  { name: 'yosys-smtbmc', version: ['--help'], debian: 'yosys python3' },
];
const SOLVERS: Readonly<Record<Exclude<Engine, 'sat'>, Program>> = {
  cvc5: { name: 'cvc5', version: ['--version'], debian: 'cvc5' },
  z3: { name: 'z3', version: ['--version'], debian: 'z3' },
  boolector: { name: 'boolector', version: ['--version'], debian: 'boolector' },
};

const solverOf = (engine: Engine): readonly Program[] => (engine === 'sat' ? [] : [SOLVERS[engine]]);

/** Packages that are missing of those that proofs by every engine in the order need. */
export function missingProvers(): readonly string[] {
  return missingPackages([...YOSYS, ...ORDER.bits.flatMap(solverOf)]);
}

/** Engines that are there, and what they say of their version. */
export interface Provers {
  readonly engines: readonly Engine[];
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * Refuses, before any work is done, programs that are not there.
 *
 * @param solver the only engine to use; null: those of the order that are there, a solver among them
 * @throws TallyError `tool-missing` for each with the command that installs it, `solver-too-old`
 */
export function requireProvers(solver: Engine | null): Provers {
  const issues: Issue[] = [];
  const versions = new Map<string, string>();
  const has = (program: Program): boolean => {
    const text = programVersion(program);
    if (text !== null && program.name !== 'yosys-smtbmc') versions.set(program.name, text);
    return text !== null;
  };
  const missing = (program: Program): void => {
    issues.push(missingProgram(program, 'proofs need it'));
  };
  for (const program of YOSYS) if (!has(program)) missing(program);
  const wanted = solver === null ? ORDER.bits : [solver];
  const engines = wanted.filter((engine) => solverOf(engine).every(has));
  if (solver !== null)
    solverOf(solver)
      .filter((one) => !versions.has(one.name))
      .forEach(missing);
  else if (engines.length === 1) missing(SOLVERS.z3);
  const boolector = versions.get('boolector');
  if (solver === 'boolector' && boolector !== undefined && /^1\./.test(boolector)) {
    issues.push({
      code: 'solver-too-old',
      path: 'boolector',
      message: `version ${boolector} does not take the commands of yosys-smtbmc, 3.0 or later does`,
      remedy: 'use --solver z3 or cvc5, or leave it out',
    });
  }
  throwIfAny(issues);
  return { engines, versions: Object.fromEntries(versions) };
}

/** The engines for a job, the quickest first. */
export function enginesFor({ nature }: ProofJob, engines: readonly Engine[]): readonly Engine[] {
  const ordered = ORDER[nature].filter((engine) => engines.includes(engine));
  return ordered.length === 0 ? engines : ordered;
}
