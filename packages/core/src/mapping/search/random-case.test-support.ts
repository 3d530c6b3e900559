import fc from 'fast-check';
import type { MappingPrices } from '../cost/prices.ts';
import type { Machine, MachineBuffer } from '../machine.ts';
import type { MappingProblem, WindowAxis } from '../problem.ts';

const axis: fc.Arbitrary<WindowAxis> = fc
  .record({
    outputs: fc.integer({ min: 1, max: 5 }),
    taps: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    padding: fc.integer({ min: 0, max: 2 }),
    beyond: fc.integer({ min: 0, max: 2 }),
  })
  .map(({ beyond, ...axis }) => ({
    ...axis,
    padding: Math.min(axis.padding, (axis.taps - 1) * axis.dilation),
    // As many inputs as the last window needs, less what is padding behind, plus what no window reads.
    inputs: Math.max(
      1,
      (axis.outputs - 1) * axis.stride + (axis.taps - 1) * axis.dilation + 1 - axis.padding + beyond - 1,
    ),
  }));

/** Small problems of every kind: batches, groups, halos, holes, padding, several digits. */
export const smallProblem: fc.Arbitrary<MappingProblem> = fc.record({
  kind: fc.constant('mapping-problem' as const),
  id: fc.constant('layer'),
  batch: fc.constantFrom(1, 1, 2),
  groups: fc.constantFrom(1, 1, 2),
  outputs: fc.integer({ min: 1, max: 4 }),
  channels: fc.integer({ min: 1, max: 4 }),
  rows: axis,
  columns: axis,
  weightDigits: fc.constantFrom(1, 1, 2),
  activationDigits: fc.constantFrom(1, 1, 2),
  weightBits: fc.constantFrom(3, 8),
  activationBits: fc.constantFrom(2, 8),
  resultBits: fc.constantFrom(2, 24),
});

const buffer = (operands: MachineBuffer['operands']): fc.Arbitrary<MachineBuffer> =>
  fc.record({
    name: fc.constant(operands.join('-')),
    operands: fc.constant(operands),
    capacityBits: fc.constantFrom(64, 256, 512, 1024, 4096),
    bitsPerCycle: fc.constantFrom(1, 4, 32),
    doubleBuffered: fc.boolean(),
  });

const buffers: fc.Arbitrary<readonly MachineBuffer[]> = fc.oneof(
  fc.constant([]),
  buffer(['weights', 'activations', 'partialSums']).map((one) => [one]),
  fc.tuple(buffer(['weights']), buffer(['activations']), buffer(['partialSums'])),
  fc.tuple(buffer(['weights', 'activations']), buffer(['partialSums'])),
  fc.tuple(buffer(['activations'])),
);

/** Small machines: every arrangement of buffers, one macro or several, multicast or not. */
export const smallMachine: fc.Arbitrary<Machine> = fc
  .record({
    macros: fc.constantFrom(1, 1, 2, 3),
    multicast: fc.boolean(),
    buffers,
    memoryBitsPerCycle: fc.constantFrom(1, 8, 64),
    entries: fc.constantFrom(2, 4, 8),
    weightRows: fc.integer({ min: 1, max: 3 }),
    activationRows: fc.integer({ min: 1, max: 3 }),
    accumulators: fc.integer({ min: 1, max: 4 }),
    slotsPerStep: fc.constantFrom(1, 10),
  })
  .map(({ entries, weightRows, activationRows, accumulators, slotsPerStep, ...rest }): Machine => ({
    kind: 'mapping-machine',
    name: 'small',
    ...rest,
    bufferOf: {
      weights: rest.buffers.findIndex(({ operands }) => operands.includes('weights')),
      activations: rest.buffers.findIndex(({ operands }) => operands.includes('activations')),
      partialSums: rest.buffers.findIndex(({ operands }) => operands.includes('partialSums')),
    },
    macro: {
      entries,
      weightRows,
      activationRows,
      accumulators,
      accumulatorBits: 24,
      weightDigitBits: 3,
      activationDigitBits: 2,
      slotsPerStep,
      windowVectors: 2,
      windowOverheadCycles: 2,
    },
  }));

const price = fc.constantFrom(0, 0.1797, 0.5, 8);
const bitPrices = fc.record({ readPj: price, writePj: price });

/** Prices for a machine, some of them nothing. */
export function pricesFor(machine: Machine): fc.Arbitrary<MappingPrices> {
  return fc.record({
    memory: bitPrices,
    buffers: fc.array(bitPrices, { minLength: machine.buffers.length, maxLength: machine.buffers.length }),
    deliveredPj: price,
    loadedPj: price,
    stepPj: fc.constantFrom(0, 20.3),
    windowPj: fc.constantFrom(0, 2.9),
    layerPj: fc.constantFrom(0, 1000.1),
    leakagePjPerCycle: fc.constantFrom(0, 0.07),
  });
}
