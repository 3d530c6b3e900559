import type { MacroSpec } from '../../chip/index.ts';
import { fail } from '../../diagnostics/index.ts';
import { coreModules } from '../generate.ts';
import { geometryOf } from '../geometry.ts';
import { accumulatorJobs } from './accumulator.ts';
import { arrayJobs } from './arrays.ts';
import { cellJobs } from './cells.ts';
import { classMultiplierJobs } from './class-multiplier.ts';
import { compositionJobs } from './composition.ts';
import type { ProofContext } from './context.ts';
import { controllerJobs } from './controller.ts';
import { coreJobs } from './core.ts';
import { datapathJobs } from './datapath.ts';
import { dualCounterJobs } from './dual-counter.ts';
import type { ProofJob, ProofUnit, TextEdit } from './job.ts';
import { proofJob } from './monitor.ts';
import { popcountJobs } from './popcount.ts';
import { rowJobs } from './rows.ts';
import { searchDriverJobs } from './search-driver.ts';
import { slotPipelineJobs } from './slot-pipeline.ts';
import { thresholdUnitJobs } from './threshold-unit.ts';

export interface ProofOptions {
  /** Entries of the small macro on which arrays, core and datapath are proven; default 8. */
  readonly entries?: number;
  /** Of these, entries that hold any code, in all steps of a run of the datapath together; default 2. */
  readonly freeEntries?: number;
  /** Changes the text of a module before it is proven: to see that a proof fails. */
  readonly edit?: TextEdit;
}

const bitsFor = (value: number): number => Math.ceil(Math.log2(value + 1));

/** The same keys and codes with few entries, slots and bits: what bounded proofs of the whole can bear. */
export function smallMacro(spec: MacroSpec, entries: number): MacroSpec {
  const maxShift = Math.min(spec.maxShift, 2);
  const partialSumBits = bitsFor(entries * spec.maxMagnitude * spec.maxActivation) + 1;
  const accumulatorBits = partialSumBits + maxShift + 1;
  return {
    ...spec,
    entries,
    banks: 1,
    weightSlots: 2,
    activationSlots: 2,
    thresholdSlots: 2,
    partialSums: 2,
    partialSumBits,
    accumulatorBits,
    thresholdBits: accumulatorBits + 1,
    maxShift,
    windowOverheadCycles: Math.min(spec.windowOverheadCycles, 2),
  };
}

/**
 * Everything that is proven of the macro of a chip: units at their full size, arrays, core and the datapath as a whole on
 * a small macro with the same keys and codes. Each job is a module with assertions for Yosys and an SMT solver.
 *
 * @throws TallyError `free-entries-out-of-range`
 */
export function proofJobs(spec: MacroSpec, options: ProofOptions = {}): readonly ProofJob[] {
  const edit: TextEdit = options.edit ?? ((_, text) => text);
  const context = (of: MacroSpec): ProofContext => ({
    geometry: geometryOf(of),
    modules: coreModules(of),
    edit,
    job: proofJob,
  });
  const entries = options.entries ?? 8;
  const free = options.freeEntries ?? 2;
  if (free > entries) {
    fail(
      'free-entries-out-of-range',
      'freeEntries',
      `is ${free}, the small macro has ${entries} entries`,
      'give at most as many as there are entries, or a larger macro',
    );
  }
  const full = context(spec);
  const small = context(smallMacro(spec, entries));
  const of: Readonly<Record<ProofUnit, () => readonly ProofJob[]>> = {
    'cam-cell': () => cellJobs(full).filter(({ unit }) => unit === 'cam-cell'),
    'mux-cell': () => cellJobs(full).filter(({ unit }) => unit === 'mux-cell'),
    'weight-row': () => rowJobs(full).filter(({ unit }) => unit === 'weight-row'),
    'activation-row': () => rowJobs(full).filter(({ unit }) => unit === 'activation-row'),
    arrays: () => arrayJobs(small),
    'search-driver': () => searchDriverJobs(full),
    popcount: () => popcountJobs(full),
    'dual-counter': () => dualCounterJobs(full),
    'class-multiplier': () => classMultiplierJobs(full),
    accumulator: () => accumulatorJobs(full),
    'threshold-unit': () => thresholdUnitJobs(full),
    'slot-pipeline': () => slotPipelineJobs(full),
    controller: () => controllerJobs(full),
    core: () => coreJobs(small),
    composition: () => compositionJobs(full),
    datapath: () => datapathJobs(small, free),
  };
  return Object.values(of).flatMap((jobs) => jobs());
}
