import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DATAFLOWS, dataflowProblem, findDataflow, macroSpec } from '../../chip/index.ts';
import { convLayer, convolve } from '../../counting/random-layer.test-support.ts';
import type { MacLayer, ThresholdNode } from '../../network/index.ts';
import { chipPreset } from '../../presets/index.ts';
import { createMacro } from '../machine.ts';
import { interpret } from './interpret.test-support.ts';
import { scheduleLayer } from './layer-schedule.ts';
import { runCases, sketchChip, thresholdNode } from './random-run.test-support.ts';
import { DATAFLOW_SCHEDULES, findSchedule } from './registry.ts';
import { fusedThresholds } from './threshold-rows.ts';

const NAMES = DATAFLOW_SCHEDULES.map(({ name }) => name);
/** Steps of fewer than 3 slots cannot wait for partial sums: those chips run output-stationary only. */
const runnable = (name: string, stepSlots: number): boolean => stepSlots >= 3 || name === 'output-stationary';

function plainSums(layer: MacLayer, codes: Uint8Array): Float64Array {
  const bias = layer.node.bias;
  return Float64Array.from(
    convolve(layer, codes, 1),
    (sum, i) => sum - (bias?.[Math.floor(i / layer.positions)] ?? 0),
  );
}

describe('schedules', () => {
  it('exist for every dataflow of the chip model, in the same order', () => {
    expect(NAMES).toEqual(DATAFLOWS.map(({ name }) => name));
  });

  it('refuse an unknown dataflow with the known ones', () => {
    expect(() => findSchedule('row-stationary', 'chip.dataflow.name')).toThrow(
      "chip.dataflow.name: no dataflow is named 'row-stationary' [unknown-dataflow] — use one of weight-stationary, output-stationary, input-stationary",
    );
  });
});

describe.each(NAMES)('schedule %s', (name) => {
  it('computes the layer, loads what the model says, ends windows where they end', () => {
    fc.assert(
      fc.property(runCases, ({ layer, plan, chip, macro, codes }) => {
        fc.pre(runnable(name, macro.stepSlots));
        const schedule = scheduleLayer({ macro, layer, codes, dataflow: name, thresholds: null });
        expect(schedule.plan).toEqual(plan);
        const seen = interpret(schedule);
        expect(seen.results).toEqual(plainSums(layer, codes));
        expect(seen.steps).toBe(schedule.stepCount);
        expect(seen.windows).toBe(schedule.windowCount);
        expect(seen.finals).toBe(0);
        const model = findDataflow(name).accesses(dataflowProblem(layer, plan, chip));
        expect(seen.loadedWeights).toBe(model.weights.memoryReads);
        expect(seen.loadedActivations).toBe(model.activations.memoryReads);
        expect(seen.restores).toBe(model.partialSums.memoryReads);
        expect(seen.emits).toBe(model.partialSums.memoryWrites);
      }),
      { numRuns: 150 },
    );
  });

  it('makes codes where thresholds are fused: both directions, bias, shared rows, thresholds out of reach', () => {
    fc.assert(
      fc.property(
        runCases,
        fc.boolean(),
        fc.integer({ min: 1, max: 2 ** 30 }),
        ({ layer, macro, codes }, shared, seed) => {
          fc.pre(runnable(name, macro.stepSlots));
          const bits = 1 + (seed % macro.spec.activationBits);
          const node = thresholdNode(layer, bits, shared ? 1 : layer.output[0], seed);
          const schedule = scheduleLayer({ macro, layer, codes, dataflow: name, thresholds: node });
          const steps = 2 ** bits - 1;
          const expected = Float64Array.from(convolve(layer, codes, 1), (sum, i) => {
            const row = shared ? 0 : Math.floor(i / layer.positions);
            return node.thresholds
              .subarray(row * steps, (row + 1) * steps)
              .filter((limit) => (node.direction[row] > 0 ? sum >= limit : sum <= limit)).length;
          });
          const seen = interpret(schedule);
          expect(seen.results).toEqual(expected);
          expect(seen.finals).toBe(layer.dotProducts);
        },
      ),
    );
  });

  it('gives the same steps each time it is asked', () => {
    const layer = convLayer(
      { shape: [2, 4, 4], bits: 4 },
      {
        outChannels: 3,
        groups: 1,
        kernel: [3, 3],
        stride: [1, 1],
        padding: [1, 1, 1, 1],
        dilation: [1, 1],
        weights: {
          format: { system: 'sign-magnitude', bits: 5 },
          codes: Int8Array.from({ length: 54 }, (_, i) => (i % 31) - 15),
        },
        bias: null,
      },
    );
    const macro = createMacro(macroSpec(chipPreset('zhu2020')));
    const codes = Uint8Array.from({ length: 32 }, (_, i) => i % 16);
    const schedule = scheduleLayer({ macro, layer, codes, dataflow: name, thresholds: null });
    const copy = (): unknown[] => Array.from(schedule.steps(), (step) => ({ ...step }));
    const first = copy();
    // 3 channels x 16 pixels x 1 chunk x (4 magnitude bits / 2) x (4 / 2) passes
    expect(first).toHaveLength(3 * 16 * 4);
    expect(copy()).toEqual(first);
  });
});

