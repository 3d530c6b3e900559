import type { Machine, MachineBuffer } from './machine.ts';
import type { LayerMapping } from './mapping.ts';
import type { MappingProblem } from './problem.ts';

/** 3x3x128 -> 32 channels on 4x4 pixels from 6x6 inputs, no padding: M = 32, K = 1,152 = 9 x 128, P = 16; W3A2, results of 2 bits. */
export const EXAMPLE_PROBLEM: MappingProblem = {
  kind: 'mapping-problem',
  id: 'conv',
  batch: 1,
  groups: 1,
  outputs: 32,
  channels: 128,
  rows: { outputs: 4, inputs: 6, taps: 3, stride: 1, dilation: 1, padding: 0 },
  columns: { outputs: 4, inputs: 6, taps: 3, stride: 1, dilation: 1, padding: 0 },
  weightDigits: 1,
  activationDigits: 1,
  weightBits: 3,
  activationBits: 2,
  resultBits: 2,
};

const buffer = (name: string, operand: MachineBuffer['operands'][number]): MachineBuffer => ({
  name,
  operands: [operand],
  capacityBits: 32 * 1024 * 8,
  bitsPerCycle: 64,
  doubleBuffered: true,
});

/** The macro of zhu2020: 128 entries, 16 weight rows, 4 activation rows, 16 accumulators, 9 + 1 slots; three 32 KB buffers. */
export const EXAMPLE_MACHINE: Machine = {
  kind: 'mapping-machine',
  name: 'example',
  macros: 1,
  multicast: false,
  macro: {
    entries: 128,
    weightRows: 16,
    activationRows: 4,
    accumulators: 16,
    accumulatorBits: 24,
    weightDigitBits: 3,
    activationDigitBits: 2,
    slotsPerStep: 10,
    windowVectors: 9,
    windowOverheadCycles: 2,
  },
  buffers: [
    buffer('weight-buffer', 'weights'),
    buffer('activation-buffer', 'activations'),
    buffer('sum-buffer', 'partialSums'),
  ],
  bufferOf: { weights: 0, activations: 1, partialSums: 2 },
  memoryBitsPerCycle: 64,
};

/** The example without buffers. */
export const BARE_MACHINE: Machine = {
  ...EXAMPLE_MACHINE,
  buffers: [],
  bufferOf: { weights: -1, activations: -1, partialSums: -1 },
};

/** Output stationary, 4 outputs x 4 pixels in the macro; tiles of 16 outputs, 2 rows, 4 columns, 64 channels. */
export const EXAMPLE_MAPPING: LayerMapping = {
  order: ['batch', 'group', 'outputs', 'rows', 'columns', 'channels'],
  tile: { outputs: 16, rows: 2, columns: 4, channels: 64 },
  split: { outputs: 1, pixels: 1 },
  macro: { dataflow: 'output-stationary', outputs: 4, pixels: 4, chunks: 1 },
};
