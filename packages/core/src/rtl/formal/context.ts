import type { Module } from '../ast/index.ts';
import { fail } from '../../diagnostics/index.ts';
import type { Geometry } from '../geometry.ts';
import type { TextEdit } from './job.ts';
import type { proofJob } from './monitor.ts';

/** What properties are written about. */
export interface ProofContext {
  readonly geometry: Geometry;
  readonly modules: readonly Module[];
  readonly edit: TextEdit;
  readonly job: typeof proofJob;
}

/**
 * A module by name.
 *
 * @throws TallyError `no-such-module`, when generator and properties do not fit each other
 */
export function moduleNamed({ modules }: Pick<ProofContext, 'modules'>, name: string): Module {
  const module = modules.find((one) => one.name === name);
  return (
    module ??
    fail('no-such-module', `module ${name}`, 'properties name a module that is not generated', 'report it')
  );
}