describe('order of steps', () => {
  const chip = sketchChip(
    {
      scheme: 'ordered-pairs',
      entries: 8,
      weightVectors: 2,
      activationVectors: 2,
      partialSums: 4,
      rescaleSlots: 1,
      windowVectors: 9,
      windowOverheadCycles: 2,
    },
    { weight: { system: 'sign-magnitude', bits: 3 }, activation: { system: 'unsigned', bits: 2 } },
  );
  // 3 channels of 12 entries (2 chunks: 8 + 4), 3 pixels, one pass: 18 steps
  const layer = convLayer(
    { shape: [12, 1, 3], bits: 2 },
    {
      outChannels: 3,
      groups: 1,
      kernel: [1, 1],
      stride: [1, 1],
      padding: [0, 0, 0, 0],
      dilation: [1, 1],
      weights: { format: { system: 'sign-magnitude', bits: 3 }, codes: new Int8Array(36).fill(1) },
      bias: null,
    },
  );
  const macro = createMacro(macroSpec(chip));
  /** channel, pixel, weight slot (W: loaded), activation slot (A: loaded), accumulator; `.` clears, `+` restores, `!` last. */
  const lines = (dataflow: string): string[] => {
    const schedule = scheduleLayer({ macro, layer, codes: new Uint8Array(36), dataflow, thresholds: null });
    return Array.from(schedule.steps(), (s) =>
      [
        `${s.channel}@${s.pixel}`,
        `${s.weightRow === null ? 'w' : 'W'}${s.weightSlot}`,
        `${s.activationRow === null ? 'a' : 'A'}${s.activationSlot}`,
        `p${s.accumulator}${s.clear ? '.' : ''}${s.restore ? '+' : ''}${s.last ? '!' : ''}`,
      ].join(' '),
    );
  };

  it('weight-stationary: tiles of two outputs, their rows stay for the pixels of a chunk', () => {
    expect(lines('weight-stationary')).toEqual([
      '0@0 W0 A0 p0.',
      '1@0 W1 a0 p0.',
      '0@1 w0 A1 p0.',
      '1@1 w1 a1 p0.',
      '0@2 w0 A0 p0.',
      '1@2 w1 a0 p0.',
      '0@0 W0 A1 p0+!',
      '1@0 W1 a1 p0+!',
      '0@1 w0 A0 p0+!',
      '1@1 w1 a0 p0+!',
      '0@2 w0 A1 p0+!',
      '1@2 w1 a1 p0+!',
      '2@0 W0 A0 p0.',
      '2@1 w0 A1 p0.',
      '2@2 w0 A0 p0.',
      '2@0 W1 A1 p0+!',
      '2@1 w1 A0 p0+!',
      '2@2 w1 A1 p0+!',
    ]);
  });

  it('output-stationary: tiles of 2 x 2 sums, chunk after chunk', () => {
    expect(lines('output-stationary')).toEqual([
      '0@0 W0 A0 p0.',
      '0@1 w0 A1 p1.',
      '1@0 W1 a0 p2.',
      '1@1 w1 a1 p3.',
      '0@0 W0 A0 p0!',
      '0@1 w0 A1 p1!',
      '1@0 W1 a0 p2!',
      '1@1 w1 a1 p3!',
      '0@2 W0 A0 p0.',
      '1@2 W1 a0 p2.',
      '0@2 W0 A1 p0!',
      '1@2 W1 a1 p2!',
      '2@0 W0 A0 p0.',
      '2@1 w0 A1 p1.',
      '2@0 W1 A0 p0!',
      '2@1 w1 A1 p1!',
      '2@2 W0 A0 p0.',
      '2@2 W1 A1 p0!',
    ]);
  });

  it('input-stationary: tiles of two pixels stay for all outputs of a chunk', () => {
    expect(lines('input-stationary')).toEqual([
      '0@0 W0 A0 p0.',
      '0@1 w0 A1 p0.',
      '1@0 W1 a0 p0.',
      '1@1 w1 a1 p0.',
      '2@0 W0 a0 p0.',
      '2@1 w0 a1 p0.',
      '0@0 W1 A0 p0+!',
      '0@1 w1 A1 p0+!',
      '1@0 W0 a0 p0+!',
      '1@1 w0 a1 p0+!',
      '2@0 W1 a0 p0+!',
      '2@1 w1 a1 p0+!',
      '0@2 W0 A0 p0.',
      '1@2 W1 a0 p0.',
      '2@2 W0 a0 p0.',
      '0@2 W1 A1 p0+!',
      '1@2 W0 a1 p0+!',
      '2@2 W1 a1 p0+!',
    ]);
  });
});

