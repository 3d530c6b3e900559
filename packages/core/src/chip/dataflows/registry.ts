import { fail } from '../../diagnostics/index.ts';
import type { Dataflow } from './dataflow.ts';
import { inputStationary } from './input-stationary.ts';
import { outputStationary } from './output-stationary.ts';
import { weightStationary } from './weight-stationary.ts';

/** Every dataflow. A new one is a file beside these and a line here; the contract suite finds it. */
export const DATAFLOWS: readonly Dataflow[] = [weightStationary, outputStationary, inputStationary];

/**
 * The dataflow of that name.
 *
 * @param path where the name was read, for the error
 * @throws TallyError `unknown-dataflow`
 */
export function findDataflow(name: string, path = 'dataflow'): Dataflow {
  return (
    DATAFLOWS.find((dataflow) => dataflow.name === name) ??
    fail(
      'unknown-dataflow',
      path,
      `no dataflow is named '${name}'`,
      `use one of ${DATAFLOWS.map((dataflow) => dataflow.name).join(', ')}`,
    )
  );
}
