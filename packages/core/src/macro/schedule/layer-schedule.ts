import { DRAIN_CYCLES, FILL_CYCLES, digitPlan, type DigitPlan } from '../../chip/index.ts';
import { fail, throwIfAny } from '../../diagnostics/index.ts';
import { elementCount, type MacLayer, type ThresholdNode } from '../../network/index.ts';
import type { Macro } from '../machine.ts';
import { ActivationRows } from './activation-rows.ts';
import { checkSchedule } from './check-schedule.ts';
import type { ScheduleJob } from './job.ts';
import { findSchedule } from './registry.ts';
import type { MacroStep } from './step.ts';
import { thresholdRows } from './threshold-rows.ts';
import { WeightRows } from './weight-rows.ts';

/** What a layer runs on and with. */
export interface LayerRun {
  readonly macro: Macro;
  readonly layer: MacLayer;
  /** Input codes of one image, `layer.input` row-major, each below 2^inputBits. */
  readonly codes: Uint8Array;
  /** A name in `chip/dataflows`. */
  readonly dataflow: string;
  /** The node that the macro computes behind the layer (`fusedThresholds`); null: sums come out. */
  readonly thresholds: ThresholdNode | null;
}

/** A layer of one image as commands of the macro. */
export interface LayerSchedule extends LayerRun {
  readonly kind: 'layer-schedule';
  readonly plan: DigitPlan;
  /** Partial sums leave after every step and come back, first out first in. */
  readonly spills: boolean;
  /** Commands, and those of them that end a window. */
  readonly stepCount: number;
  readonly windowCount: number;
  /** Slots of all steps with window overheads: the time in steady state. */
  readonly slots: number;
  /** slots + 9: from the first command offered to the last result taken, as long as nobody keeps the macro waiting. */
  readonly cycles: number;
  /** The commands in order, from the start at each call. Always the same object: valid until the next is asked for. */
  readonly steps: () => Generator<MacroStep, void, undefined>;
}

/**
 * Cuts a layer into commands of the macro under a dataflow (hw/macro/doc/theory-of-operation.md, "Dataflows").
 *
 * @throws TallyError `unknown-dataflow`, `macro-schedule-refused`, `image-shape-mismatch`
 */
export function scheduleLayer(run: LayerRun): LayerSchedule {
  const { macro, layer, codes, thresholds } = run;
  const { spec } = macro;
  const dataflow = findSchedule(run.dataflow);
  const plan = digitPlan(
    {
      weight: { system: spec.weightSystem, bits: spec.weightBits },
      activation: { system: 'unsigned', bits: spec.activationBits },
    },
    layer.weights.format,
    layer.inputBits,
  );
  throwIfAny(checkSchedule(macro, layer, plan, dataflow));
  if (codes.length !== elementCount(layer.input)) {
    fail(
      'image-shape-mismatch',
      `${layer.id}.input`,
      `has ${codes.length} codes, must have ${elementCount(layer.input)}`,
      'give the codes of one image',
    );
  }
  const chunks = Math.ceil(layer.dotLength / spec.entries);
  const sweeps = layer.dotProducts * plan.passes;
  const stepCount = sweeps * chunks;
  const windowCount = sweeps * Math.ceil(chunks / spec.windowVectors);
  const slots = stepCount * macro.stepSlots + windowCount * spec.windowOverheadCycles;
  // Made anew for each pass over the steps, so that a finished schedule holds no rows.
  const job = (): ScheduleJob => ({
    spec,
    plan,
    groups: layer.groups,
    outputs: layer.output[0] / layer.groups,
    pixels: layer.positions,
    chunks,
    weights: new WeightRows(macro, layer, plan),
    activations: new ActivationRows(macro, layer, plan, codes),
    thresholds: thresholds === null ? null : thresholdRows(layer, thresholds, spec),
  });
  return {
    ...run,
    kind: 'layer-schedule',
    plan,
    spills: dataflow.spills,
    stepCount,
    windowCount,
    slots,
    cycles: FILL_CYCLES + slots + DRAIN_CYCLES,
    steps: () => dataflow.steps(job()),
  };
}