describe('what cannot run', () => {
  const layer = (inputBits: number): MacLayer =>
    convLayer(
      { shape: [64, 1, 1], bits: inputBits },
      {
        outChannels: 1,
        groups: 1,
        kernel: [1, 1],
        stride: [1, 1],
        padding: [0, 0, 0, 0],
        dilation: [1, 1],
        weights: { format: { system: 'sign-magnitude', bits: 3 }, codes: new Int8Array(64).fill(3) },
        bias: null,
      },
    );
  const zhu = chipPreset('zhu2020');
  const run =
    (chip: typeof zhu, inputBits: number, dataflow = 'weight-stationary') =>
    () =>
      scheduleLayer({
        macro: createMacro(macroSpec(chip)),
        layer: layer(inputBits),
        codes: new Uint8Array(64),
        dataflow,
        thresholds: null,
      });

  it('sums that leave the partial sums or the accumulators', () => {
    const { geometry, limits } = zhu;
    const narrow = {
      ...zhu,
      geometry: { ...geometry, partialSumBits: { ...geometry.partialSumBits, value: 10 } },
    };
    // 64 x 3 x 3 = 576: 11 signed bits
    expect(run(narrow, 2)).toThrow(
      "layer.weights: the sum over one vector reaches 576, which needs 11 signed bits; partial sums of macro 'zhu2020' have 10 [macro-schedule-refused] — use narrower operands, or raise geometry.partialSumBits of the chip",
    );
    const shallow = {
      ...zhu,
      limits: { ...limits, accumulatorBits: { ...limits.accumulatorBits, value: 12 } },
    };
    // 64 x 3 x 15 = 2,880: 13 signed bits
    expect(run(shallow, 4)).toThrow(
      "layer.weights: the dot product reaches 2880, which needs 13 signed bits; accumulators of macro 'zhu2020' have 12 [macro-schedule-refused] — split the layer, use narrower operands, or raise limits.accumulatorBits of the chip",
    );
  });

  it('partial sums that would come back too late', () => {
    const fast = sketchChip(
      {
        scheme: 'ordered-pairs',
        entries: 64,
        weightVectors: 2,
        activationVectors: 2,
        partialSums: 2,
        rescaleSlots: 1,
        windowVectors: 9,
        windowOverheadCycles: 2,
      },
      { weight: { system: 'sign-magnitude', bits: 2 }, activation: { system: 'unsigned', bits: 1 } },
    );
    expect(run(fast, 1, 'input-stationary')).toThrow(
      'layer.dataflow: input-stationary needs partial sums back after 2 slots, they return after 3 [macro-schedule-refused] — use output-stationary, or a chip whose steps take at least 3 slots',
    );
    expect(run(fast, 1, 'output-stationary')).not.toThrow();
  });

  it('codes that are not one image', () => {
    expect(() =>
      scheduleLayer({
        macro: createMacro(macroSpec(zhu)),
        layer: layer(2),
        codes: new Uint8Array(63),
        dataflow: 'weight-stationary',
        thresholds: null,
      }),
    ).toThrow('layer.input: has 63 codes, must have 64 [image-shape-mismatch] — give the codes of one image');
  });
});

describe('fusedThresholds', () => {
  const spec = macroSpec(chipPreset('zhu2020'));
  const conv = (id: string, input: string) =>
    ({
      kind: 'conv',
      id,
      input,
      outChannels: 1,
      groups: 1,
      kernel: [1, 1],
      stride: [1, 1],
      padding: [0, 0, 0, 0],
      dilation: [1, 1],
      weights: { format: { system: 'sign-magnitude', bits: 3 }, codes: Int8Array.of(1) },
      bias: null,
    }) as const;
  const threshold = (id: string, input: string, bits: number): ThresholdNode => ({
    kind: 'threshold',
    id,
    input,
    bits,
    thresholds: Int32Array.from({ length: 2 ** bits - 1 }, (_, k) => k),
    direction: Int8Array.of(1),
  });
  const of = (...nodes: Parameters<typeof fusedThresholds>[0]['nodes']) =>
    [
      ...fusedThresholds(
        {
          kind: 'network',
          name: 'n',
          input: { shape: [1, 1, 1], bits: 2 },
          nodes,
          output: nodes[nodes.length - 1].id,
        },
        spec,
      ),
    ].map(([id, node]) => [id, node.id]);

  it('takes a threshold node that alone reads a layer and fits the code width', () => {
    expect(of(conv('a', 'input'), threshold('t', 'a', 2), conv('b', 't'))).toEqual([['a', 't']]);
  });

  it('leaves wider codes, second readers, the output and sums of other nodes to the host', () => {
    expect(of(conv('a', 'input'), threshold('t', 'a', 3), conv('b', 't'))).toEqual([]);
    expect(
      of(conv('a', 'input'), threshold('t', 'a', 2), threshold('u', 'a', 2), {
        kind: 'concat',
        id: 'c',
        inputs: ['t', 'u'],
      }),
    ).toEqual([]);
    expect(of(conv('a', 'input'), { kind: 'relu', id: 'r', input: 'a' }, threshold('t', 'r', 2))).toEqual([]);
    expect(of(threshold('t', 'a', 2), conv('a', 'input'))).toEqual([]);
  });
});
