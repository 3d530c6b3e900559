import { endsWindow, passShift, type DataflowSchedule, type ScheduleJob } from './job.ts';
import { SlotRing, StepBuffer, type MacroStep } from './step.ts';

/** group, tile of W outputs, chunk, weight digit, activation digit, pixel, output of the tile. */
function* steps(job: ScheduleJob): Generator<MacroStep, void, undefined> {
  const { spec, plan, outputs, pixels, chunks, weights, activations, thresholds } = job;
  const step = new StepBuffer();
  const weightRing = new SlotRing(spec.weightSlots);
  const activationRing = new SlotRing(spec.activationSlots);
  const thresholdRing = new SlotRing(spec.thresholdSlots);
  const weightSlots = new Int32Array(spec.weightSlots);
  const thresholdSlots = new Int32Array(spec.weightSlots);
  step.emit = true;
  for (let group = 0; group < job.groups; group++) {
    for (let first = 0; first < outputs; first += spec.weightSlots) {
      const tile = Math.min(spec.weightSlots, outputs - first);
      for (let chunk = 0; chunk < chunks; chunk++) {
        step.windowEnd = endsWindow(job, chunk);
        for (let d = 0; d < plan.weightDigits; d++) {
          for (let e = 0; e < plan.activationDigits; e++) {
            step.shift = passShift(job, d, e);
            step.clear = chunk === 0 && d === 0 && e === 0;
            step.restore = !step.clear;
            step.last =
              chunk === chunks - 1 && d === plan.weightDigits - 1 && e === plan.activationDigits - 1;
            step.final = step.last && thresholds !== null;
            for (let pixel = 0; pixel < pixels; pixel++) {
              const loadsWeights = e === 0 && pixel === 0;
              const loadsThresholds = step.final && pixel === 0;
              const row = activations.row(group, pixel, chunk, e);
              step.pixel = pixel;
              step.activationSlot = activationRing.take();
              step.activationRow = row.packed;
              step.loadedActivations = row.unpadded;
              for (let o = 0; o < tile; o++) {
                step.channel = group * outputs + first + o;
                if (loadsWeights) {
                  weightSlots[o] = weightRing.take();
                  step.weightRow = weights.row(step.channel, chunk, d);
                  step.loadedWeights = step.weightRow.digits.length;
                } else {
                  step.weightRow = null;
                  step.loadedWeights = 0;
                }
                if (loadsThresholds) {
                  thresholdSlots[o] = thresholdRing.take();
                  step.thresholdRow = thresholds?.[step.channel] ?? null;
                } else {
                  step.thresholdRow = null;
                }
                step.weightSlot = weightSlots[o];
                step.thresholdSlot = step.final ? thresholdSlots[o] : 0;
                yield step;
                step.activationRow = null;
                step.loadedActivations = 0;
              }
            }
          }
        }
      }
    }
  }
}

/** Weights stay for all pixels, activations stream, partial sums go through memory. */
export const weightStationarySchedule: DataflowSchedule = { name: 'weight-stationary', spills: true, steps };
