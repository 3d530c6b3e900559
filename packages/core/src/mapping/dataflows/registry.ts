import { fail } from '../../diagnostics/index.ts';
import type { MacroDataflow } from './dataflow.ts';
import { inputOutputStationary } from './input-output-stationary.ts';
import { inputStationary } from './input-stationary.ts';
import { outputStationary } from './output-stationary.ts';
import { weightOutputStationary } from './weight-output-stationary.ts';
import { weightStationary } from './weight-stationary.ts';

/** Every dataflow that a mapping may use. A new one is a file beside these and a line here; the contract suite finds it. */
export const MAPPING_DATAFLOWS: readonly MacroDataflow[] = [
  weightStationary,
  outputStationary,
  inputStationary,
  weightOutputStationary,
  inputOutputStationary,
];

const BY_NAME: ReadonlyMap<string, MacroDataflow> = new Map(
  MAPPING_DATAFLOWS.map((dataflow) => [dataflow.name, dataflow]),
);

/** The dataflow of that name, if there is one. */
export function mappingDataflow(name: string): MacroDataflow | undefined {
  return BY_NAME.get(name);
}

/**
 * The dataflow of that name.
 *
 * @param path where the name was read, for the error
 * @throws TallyError `unknown-dataflow`
 */
export function findMappingDataflow(name: string, path = 'macro.dataflow'): MacroDataflow {
  return (
    BY_NAME.get(name) ??
    fail(
      'unknown-dataflow',
      path,
      `no dataflow is named '${name}'`,
      `use one of ${MAPPING_DATAFLOWS.map((dataflow) => dataflow.name).join(', ')}`,
    )
  );
}
