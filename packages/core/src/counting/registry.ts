import { fail } from '../diagnostics/index.ts';
import { activationLevels } from './classes/activation-levels.ts';
import { bitSerial } from './classes/bit-serial.ts';
import { denseMac } from './classes/dense-mac.ts';
import { distinctProducts } from './classes/distinct-products.ts';
import { orderedPairs } from './classes/ordered-pairs.ts';
import { unorderedPairs } from './classes/unordered-pairs.ts';
import { weightBitPlanes } from './classes/weight-bit-planes.ts';
import { weightLevels } from './classes/weight-levels.ts';
import type { CountingScheme } from './scheme.ts';

/** Every counting scheme. A new one is a file in `classes/` and a line here; the contract suite finds it. */
export const COUNTING_SCHEMES: readonly CountingScheme[] = [
  orderedPairs,
  unorderedPairs,
  distinctProducts,
  weightBitPlanes,
  activationLevels,
  weightLevels,
  denseMac,
  bitSerial,
];

/**
 * The scheme of that name.
 *
 * @param path where the name was read, for the error
 * @throws TallyError `unknown-counting-scheme`
 */
export function findScheme(name: string, path = 'scheme'): CountingScheme {
  return (
    COUNTING_SCHEMES.find((scheme) => scheme.name === name) ??
    fail(
      'unknown-counting-scheme',
      path,
      `no counting scheme is named '${name}'`,
      `use one of ${COUNTING_SCHEMES.map((scheme) => scheme.name).join(', ')}`,
    )
  );
}
