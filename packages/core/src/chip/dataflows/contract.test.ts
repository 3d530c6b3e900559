import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convLayer, layerCases } from '../../counting/random-layer.test-support.ts';
import { TallyError } from '../../diagnostics/index.ts';
import type { MacLayer } from '../../network/mac-layer.ts';
import { chipPreset } from '../../presets/index.ts';
import { digitPlan } from '../digit-plan.ts';
import { chipFormats } from '../formats.ts';
import { dataflowProblem, type Accesses } from './dataflow.ts';
import { DATAFLOWS, findDataflow } from './registry.ts';

const zhu = chipPreset('zhu2020');

function accesses(name: string, layer: MacLayer): Accesses {
  const plan = digitPlan(chipFormats(zhu), layer.weights.format, layer.inputBits);
  return findDataflow(name).accesses(dataflowProblem(layer, plan, zhu));
}

/** Input elements that at least one output reads. */
function usedInputs(layer: MacLayer): number {
  const used = (axis: 0 | 1): number => {
    const seen = new Set<number>();
    for (let out = 0; out < layer.output[axis + 1]; out++) {
      for (let tap = 0; tap < layer.kernel[axis]; tap++) {
        const at = out * layer.stride[axis] + tap * layer.dilation[axis] - layer.padding[axis];
        if (at >= 0 && at < layer.input[axis + 1]) seen.add(at);
      }
    }
    return seen.size;
  };
  return layer.input[0] * used(0) * used(1);
}

describe.each(DATAFLOWS.map(({ name }) => name))('dataflow %s', (name) => {
  it('reads at least the unique data, conserves pairs, writes every result', () => {
    fc.assert(
      fc.property(layerCases, ({ layer }) => {
        const plan = digitPlan(chipFormats(zhu), layer.weights.format, layer.inputBits);
        const { weights, activations, partialSums } = accesses(name, layer);
        expect(weights.memoryReads).toBeGreaterThanOrEqual(layer.weights.codes.length * plan.weightDigits);
        expect(activations.memoryReads).toBeGreaterThanOrEqual(usedInputs(layer) * plan.activationDigits);
        expect(weights.macroReads).toBe(layer.macs * plan.passes);
        expect(activations.macroReads).toBe(layer.macs * plan.passes);
        expect(partialSums.memoryWrites).toBeGreaterThanOrEqual(layer.dotProducts);
        expect(partialSums.memoryWrites - partialSums.memoryReads).toBe(layer.dotProducts);
        for (const { macroReads, macroWrites, memoryReads, memoryWrites } of [
          weights,
          activations,
          partialSums,
        ]) {
          for (const count of [macroReads, macroWrites, memoryReads, memoryWrites]) {
            expect(Number.isInteger(count) && count >= 0).toBe(true);
          }
        }
      }),
    );
  });
});

describe('accesses of 3x3x128 -> 32 channels on 4x4 pixels (6x6 inputs, no padding), zhu2020', () => {
  const layer = convLayer(
    { shape: [128, 6, 6], bits: 2 },
    {
      outChannels: 32,
      groups: 1,
      kernel: [3, 3],
      stride: [1, 1],
      padding: [0, 0, 0, 0],
      dilation: [1, 1],
      weights: { format: { system: 'sign-magnitude', bits: 3 }, codes: new Int8Array(32 * 1152) },
      bias: null,
    },
  );
  // M = 32 outputs, K = 1,152 entries = 9 vectors, P = 16 pixels, touched = 1,152 x 16 = 18,432
  it.each([
    // weights once: 32 x 1,152; activations per tile of 16 weight vectors: 32 / 16 = 2 x 18,432;
    // sums: 512 outputs x 9 steps written, 512 x 8 read back
    ['weight-stationary', 36_864, 36_864, 4_096, 4_608],
    // tile 4 outputs x 4 pixels: weights x 16 / 4 = 4; activations x 32 / 4 = 8; sums leave once
    ['output-stationary', 147_456, 147_456, 0, 512],
    // activations once: 18,432; weights per tile of 4 pixels: x 16 / 4 = 4; sums as weight-stationary
    ['input-stationary', 147_456, 18_432, 4_096, 4_608],
  ])('%s', (name, weights, activations, sumReads, sumWrites) => {
    const found = accesses(name, layer);
    expect(found.weights.memoryReads).toBe(weights);
    expect(found.activations.memoryReads).toBe(activations);
    expect(found.partialSums).toMatchObject({
      memoryReads: sumReads,
      memoryWrites: sumWrites,
      bitsPerElement: 24,
    });
  });
});

describe('findDataflow', () => {
  it('refuses an unknown name with the known ones', () => {
    expect(() => findDataflow('row-stationary', 'chip.dataflow.name')).toThrow(
      new TallyError([
        {
          code: 'unknown-dataflow',
          path: 'chip.dataflow.name',
          message: "no dataflow is named 'row-stationary'",
          remedy: 'use one of weight-stationary, output-stationary, input-stationary',
        },
      ]),
    );
  });
});
