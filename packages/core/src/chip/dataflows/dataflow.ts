import type { Chip } from '../chip.ts';
import type { DigitPlan } from '../digit-plan.ts';
import type { MacLayer } from '../../network/mac-layer.ts';

/** Traffic of one operand, per image, in elements (digits; partial sums). */
export interface Traffic {
  /** From the macro's storage into the arithmetic. */
  readonly macroReads: number;
  /** Into the macro's storage: loads from memory, or updates of partial sums. */
  readonly macroWrites: number;
  readonly memoryReads: number;
  readonly memoryWrites: number;
  /** Bits of one element. */
  readonly bitsPerElement: number;
}

/** Accesses of one layer under one dataflow. */
export interface Accesses {
  readonly weights: Traffic;
  readonly activations: Traffic;
  readonly partialSums: Traffic;
}

/**
 * Sizes that the access formulas are written in. A layer is a matrix product per group:
 * M outputs x K entries x P pixels; one step is one vector of one output at one pixel in one digit pass.
 */
export interface DataflowProblem {
  readonly groups: number;
  /** M: output channels of one group. */
  readonly outputs: number;
  /** P: output pixels. */
  readonly pixels: number;
  /** K: entries of a dot product. */
  readonly length: number;
  readonly weightDigits: number;
  readonly activationDigits: number;
  readonly passes: number;
  /** Steps that add into one output: vectors per dot product * passes. */
  readonly stepsPerOutput: number;
  /** Digit pairs of the layer: M * K * P * groups * passes. */
  readonly pairs: number;
  /** Input elements that one sweep over all pixels touches, padding not included: at most K * P * groups. */
  readonly touchedInputs: number;
  readonly weightVectors: number;
  readonly activationVectors: number;
  readonly partialSums: number;
  readonly weightDigitStorageBits: number;
  readonly activationDigitStorageBits: number;
  readonly partialSumBits: number;
}

/**
 * A dataflow says which operand stays in the macro while the others stream past it; in its simplest
 * form, without buffers between memory and macro and without reuse of overlapping windows.
 */
export interface Dataflow {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly accesses: (problem: DataflowProblem) => Accesses;
}

/** The sizes of a layer on a chip. */
export function dataflowProblem(layer: MacLayer, plan: DigitPlan, chip: Chip): DataflowProblem {
  const { geometry, formats, limits } = chip;
  return {
    groups: layer.groups,
    outputs: layer.output[0] / layer.groups,
    pixels: layer.positions,
    length: layer.dotLength,
    weightDigits: plan.weightDigits,
    activationDigits: plan.activationDigits,
    passes: plan.passes,
    stepsPerOutput: Math.ceil(layer.dotLength / geometry.entries.value) * plan.passes,
    pairs: layer.macs * plan.passes,
    touchedInputs: ((layer.macs - layer.paddingMacs) * layer.groups) / layer.output[0],
    weightVectors: geometry.weightVectors.value,
    activationVectors: geometry.activationVectors.value,
    partialSums: geometry.partialSums.value,
    weightDigitStorageBits: formats.weight.bits.value,
    activationDigitStorageBits: formats.activation.bits.value,
    partialSumBits: limits.accumulatorBits.value,
  };
}

/** Traffic of weights (or activations) that are loaded `loads` times in all and read once per digit pair. */
export function loaded(loads: number, pairs: number, bitsPerElement: number): Traffic {
  return { macroReads: pairs, macroWrites: loads, memoryReads: loads, memoryWrites: 0, bitsPerElement };
}

/** Partial sums that stay in the macro until they are complete: only finished sums leave. */
export function keptSums(p: DataflowProblem): Traffic {
  const sums = p.outputs * p.pixels * p.groups;
  return {
    macroReads: sums * (p.stepsPerOutput - 1),
    macroWrites: sums * p.stepsPerOutput,
    memoryReads: 0,
    memoryWrites: sums,
    bitsPerElement: p.partialSumBits,
  };
}

/** Partial sums that go to memory after every step and come back for the next. */
export function spilledSums(p: DataflowProblem): Traffic {
  const sums = p.outputs * p.pixels * p.groups;
  return {
    macroReads: sums * (p.stepsPerOutput - 1),
    macroWrites: sums * p.stepsPerOutput,
    memoryReads: sums * (p.stepsPerOutput - 1),
    memoryWrites: sums * p.stepsPerOutput,
    bitsPerElement: p.partialSumBits,
  };
}
