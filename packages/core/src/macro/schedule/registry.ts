import { fail } from '../../diagnostics/index.ts';
import { inputStationarySchedule } from './input-stationary.ts';
import type { DataflowSchedule } from './job.ts';
import { outputStationarySchedule } from './output-stationary.ts';
import { weightStationarySchedule } from './weight-stationary.ts';

/** The order of steps under every dataflow of `chip/dataflows`; a contract test holds the two against each other. */
export const DATAFLOW_SCHEDULES: readonly DataflowSchedule[] = [
  weightStationarySchedule,
  outputStationarySchedule,
  inputStationarySchedule,
];

/**
 * The schedule of a dataflow.
 *
 * @param path where the name was read, for the error
 * @throws TallyError `unknown-dataflow`
 */
export function findSchedule(name: string, path = 'dataflow'): DataflowSchedule {
  return (
    DATAFLOW_SCHEDULES.find((schedule) => schedule.name === name) ??
    fail(
      'unknown-dataflow',
      path,
      `no dataflow is named '${name}'`,
      `use one of ${DATAFLOW_SCHEDULES.map((schedule) => schedule.name).join(', ')}`,
    )
  );
}
