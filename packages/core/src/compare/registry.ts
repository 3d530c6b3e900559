import { COUNTING_SCHEMES } from '../counting/index.ts';
import { countingMethod } from './counting-method.ts';
import { denseMacMethod } from './dense-mac.ts';
import { lookupMacMethod } from './lookup-mac.ts';
import type { ComputeMethod } from './method.ts';

/**
 * Every method that is compared: all registered counting and grouping schemes, then the baselines. A new scheme needs no
 * line here.
 */
export const COMPUTE_METHODS: readonly ComputeMethod[] = [
  ...COUNTING_SCHEMES.filter(({ family }) => family !== 'baseline').map((scheme) => countingMethod(scheme)),
  ...COUNTING_SCHEMES.filter(({ name }) => name === 'bit-serial').map((scheme) =>
    countingMethod(scheme, true),
  ),
  denseMacMethod,
  lookupMacMethod,
];
