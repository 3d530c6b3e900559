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

function add(part: Part, amount: number, slope: Coefficient): void {
  part.energyPj += amount * slope.energyPj;
  part.memoryBits += amount * slope.memoryBits;
  const { bufferBits } = part;
  for (let i = 0; i < bufferBits.length; i++) bufferBits[i] += amount * slope.bufferBits[i];
}

function addPart(part: Part, other: Part): void {
  part.energyPj += other.energyPj;
  part.memoryBits += other.memoryBits;
  const { bufferBits } = part;
  for (let i = 0; i < bufferBits.length; i++) bufferBits[i] += other.bufferBits[i];
}

/** What loading weights causes, for a macro tile and the pixels of a tile. */
function weightPart(model: LayerModel, pixels: ShareFactors, choice: MacroChoice): Part {
  const { slopes, totals } = model;
  const { problem, machine } = model.space;
  const weights = problem.batch * totals.weights;
  const part = emptyPart(machine.buffers.length);
  add(part, weights * pixels.all(choice), slopes.weightLoads);
  add(part, weights * (machine.multicast ? pixels.first(choice) : pixels.all(choice)), slopes.weightReads);
  return part;
}

/** What loading activations causes, for a macro tile and the outputs of a tile. */
function activationPart(model: LayerModel, outputs: ShareFactors, choice: MacroChoice): Part {
  const { slopes, totals } = model;
  const { machine } = model.space;
  const part = emptyPart(machine.buffers.length);
  add(part, totals.touched * outputs.all(choice), slopes.activationLoads);
  const reads = machine.multicast ? outputs.first(choice) : outputs.all(choice);
  add(part, totals.touched * reads, slopes.activationReads);
  return part;
}

/** What spilling sums causes, and the steps, for a macro tile and the channels of a tile; and what no mapping changes. */
function sumPart(model: LayerModel, channels: ChannelFactors, choice: MacroChoice): Part {
  const { slopes, totals, prices, digits } = model;
  const part = emptyPart(model.space.machine.buffers.length);
  add(part, 1, slopes.base);
  add(part, totals.results * (channels.sums(choice) - 1), slopes.spills);
  const { chunks, windows } = channels;
  const runs = totals.results * digits.weights * digits.activations;
  part.energyPj += runs * (chunks * prices.stepPj + windows * prices.windowPj);
  return part;
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
  const { id } = choice;
  part.energyPj = 0;
  part.memoryBits = 0;
  part.bufferBits.fill(0);
  addPart(part, (pixels.parts[id] ??= weightPart(model, pixels, choice)));
  addPart(part, (outputs.parts[id] ??= activationPart(model, outputs, choice)));
  addPart(part, (channels.parts[id] ??= sumPart(model, channels, choice)));
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

/** Lowers every number of a part to that of another where it is less. */
export function lowerPart(part: Part, other: Part): void {
  part.energyPj = Math.min(part.energyPj, other.energyPj);
  part.memoryBits = Math.min(part.memoryBits, other.memoryBits);
  part.computeCycles = Math.min(part.computeCycles, other.computeCycles);
  const { bufferBits } = part;
  for (let i = 0; i < bufferBits.length; i++) bufferBits[i] = Math.min(bufferBits[i], other.bufferBits[i]);
}

/** A part above every other. */
export function endlessPart(buffers: number): Part {
  const bufferBits = new Float64Array(buffers).fill(Infinity);
  return { energyPj: Infinity, memoryBits: Infinity, bufferBits, computeCycles: Infinity };
}

/** Latency of a mapping made of two parts: exactly that of the closed form, as all bits are whole numbers. */
export function latencyOfParts(model: LayerModel, macro: Part, fill: Part): number {
  const { machine } = model.space;
  const memory = (macro.memoryBits + fill.memoryBits) / machine.memoryBitsPerCycle;
  let together = macro.computeCycles;
  let apart = 0;
  if (model.memoryOverlaps) together = Math.max(together, memory);
  else apart += memory;
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
