import { TallyError, type Issue } from '../diagnostics/index.ts';
import { analyse } from './analyse.ts';
import type { Network } from './network.ts';
import type { TensorType } from './tensor-type.ts';

/**
 * Everything that is wrong with a network; empty when it may be executed, counted and saved.
 * Paths look like `nodes.3(conv2).weights.codes[17]`: index and id of the node, then the field.
 */
export function verify(network: Network): readonly Issue[] {
  return analyse(network).issues;
}

/**
 * The type of every value by id, `input` included. Bounds of integers are proven by interval
 * arithmetic over the actual weights, so no legal input can leave them.
 *
 * @throws TallyError with every issue of {@link verify} when the network is not legal.
 */
export function inferTypes(network: Network): ReadonlyMap<string, TensorType> {
  const { types, issues } = analyse(network);
  if (issues.length > 0) throw new TallyError(issues);
  return types;
}
