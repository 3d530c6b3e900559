import type { RtlFile } from '../generate.ts';

/** Units of the macro that have properties, in the order in which they are proven. */
export const PROOF_UNITS = [
  'cam-cell',
  'mux-cell',
  'weight-row',
  'activation-row',
  'arrays',
  'search-driver',
  'popcount',
  'dual-counter',
  'class-multiplier',
  'accumulator',
  'threshold-unit',
  'slot-pipeline',
  'controller',
  'core',
  'composition',
  'datapath',
] as const;
export type ProofUnit = (typeof PROOF_UNITS)[number];

/**
 * How a property is checked, and so what a pass means.
 *
 * - `window`: bounded model checking of so many clocks from every state, reachable or not: holds always.
 * - `induction`: base case and step of k-induction with k = `clocks`: holds always.
 * - `bounded`: bounded model checking from reset: holds for so many clocks.
 */
export interface ProofMethod {
  readonly kind: 'window' | 'induction' | 'bounded';
  readonly clocks: number;
}

/** An assertion of a job. */
export interface ProofProperty {
  /** Name in the module's text. */
  readonly label: string;
  /** Nets that it is about, to be shown where it fails. */
  readonly signals: readonly string[];
}

/**
 * What a job asks of a solver: `bits` compares lines and registers, `sums` adds numbers up in two ways. Engines differ in
 * which of them they are quick at.
 */
export type ProofNature = 'bits' | 'sums';

/** One run of a solver: a module with assertions, and what its passing says. */
export interface ProofJob {
  readonly kind: 'proof-job';
  readonly unit: ProofUnit;
  /** `<unit>/<property>`, unique. */
  readonly name: string;
  /** What holds when the job passes, as a sentence. */
  readonly claim: string;
  /** Size at which it is proven, e.g. `128 entries`. */
  readonly size: string;
  readonly method: ProofMethod;
  readonly nature: ProofNature;
  readonly properties: readonly ProofProperty[];
  /** Module with the assertions; it stands in the last of the files. */
  readonly top: string;
  readonly files: readonly RtlFile[];
}

/** A change of a module's text on its way into a proof, for tests of the proofs themselves. */
export type TextEdit = (module: string, text: string) => string;
