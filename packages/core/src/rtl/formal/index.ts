export {
  PROOF_UNITS,
  type ProofJob,
  type ProofMethod,
  type ProofNature,
  type ProofProperty,
  type ProofUnit,
  type TextEdit,
} from './job.ts';
export { proofJobs, smallMacro, type ProofOptions } from './jobs.ts';
