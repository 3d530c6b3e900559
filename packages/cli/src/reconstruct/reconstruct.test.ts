import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  blockGraph,
  calibrated,
  encodeModel,
  initialModel,
  Random,
  resnet8,
  weightCodes,
  type Model,
} from '@tally/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activationHistograms } from '../calibrate/observe.ts';
import type { Pixels } from '../calibrate/pixels.ts';
import { defaultPolish, defaultReconstruction, type ReconstructOptions } from './options.ts';
import { forwardBlock } from './forward.ts';
import { polish } from './polish.ts';
import { reconstruct, type BlockReport } from './reconstruct.ts';

const PRECISION = { weights: 3, activations: 3, codes: 'sign-magnitude' } as const;
const OPTIONS: ReconstructOptions = {
  ...defaultReconstruction,
  iterations: 30,
  batch: 8,
  crop: 8,
  rates: { rounding: 0.1, step: 1e-3, affine: 1e-3 },
};

function images(count: number): Pixels {
  const random = new Random(11, 'images');
  const data = Uint8Array.from({ length: count * 144 }, (_, i) => {
    const [row, column] = [Math.floor(i / 12) % 12, i % 12];
    // A bright square somewhere on a noisy ground.
    const place = Math.floor(i / 144);
    const inside = Math.abs(row - (place % 9)) < 3 && Math.abs(column - ((place * 5) % 11)) < 3;
    return (inside ? 180 : 20) + random.below(60);
  });
  return { count, shape: [1, 12, 12], data };
}

const pixels = images(26);
const folder = mkdtempSync(join(tmpdir(), 'tally-reconstruct-'));
let parent: Model;
let model: Model;

