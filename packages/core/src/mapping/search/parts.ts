import type { Coefficient } from './coefficients.ts';
import type { ChannelFactors, ShareFactors } from './axis-factors.ts';
import type { LayerModel } from './layer-model.ts';
import type { MacroChoice } from './macro-tiles.ts';

/**
 * A part of a mapping's cost: energy without leakage, bits through memory and buffers, cycles of the macro with most work. The
 * parts of a mapping add up (their cycles: one of them has all).
 */
export interface Part {
  energyPj: number;
  memoryBits: number;
  readonly bufferBits: Float64Array;
  computeCycles: number;
}

export function emptyPart(buffers: number): Part {
  return { energyPj: 0, memoryBits: 0, bufferBits: new Float64Array(buffers), computeCycles: 0 };
}

function set(part: Part, base: Coefficient): void {
  part.energyPj = base.energyPj;
  part.memoryBits = base.memoryBits;
  for (let i = 0; i < part.bufferBits.length; i++) part.bufferBits[i] = base.bufferBits[i];
}

function add(part: Part, amount: number, slope: Coefficient): void {
  part.energyPj += amount * slope.energyPj;
  part.memoryBits += amount * slope.memoryBits;
  const { bufferBits } = part;
  for (let i = 0; i < bufferBits.length; i++) bufferBits[i] += amount * slope.bufferBits[i];
}

/** What the macros cause, whatever the order of the tiles; with the costs that no mapping changes. */
export function setMacroPart(
  part: Part,
  model: LayerModel,
  outputs: ShareFactors,
  pixels: ShareFactors,
  channels: ChannelFactors,
  choice: MacroChoice,
): void {
  const { slopes, totals, prices, digits } = model;
  const { problem, machine } = model.space;
  const passes = digits.weights * digits.activations;
  const weights = problem.batch * totals.weights;
  const weightLoads = weights * pixels.all(choice);
  const activationLoads = totals.touched * outputs.all(choice);
  set(part, slopes.base);
  add(part, weightLoads, slopes.weightLoads);
  add(part, machine.multicast ? weights * pixels.first(choice) : weightLoads, slopes.weightReads);
  add(part, activationLoads, slopes.activationLoads);
  add(
    part,
    machine.multicast ? totals.touched * outputs.first(choice) : activationLoads,
    slopes.activationReads,
  );
  add(part, totals.results * (channels.sums(choice) - 1), slopes.spills);
  part.energyPj +=
    totals.results * passes * (channels.chunks * prices.stepPj + channels.windows * prices.windowPj);
  part.computeCycles = model.computeCycles(outputs, pixels, channels);
}

/** What filling the buffers causes. */
export function setFillPart(
  part: Part,
  model: LayerModel,
  weightTimes: number,
  activations: number,
  resultVisits: number,
): void {
  const { slopes, totals } = model;
  part.energyPj = 0;
  part.memoryBits = 0;
  part.bufferBits.fill(0);
  add(part, totals.weights * weightTimes, slopes.weightFills);
  add(part, activations, slopes.activationFills);
  add(part, totals.results * (resultVisits - 1), slopes.sumFills);
}

/** Latency of a mapping made of two parts: exactly that of the closed form, as all bits are whole numbers. */
export function latencyOfParts(model: LayerModel, macro: Part, fill: Part): number {
  const { machine } = model.space;
  let together = Math.max(
    macro.computeCycles,
    (macro.memoryBits + fill.memoryBits) / machine.memoryBitsPerCycle,
  );
  let apart = 0;
  for (let i = 0; i < machine.buffers.length; i++) {
    const buffer = machine.buffers[i];
    const cycles = (macro.bufferBits[i] + fill.bufferBits[i]) / buffer.bitsPerCycle;
    if (buffer.doubleBuffered) together = Math.max(together, cycles);
    else apart += cycles;
  }
  return together + apart;
}

/**
 * A sum of some 20 products, each rounded, is off by less than 20 x 2^-53 of itself. Lowered by this share an energy is
 * below the one that the closed form's counts would cost.
 */
const ROUNDING = 1e-12;

/** Energy of a mapping made of two parts, never above that of the closed form. */
export function energyOfParts(model: LayerModel, macro: Part, fill: Part, latencyCycles: number): number {
  const energyPj = macro.energyPj + fill.energyPj + latencyCycles * model.prices.leakagePjPerCycle;
  return energyPj * (1 - ROUNDING);
}
