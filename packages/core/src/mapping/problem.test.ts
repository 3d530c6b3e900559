import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chipFormats, dataflowProblem, digitPlan, findDataflow, layerTiming } from '../chip/index.ts';
import { findScheme, schemeCost } from '../counting/index.ts';
import { convLayer, layerCases } from '../counting/random-layer.test-support.ts';
import type { ConvNode, Network } from '../network/index.ts';
import { chipPreset, systemPreset } from '../presets/index.ts';
import { countAccesses } from './counts/count.ts';
import { problemTotals } from './counts/problem-totals.ts';
import { machineOf } from './machine.ts';
import { LOOPS, type LayerMapping, type MacroTile } from './mapping.ts';
import { mappingProblem, resultBits } from './problem.ts';

const CHIPS = ['zhu2020', 'zhu2020-w3a3', 'lsq-w3a3'].map((name) => chipPreset(name));

/** The chip's own dataflows as tiles inside the macro. */
function wholeMacro(dataflow: string, chip: (typeof CHIPS)[number]): MacroTile {
  const rows = chip.geometry.weightVectors.value;
  const pixels = Math.min(chip.geometry.activationVectors.value, chip.geometry.partialSums.value);
  switch (dataflow) {
    case 'weight-stationary':
      return { dataflow, outputs: rows, pixels: 1, chunks: 1 };
    case 'input-stationary':
      return { dataflow, outputs: 1, pixels: chip.geometry.activationVectors.value, chunks: 1 };
    default:
      return {
        dataflow,
        outputs: Math.min(rows, Math.floor(chip.geometry.partialSums.value / pixels)),
        pixels,
        chunks: 1,
      };
  }
}

describe('one tile, one macro, no buffers', () => {
  it.each(['weight-stationary', 'output-stationary', 'input-stationary'])(
    "%s: the counts are the chip's accesses, the cycles its timing",
    (dataflow) => {
      fc.assert(
        fc.property(layerCases, fc.constantFrom(...CHIPS), ({ layer }, chip) => {
          const system = { ...systemPreset(chip.name), buffers: [] };
          const cost = schemeCost(
            findScheme(chip.scheme.name),
            chipFormats(chip),
            chip.geometry.entries.value,
            chip.timing.rescaleSlots.value,
          );
          const problem = mappingProblem(layer, chip);
          const mapping: LayerMapping = {
            order: LOOPS,
            tile: {
              outputs: problem.outputs,
              rows: problem.rows.outputs,
              columns: problem.columns.outputs,
              channels: problem.channels,
            },
            split: { outputs: 1, pixels: 1 },
            macro: wholeMacro(dataflow, chip),
          };
          const counts = countAccesses(problem, machineOf(system, chip, cost), mapping);
          const plan = digitPlan(chipFormats(chip), layer.weights.format, layer.inputBits);
          const accesses = findDataflow(dataflow).accesses(dataflowProblem(layer, plan, chip));
          for (const operand of ['weights', 'activations', 'partialSums'] as const) {
            const { macroReads, macroWrites, memoryReads, memoryWrites, bitsPerElement } = accesses[operand];
            const { macro, memory } = counts.operands[operand];
            expect(macro).toMatchObject({ reads: macroReads, writes: macroWrites });
            expect(memory).toEqual({
              reads: memoryReads,
              writes: memoryWrites,
              readBits: memoryReads * bitsPerElement,
              writeBits: memoryWrites * bitsPerElement,
            });
          }
          const timing = layerTiming(layer, plan, chip, cost);
          expect(counts).toMatchObject({ steps: timing.vectors, windows: timing.windows, macs: layer.macs });
          expect(counts.computeCycles).toBe(timing.cycles);
          expect(problemTotals(problem).touched * problem.outputs).toBe(layer.macs - layer.paddingMacs);
        }),
        { numRuns: 200 },
      );
    },
  );
});

const CONV = {
  outChannels: 2,
  groups: 1,
  kernel: [1, 1],
  stride: [1, 1],
  padding: [0, 0, 0, 0],
  dilation: [1, 1],
  weights: { format: { system: 'sign-magnitude', bits: 3 }, codes: new Int8Array(4) },
  bias: null,
} as const satisfies Partial<ConvNode>;

/** One 1x1 convolution and what reads it. */
function network(after: Network['nodes'], output: string): Network {
  return {
    kind: 'network',
    name: 'small',
    input: { shape: [2, 4, 4], bits: 2 },
    nodes: [{ kind: 'conv', id: 'conv', input: 'input', ...CONV }, ...after],
    output,
  };
}

describe('resultBits', () => {
  const threshold = (id: string, bits: number) =>
    ({
      kind: 'threshold',
      id,
      input: 'conv',
      bits,
      thresholds: new Int32Array(2 ** bits - 1),
      direction: Int8Array.of(1),
    }) as const;
  const chip = chipPreset('zhu2020');
  const bits = (after: Network['nodes'], output: string) => resultBits(network(after, output), 'conv', chip);

  it('codes that the comparators can make', () => {
    expect(bits([threshold('codes', 2)], 'codes')).toBe(2);
    expect(bits([threshold('codes', 1)], 'codes')).toBe(1);
  });

  it('sums when the host needs them: wider codes, several readers, another node, the output itself', () => {
    expect(bits([threshold('codes', 3)], 'codes')).toBe(24);
    expect(bits([threshold('codes', 2), threshold('others', 2)], 'others')).toBe(24);
    expect(bits([{ kind: 'relu', id: 'relu', input: 'conv' }], 'relu')).toBe(24);
    expect(bits([threshold('codes', 2)], 'conv')).toBe(24);
  });

  it('is given to the problem, with the batch', () => {
    const layer = convLayer({ shape: [2, 4, 4], bits: 2 }, CONV);
    expect(mappingProblem(layer, chip, { batch: 8, resultBits: 2 })).toEqual({
      kind: 'mapping-problem',
      id: 'layer',
      batch: 8,
      groups: 1,
      outputs: 2,
      channels: 2,
      rows: { outputs: 4, inputs: 4, taps: 1, stride: 1, dilation: 1, padding: 0 },
      columns: { outputs: 4, inputs: 4, taps: 1, stride: 1, dilation: 1, padding: 0 },
      weightDigits: 1,
      activationDigits: 1,
      weightBits: 3,
      activationBits: 2,
      resultBits: 2,
    });
  });
});
