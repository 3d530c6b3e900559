import { endsWindow, passShift, type DataflowSchedule, type ScheduleJob } from './job.ts';
import { SlotRing, StepBuffer, type MacroStep } from './step.ts';

/** group, tile of A pixels, chunk, activation digit, weight digit, output, pixel of the tile. */
function* steps(job: ScheduleJob): Generator<MacroStep, void, undefined> {
  const { spec, plan, outputs, pixels, chunks, weights, activations, thresholds } = job;
  const step = new StepBuffer();
  const weightRing = new SlotRing(spec.weightSlots);
  const activationRing = new SlotRing(spec.activationSlots);
  const thresholdRing = new SlotRing(spec.thresholdSlots);
  const activationSlots = new Int32Array(spec.activationSlots);
  step.emit = true;
  for (let group = 0; group < job.groups; group++) {
    for (let first = 0; first < pixels; first += spec.activationSlots) {
      const tile = Math.min(spec.activationSlots, pixels - first);
      for (let chunk = 0; chunk < chunks; chunk++) {
        step.windowEnd = endsWindow(job, chunk);
        for (let e = 0; e < plan.activationDigits; e++) {
          for (let d = 0; d < plan.weightDigits; d++) {
            step.shift = passShift(job, d, e);
            step.clear = chunk === 0 && d === 0 && e === 0;
            step.restore = !step.clear;
            step.last =
              chunk === chunks - 1 && d === plan.weightDigits - 1 && e === plan.activationDigits - 1;
            step.final = step.last && thresholds !== null;
            for (let o = 0; o < outputs; o++) {
              step.channel = group * outputs + o;
              step.weightSlot = weightRing.take();
              step.weightRow = weights.row(step.channel, chunk, d);
              step.loadedWeights = step.weightRow.digits.length;
              step.thresholdSlot = step.final ? thresholdRing.take() : 0;
              step.thresholdRow = step.final ? (thresholds?.[step.channel] ?? null) : null;
              for (let p = 0; p < tile; p++) {
                step.pixel = first + p;
                if (d === 0 && o === 0) {
                  const row = activations.row(group, step.pixel, chunk, e);
                  activationSlots[p] = activationRing.take();
                  step.activationRow = row.packed;
                  step.loadedActivations = row.unpadded;
                } else {
                  step.activationRow = null;
                  step.loadedActivations = 0;
                }
                step.activationSlot = activationSlots[p];
                yield step;
                step.weightRow = null;
                step.loadedWeights = 0;
                step.thresholdRow = null;
              }
            }
          }
        }
      }
    }
  }
}

/** Activations stay in the macro, weights stream, partial sums go through memory. */
export const inputStationarySchedule: DataflowSchedule = { name: 'input-stationary', spills: true, steps };
