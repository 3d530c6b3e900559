import { endsWindow, passShift, type DataflowSchedule, type ScheduleJob } from './job.ts';
import { SlotRing, StepBuffer, type MacroStep } from './step.ts';

/** group, tile of outputs, tile of pixels, weight digit, activation digit, chunk, output, pixel. */
function* steps(job: ScheduleJob): Generator<MacroStep, void, undefined> {
  const { spec, plan, outputs, pixels, chunks, weights, activations, thresholds } = job;
  const tilePixels = Math.min(spec.activationSlots, spec.partialSums);
  const tileOutputs = Math.min(spec.weightSlots, Math.floor(spec.partialSums / tilePixels));
  const step = new StepBuffer();
  const weightRing = new SlotRing(spec.weightSlots);
  const activationRing = new SlotRing(spec.activationSlots);
  const thresholdRing = new SlotRing(spec.thresholdSlots);
  const activationSlots = new Int32Array(tilePixels);
  for (let group = 0; group < job.groups; group++) {
    for (let firstOutput = 0; firstOutput < outputs; firstOutput += tileOutputs) {
      const outputsHere = Math.min(tileOutputs, outputs - firstOutput);
      for (let firstPixel = 0; firstPixel < pixels; firstPixel += tilePixels) {
        const pixelsHere = Math.min(tilePixels, pixels - firstPixel);
        for (let d = 0; d < plan.weightDigits; d++) {
          for (let e = 0; e < plan.activationDigits; e++) {
            step.shift = passShift(job, d, e);
            for (let chunk = 0; chunk < chunks; chunk++) {
              step.windowEnd = endsWindow(job, chunk);
              step.clear = chunk === 0 && d === 0 && e === 0;
              step.last =
                chunk === chunks - 1 && d === plan.weightDigits - 1 && e === plan.activationDigits - 1;
              step.emit = step.last;
              step.final = step.last && thresholds !== null;
              for (let o = 0; o < outputsHere; o++) {
                step.channel = group * outputs + firstOutput + o;
                step.weightSlot = weightRing.take();
                step.weightRow = weights.row(step.channel, chunk, d);
                step.loadedWeights = step.weightRow.digits.length;
                step.thresholdSlot = step.final ? thresholdRing.take() : 0;
                step.thresholdRow = step.final ? (thresholds?.[step.channel] ?? null) : null;
                for (let p = 0; p < pixelsHere; p++) {
                  step.pixel = firstPixel + p;
                  step.accumulator = o * tilePixels + p;
                  if (o === 0) {
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
}

/** Partial sums stay in the macro until complete, weights and activations stream. */
export const outputStationarySchedule: DataflowSchedule = { name: 'output-stationary', spills: false, steps };