beforeAll(async () => {
  const { graph, weightShapes } = resnet8([1, 12, 12]);
  parent = initialModel(graph, weightShapes, 2);
  const histograms = await activationHistograms(parent, PRECISION, pixels, { threads: 1 });
  model = calibrated(parent, 'low', PRECISION, histograms).model;
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('reconstruct', () => {
  it('brings every block nearer to the float network, its weights exactly step x code', async () => {
    const reports: BlockReport[] = [];
    const losses: number[] = [];
    const made = await reconstruct(model, parent, pixels, OPTIONS, {
      report: (report) => reports.push(report),
      step: (_index, _done, _of, loss) => losses.push(loss),
    });
    expect(reports.map(({ block, learned }) => [block.output, learned])).toEqual([
      ['relu1', false],
      ['block1.relu2', true],
      ['block2.relu2', true],
      ['block3.relu2', true],
      ['fc', false],
    ]);
    expect(losses.length).toBe(3 * OPTIONS.iterations);
    for (const { block, learned, before, after } of reports) {
      if (learned) expect(after, block.name).toBeLessThan(0.9 * before!);
      else expect(after, block.name).toBe(before);
    }
    let moved = 0;
    for (const node of made.graph.nodes) {
      if (node.kind !== 'conv' || node.weightQuantizer === null) continue;
      const weight = made.parameters.get(node.weight)!;
      const step = made.parameters.get(node.weightQuantizer.step)!;
      const outputs = weight.shape[0];
      const codes = weightCodes(weight.data, step.data, outputs, node.weightQuantizer.format);
      if (node.id === 'conv1') continue;
      weight.data.forEach((value, i) => {
        expect(value).toBe(Math.fround(codes[i] * step.data[Math.floor((i * outputs) / weight.data.length)]));
      });
      const start = weightCodes(
        model.parameters.get(node.weight)!.data,
        step.data,
        outputs,
        node.weightQuantizer.format,
      );
      codes.forEach((code, i) => {
        // Up or down, never further.
        expect(Math.abs(code - start[i])).toBeLessThanOrEqual(1);
        moved += Math.abs(code - start[i]);
      });
    }
    expect(moved).toBeGreaterThan(100);
  });

  it('gives the same bytes again, resumed after any block, and others from another seed', async () => {
    const options = { ...OPTIONS, iterations: 4 };
    const bytes = encodeModel(await reconstruct(model, parent, pixels, options));
    for (const blocks of [2, 4]) {
      const file = { path: join(folder, `after-${blocks}.checkpoint`), resume: true };
      let done = 0;
      const killed = reconstruct(
        model,
        parent,
        pixels,
        options,
        {
          report() {
            if (++done === blocks) throw new Error('killed');
          },
        },
        file,
      );
      await expect(killed).rejects.toThrow('killed');
      const again: string[] = [];
      const resumed = await reconstruct(
        model,
        parent,
        pixels,
        options,
        { report: ({ block }) => again.push(block.name) },
        file,
      );
      expect(again.length).toBe(5 - blocks);
      expect(encodeModel(resumed)).toEqual(bytes);
    }
    expect(encodeModel(await reconstruct(model, parent, pixels, { ...options, seed: 2 }))).not.toEqual(bytes);
  });

  it('refuses a checkpoint of another run and a broken one', async () => {
    const path = join(folder, 'other.checkpoint');
    const options = { ...OPTIONS, iterations: 1 };
    await reconstruct(model, parent, pixels, options, {}, { path, resume: false });
    await expect(
      reconstruct(model, parent, pixels, { ...options, seed: 3 }, {}, { path, resume: true }),
    ).rejects.toThrow(
      'other.checkpoint: was written by a reconstruction with another network, other images, options or seed [checkpoint-of-another-run] — repeat the command of that run, or start again without --resume',
    );
    writeFileSync(path, readFileSync(path).subarray(0, 100));
    await expect(reconstruct(model, parent, pixels, options, {}, { path, resume: true })).rejects.toThrow(
      /other\.checkpoint.*\[file-truncated\]/,
    );
  });
});

/** Logits of all images. */
async function logitsOf(of: Model): Promise<Float32Array[]> {
  const whole = blockGraph(of.graph, { name: 'all', input: 'input', output: of.graph.output }, pixels.shape);
  const cache = await forwardBlock(whole, of.parameters, pixels, 1);
  return Array.from({ length: pixels.count }, (_, image) => {
    const logits = new Float32Array(cache.size);
    cache.read(image, 1, logits);
    return logits;
  });
}

/** Mean over images of -sum softmax(target) log softmax(guess). */
function crossEntropy(targets: readonly Float32Array[], guesses: readonly Float32Array[]): number {
  const logSoftmax = (logits: Float32Array): readonly number[] => {
    const sum = Math.log(logits.reduce((all, value) => all + Math.exp(value), 0));
    return [...logits].map((value) => value - sum);
  };
  const one = (target: Float32Array, guess: Float32Array): number => {
    const scores = logSoftmax(guess);
    return logSoftmax(target).reduce((sum, value, i) => sum - Math.exp(value) * scores[i], 0);
  };
  return targets.reduce((sum, target, i) => sum + one(target, guesses[i]), 0) / targets.length;
}

describe('polish', () => {
  it('starts with the distance of the two networks’ probabilities', async () => {
    const losses: number[] = [];
    const options = { ...defaultPolish, iterations: 1, batch: pixels.count };
    await polish(model, parent, pixels, options, (_done, loss) => losses.push(loss));
    // Logits are kept in half precision.
    expect(losses[0]).toBeCloseTo(crossEntropy(await logitsOf(parent), await logitsOf(model)), 2);
  });

  it('brings probabilities nearer to the float network’s and leaves weights, their steps and statistics alone', async () => {
    const options = { ...defaultPolish, iterations: 40, batch: 13, rates: { step: 1e-3, affine: 3e-3 } };
    const made = await polish(model, parent, pixels, options);
    const float = await logitsOf(parent);
    const before = crossEntropy(float, await logitsOf(model));
    const after = crossEntropy(float, await logitsOf(made));
    // The cross entropy never falls below the float network's own entropy.
    const least = crossEntropy(float, float);
    expect(after - least).toBeLessThan(0.7 * (before - least));
    const changed = [...made.parameters].flatMap(([name, { data }]) =>
      data.some((value, i) => value !== model.parameters.get(name)!.data[i]) ? [name] : [],
    );
    expect(changed.length).toBeGreaterThan(0);
    for (const name of changed) expect(name).toMatch(/\.quantize\.step$|\.gamma$|\.beta$|\.bias$/);
    const again = await polish(model, parent, pixels, options);
    expect(encodeModel(again)).toEqual(encodeModel(made));
  });
});
