import type { DigitPlan, MacroSpec } from '../../chip/index.ts';
import type { ThresholdRow } from '../command.ts';
import type { ActivationRows } from './activation-rows.ts';
import type { MacroStep } from './step.ts';
import type { WeightRows } from './weight-rows.ts';

/** A layer cut to the macro's size: what the loops of a dataflow run over. */
export interface ScheduleJob {
  readonly spec: MacroSpec;
  readonly plan: DigitPlan;
  readonly groups: number;
  /** Output channels of a group. */
  readonly outputs: number;
  /** Output pixels. */
  readonly pixels: number;
  /** Vectors of a dot product: ceil(length / entries). */
  readonly chunks: number;
  readonly weights: WeightRows;
  readonly activations: ActivationRows;
  /** By output channel; null: sums come out. */
  readonly thresholds: readonly ThresholdRow[] | null;
}

/** How one dataflow orders the steps of a layer. */
export interface DataflowSchedule {
  /** As in `chip/dataflows`. */
  readonly name: string;
  /** Partial sums leave the macro after every step and come back for the next. */
  readonly spills: boolean;
  /** The steps in order. Always the same object: valid until the next one is asked for. */
  readonly steps: (job: ScheduleJob) => Generator<MacroStep, void, undefined>;
}

/** True when a chunk is the last of a window of `windowVectors` vectors, or of the dot product. */
export function endsWindow({ spec, chunks }: ScheduleJob, chunk: number): boolean {
  return (chunk + 1) % spec.windowVectors === 0 || chunk === chunks - 1;
}

/**
 * Significance of a digit pass. A shift beyond `maxShift` belongs to digits that are all zero (else the sum would
 * not fit the accumulator, see `checkSchedule`), so the largest will do.
 */
export function passShift({ plan, spec }: ScheduleJob, weightDigit: number, activationDigit: number): number {
  const shift = weightDigit * plan.weightDigitBits + activationDigit * plan.activationDigitBits;
  return Math.min(shift, spec.maxShift);
}
