import { describe, expect, test } from 'vitest';
import { chipPreset, createMacro, macroSpec, parseChip } from '@tally/core';
import { PROMPT } from '../cosim/handshakes.ts';
import { randomCommands } from '../cosim/random-commands.ts';
import { seeded } from '../cosim/random.ts';
import { recordVectors, RESULT_PORTS, type Vectors } from './vectors.ts';
import { checkVectors, fullLayer, layerWorkload } from './workload.ts';

const preset = structuredClone(chipPreset('zhu2020')) as unknown as {
  readonly geometry: Record<string, { value: number }>;
};
preset.geometry['entries'].value = 8;
const chip = parseChip(preset, 'test');
const macro = createMacro(macroSpec(chip));
const subject = { ...fullLayer(chip, macro, seeded(1)), layer: null, name: 'random' };

/** A pin's lowest word on a clock. */
function pin({ pins, pinWords, inputs }: Vectors, name: string, clock: number): number {
  const { offset } = pins.find((one) => one.name === name)!;
  return inputs[clock * pinWords + offset];
}

const result = ({ results }: Vectors, port: (typeof RESULT_PORTS)[number], clock: number): number =>
  results[clock * RESULT_PORTS.length + RESULT_PORTS.indexOf(port)];

describe('recorded vectors', () => {
  const { vectors, name } = layerWorkload(chip, macro, subject, 500);

  test('begin in reset, nothing offered and nothing ready', () => {
    expect(name).toBe('layer conv3x3 of random');
    for (let clock = 0; clock < vectors.resetClocks; clock++) {
      const pins = ['rst_n', 'cmd_valid', 'psum_valid'].map((one) => pin(vectors, one, clock));
      expect(pins).toEqual([0, 0, 0]);
      expect(result(vectors, 'cmd_ready', clock)).toBe(0);
    }
    expect(pin(vectors, 'rst_n', vectors.resetClocks)).toBe(1);
  });

  test('go on as the schedule has it: a step takes its ten slots', () => {
    const taken = Array.from({ length: vectors.clocks }, (_, clock) => clock).filter(
      (clock) => pin(vectors, 'cmd_valid', clock) === 1 && result(vectors, 'cmd_ready', clock) === 1,
    );
    // The first command is taken after reset, the second while it starts; from then on one for every step that ends.
    const gaps = taken.slice(2).map((clock, i) => clock - taken[i + 1]);
    expect(taken.slice(0, 2)).toEqual([2, 3]);
    expect(new Set(gaps.slice(1))).toEqual(new Set([10]));
    expect(vectors.activity.steps).toBe(Math.floor((500 - 4) / 10) + 1);
  });

  test('hold the weights and activations of the layer in ordinary binary', () => {
    const codes = subject.network.nodes[0];
    if (codes.kind !== 'conv') throw new Error('the layer is a convolution');
    const first = Array.from({ length: vectors.clocks }, (_, clock) => clock).find(
      (clock) => pin(vectors, 'cmd_load_weight', clock) === 1,
    )!;
    const row = pin(vectors, 'cmd_weight_row', first);
    // Sign-magnitude: bit 2 is the sign. The first vector of output 0: its first eight weights.
    const weights = Array.from({ length: 8 }, (_, entry) => {
      const code = (row >>> (3 * entry)) & 7;
      return (code & 4) === 0 ? code & 3 : -(code & 3);
    });
    expect(weights.map((weight) => weight + 0)).toEqual([...codes.weights.codes.slice(0, 8)]);
  });

  test('end when the work is done and the macro idle', () => {
    const few = recordVectors(macro, randomCommands(macro.spec, seeded(3), 5), PROMPT, 5000);
    expect(few.activity.steps).toBe(5);
    // Reset, five steps of ten slots and at most two more at a window's end, to fill and to drain.
    expect(few.clocks).toBeGreaterThanOrEqual(2 + 50);
    expect(few.clocks).toBeLessThanOrEqual(2 + 2 + 5 * 12 + 7 + 1);
    expect(result(few, 'busy', few.clocks - 1)).toBe(0);
  });

  test('of random commands are those of their seed', () => {
    const vectors = checkVectors(macro, 3, 700);
    expect(vectors.clocks).toBe(700);
    expect(checkVectors(macro, 3, 700)).toEqual(vectors);
    expect(checkVectors(macro, 4, 700).inputs).not.toEqual(vectors.inputs);
  });

  test('are those of the layer that was asked for', () => {
    expect(layerWorkload(chip, macro, { ...subject, layer: 'conv3x3' }, 50).vectors.clocks).toBe(50);
    expect(() => layerWorkload(chip, macro, { ...subject, layer: 'conv3x2' }, 50)).toThrow(
      "--layer: 'conv3x2' is no conv or fully-connected node of random",
    );
  });
});

test('the random layer fills vectors, a quarter of its weights and half of its activations zero', () => {
  const { network, image } = subject;
  const [layer] = network.nodes;
  if (layer.kind !== 'conv') throw new Error('the layer is a convolution');
  const zeros = (codes: Iterable<number>): number => [...codes].filter((code) => code === 0).length;
  const { codes } = layer.weights;
  expect(codes).toHaveLength(16 * 8 * 9);
  expect(image).toHaveLength(8 * 36);
  // 1,152 weights: 0.25 within three standard deviations of 0.0128; 288 activations: 0.5 within three of 0.0295.
  expect(Math.abs(zeros(codes) / codes.length - 0.25)).toBeLessThan(0.039);
  expect(Math.abs(zeros(image) / image.length - 0.5)).toBeLessThan(0.089);
  expect(Math.max(...codes)).toBe(3);
  expect(Math.min(...codes)).toBe(-3);
  expect(Math.max(...image)).toBe(3);
});
