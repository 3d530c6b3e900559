import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  chipFormats,
  chipPreset,
  createReferenceExecutor,
  digitPlan,
  encodeModel,
  findScheme,
  initialModel,
  layerIds,
  layerTiming,
  listMacLayers,
  lower,
  operatingPoint,
  precisionText,
  resnet8,
  runOnChip,
  schemeCost,
  techPreset,
  type Model,
} from '@tally/core';
import { afterAll, describe, expect, it } from 'vitest';
import { parseBudget, parseCandidates } from './auto-bits-flags.ts';
import type { SensitivityStore } from './auto-bits.ts';
import { quantizePostTraining, type PostTrainingOptions } from './calibrate.ts';
import { layerCycles } from './layer-cost.ts';
import { ENERGY_IMAGES } from './layer-energy.ts';
import { firstPixels, pixelBatch, readPixels, type Pixels } from './pixels.ts';
import { meanDivergence, type SensitivityTable } from './sensitivity.ts';
import { sensitivityFile } from './sensitivity-file.ts';

const { graph, weightShapes } = resnet8([1, 12, 12], 5);
const parent = initialModel(graph, weightShapes, 1);
const pixels: Pixels = {
  count: 24,
  shape: [1, 12, 12],
  // Blobs that differ from image to image.
  data: Uint8Array.from(
    { length: 24 * 144 },
    (_, i) => 127.5 + 127 * Math.sin((i % 144) * 0.05 * (i / 144 + 1)),
  ),
};
const base: PostTrainingOptions = {
  name: 'q',
  rules: [{ pattern: '*', precision: { weights: 3, activations: 3 } }],
  auto: null,
  steps: {},
  equalize: 'weights',
  correction: 'regression',
  reconstruction: null,
  checkpoint: null,
  views: 1,
  threads: 1,
};
const store = (): SensitivityStore & { table: SensitivityTable; saved: number } => ({
  table: {},
  saved: 0,
  load() {
    return this.table;
  },
  save(table) {
    this.table = table;
    this.saved++;
  },
});
const silent = (): { update(): void; finish(): void } => ({
  update: () => undefined,
  finish: () => undefined,
});
const run = (
  options: Partial<PostTrainingOptions>,
  kept = store(),
): ReturnType<typeof quantizePostTraining> =>
  quantizePostTraining(parent, pixels, { ...base, ...options }, () => kept, silent);

const folder = mkdtempSync(join(tmpdir(), 'tally-calibrate-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('post-training quantization', () => {
  it('makes a network of the precision asked for, the same bytes each time', async () => {
    const made = await run({});
    expect(encodeModel((await run({})).model)).toEqual(encodeModel(made.model));
    expect(made.layers.map(({ precision }) => precision)).toEqual([
      'W8A8',
      ...Array.from({ length: 8 }, () => 'W3A3'),
      'W8A8',
    ]);
    expect(listMacLayers(lower(made.model)).map(({ weights }) => weights.format.bits)).toEqual([
      8, 3, 3, 3, 3, 3, 3, 3, 3, 8,
    ]);
    expect(made.equalized.map(({ maker, layers }) => `${maker} ${layers.join()}`)).toEqual([
      'block1.conv1 block1.conv2',
      'block2.conv1 block2.conv2',
      'block3.conv1 block3.conv2',
    ]);
  });

  it('rescales what activation quantizers read, through batch norms of its own on residual paths', async () => {
    const made = await run({ equalize: 'activations' });
    expect(encodeModel((await run({ equalize: 'activations' })).model)).toEqual(encodeModel(made.model));
    const inserted = made.equalized.filter((each) => each.inserted);
    expect(inserted.length).toBeGreaterThan(0);
    const nodes = made.model.graph.nodes.map(({ id }) => id);
    for (const { maker, layers } of made.equalized)
      for (const id of [maker, ...layers]) expect(nodes).toContain(id);
    expect(inserted.every(({ maker }) => !parent.graph.nodes.some(({ id }) => id === maker))).toBe(true);
    // In integers one more batch norm is nothing but other thresholds.
    const plain = await run({ equalize: 'none' });
    expect(plain.equalized).toEqual([]);
    const kinds = (model: typeof made.model): readonly string[] =>
      lower(model)
        .nodes.map(({ kind }) => kind)
        .filter((kind) => kind === 'threshold' || kind === 'conv' || kind === 'add');
    expect(kinds(made.model)).toEqual(kinds(plain.model));
  });

  it('keeps measurements by what they were measured on: channels are rescaled for the fewest codes that a layer may get', async () => {
    const measured = async (candidates: string, rules: PostTrainingOptions['rules']): Promise<Uint8Array> => {
      const networks: Uint8Array[] = [];
      const auto = {
        candidates: parseCandidates(candidates, '--auto-bits'),
        budget: parseBudget('2x', 'cycles', '--max-cycles'),
        chip: chipPreset('zhu2020'),
        energy: null,
        images: 2,
      };
      const options: PostTrainingOptions = {
        ...base,
        equalize: 'activations',
        correction: null,
        rules,
        auto,
      };
      const storeOf = (rescaled: Model): SensitivityStore => {
        networks.push(encodeModel(rescaled));
        return store();
      };
      await quantizePostTraining(parent, firstPixels(pixels, 4), options, storeOf, silent);
      expect(networks).toHaveLength(1);
      return networks[0];
    };
    const narrow = await measured('W2A2,W4A4', []);
    expect(await measured('W4A4,W2A2', [])).toEqual(narrow);
    expect(await measured('W4A4,W3A4', [])).not.toEqual(narrow);
    const rule = { pattern: 'block2.*', precision: { weights: 4, activations: 8 } };
    expect(await measured('W2A2,W4A4', [rule])).not.toEqual(narrow);
  });

  it('brings layer outputs nearer to full precision by its corrections', async () => {
    const none = await run({ correction: null });
    expect(none.layers.every(({ outputError }) => outputError === null)).toBe(true);
    const made = await run({});
    for (const { layer, outputError } of made.layers) {
      expect(outputError, layer).not.toBeNull();
      // Least squares per channel never add error on the images that they were fitted to.
      expect(outputError!.after, layer).toBeLessThanOrEqual(outputError!.before * (1 + 1e-4));
    }
  });

  it('chooses bits within the budget, from what it measured, once', async () => {
    const kept = store();
    const auto = {
      candidates: parseCandidates('W2A2,W4A4', '--auto-bits'),
      budget: parseBudget('1.6x', 'cycles', '--max-cycles'),
      chip: chipPreset('zhu2020'),
      energy: null,
      images: 10,
    };
    const { assignment, layers } = await run({ rules: [], auto }, kept);
    expect(kept.saved).toBe(8 * 2);
    expect(assignment!.cycles).toBeLessThanOrEqual(assignment!.budget.most);
    const cycles = layerCycles(parent, auto.chip);
    const total = layers.reduce((sum, { layer, precision }) => {
      const [one] = parseCandidates(precision, 'precision');
      return sum + cycles(layer, one);
    }, 0);
    expect(assignment!.cycles).toBe(total);
    const chosen = new Set(assignment!.layers.map((row) => row.chosen));
    expect(chosen).toEqual(new Set(['W2A2', 'W4A4']));
    const divergences = assignment!.frontier.map(({ divergence }) => divergence);
    expect(divergences).toEqual([...divergences].sort((a, b) => b - a));
    // Wider codes of one layer alone: nearer to full precision, summed over all layers.
    const sum = (text: string): number =>
      Object.values(kept.table).reduce((all, row) => all + (row?.[text] ?? NaN), 0);
    expect(sum('W4A4')).toBeLessThan(sum('W2A2'));
    const again = await run({ rules: [], auto }, kept);
    expect(kept.saved).toBe(8 * 2);
    expect(again.assignment).toEqual(assignment);
    await expect(run({ rules: base.rules, auto })).rejects.toThrow('--auto-bits: no layer is open');
    await expect(
      run({ rules: [], auto: { ...auto, budget: parseBudget('0.5x', 'cycles', '--max-cycles') } }, kept),
    ).rejects.toThrow('--max-cycles: is ');
  });
});

describe('bits by energy', () => {
  const chip = chipPreset('zhu2020');
  const energy = {
    chip,
    tech: techPreset('zhu2020-65nm'),
    operatingPoint: operatingPoint(chip, chip.operatingPoints[0].name),
  };
  const candidates = parseCandidates('W2A2,W4A4', '--auto-bits');
  const auto = {
    candidates,
    budget: parseBudget('1.5x', 'energyUj', '--max-energy'),
    chip,
    energy,
    images: 10,
  };

  it('stays within the budget; where one precision is chosen it is what a run of that network costs', async () => {
    const kept = store();
    const { assignment } = await run({ rules: [], auto }, kept);
    expect(assignment!.budget.of).toBe('energyUj');
    expect(assignment!.energyUj!).toBeLessThanOrEqual(assignment!.budget.most);
    expect(assignment!.energyUj!).toBeGreaterThan(assignment!.budget.most / 1.5);
    const options = assignment!.layers.flatMap((row) => row.options);
    expect(options.every(({ energyUj }) => energyUj! > 0)).toBe(true);
    // All at W4A4: the budget leaves room, so each layer has its own least divergence, the costs are those of one run.
    const most = parseBudget('1e9', 'energyUj', '--max-energy');
    const only = parseCandidates('W4A4', '--auto-bits');
    const all = await run(
      { rules: [], correction: null, auto: { ...auto, candidates: only, budget: most } },
      kept,
    );
    const network = lower(all.model);
    const count = ENERGY_IMAGES;
    const report = runOnChip({
      ...{ network, ...energy, labels: null, count, executor: createReferenceExecutor(network) },
      images: pixels.data.subarray(0, count * 144),
    });
    const uj = (id: string): number => report.layers.find((layer) => layer.id === id)!.energy.totalPj / 1e6;
    for (const { layer, options: list } of all.assignment!.layers) {
      expect(list.map(({ precision }) => precision)).toEqual(['W4A4']);
      expect(list[0].energyUj, layer).toBeCloseTo(uj(layer), 9);
    }
    const total = report.layers.reduce((sum, { id }) => sum + uj(id), 0);
    expect(all.assignment!.energyUj).toBeCloseTo(total, 9);
  });
});

describe('layer cycles', () => {
  it('are those of the lowered network', async () => {
    const chip = chipPreset('zhu2020');
    const made = await run({ rules: [{ pattern: '*', precision: { weights: 3, activations: 4 } }] });
    const formats = chipFormats(chip);
    const cost = schemeCost(
      findScheme(chip.scheme.name, 'chip'),
      formats,
      chip.geometry.entries.value,
      chip.timing.rescaleSlots.value,
    );
    const cycles = layerCycles(parent, chip);
    const layers = listMacLayers(lower(made.model));
    expect(layers.map(({ id }) => id)).toEqual(layerIds(graph));
    for (const layer of layers) {
      const { format } = layer.weights;
      const plan = digitPlan(formats, format, layer.inputBits);
      const precision = {
        weights: format.bits,
        activations: layer.inputBits,
        codes: 'sign-magnitude',
      } as const;
      expect(cycles(layer.id, precision), layer.id).toBe(layerTiming(layer, plan, chip, cost).cycles);
    }
    expect(() => cycles('conv9', { weights: 3, activations: 2, codes: 'sign-magnitude' })).toThrow(
      "has no layer 'conv9' [layer-unknown]",
    );
  });
});

describe('divergence', () => {
  it('is the mean Kullback-Leibler divergence of softmax probabilities', () => {
    // p = (1/4, 3/4), q = (1/2, 1/2): 1/4 ln(1/2) + 3/4 ln(3/2)
    const p = Float32Array.of(0, Math.log(3));
    const expected = 0.25 * Math.log(0.5) + 0.75 * Math.log(1.5);
    expect(meanDivergence([p], [Float32Array.of(7, 7)])).toBeCloseTo(expected, 6);
    expect(meanDivergence([p, p], [Float32Array.of(7, 7), p])).toBeCloseTo(expected / 2, 6);
    expect(meanDivergence([Float32Array.of(1000, -1000)], [Float32Array.of(1000, -1000)])).toBe(0);
  });
});

describe('calibration images', () => {
  it('are spread over the source and read in order', async () => {
    const read: number[] = [];
    const source = {
      length: 10,
      shape: [1, 1, 2],
      read: async (index: number) => {
        read.push(index);
        await new Promise((resolve) => setTimeout(resolve, 10 - index));
        return Uint8Array.of(index, 100 + index);
      },
      view: (index: number, seed: number, number: number) =>
        Promise.resolve(Uint8Array.of(seed + index, number)),
    };
    const made = await readPixels(source, 4);
    expect([...made.data]).toEqual([0, 100, 2, 102, 5, 105, 7, 107]);
    expect(read).toEqual([0, 2, 5, 7]);
    expect([...(pixelBatch(made, 2, 3).data as Uint8Array)]).toEqual([5, 105, 7, 107, 7, 107]);
    const views = await readPixels(source, 2, { perImage: 3, seed: 50 });
    expect(views.count).toBe(6);
    expect([...views.data]).toEqual([0, 100, 5, 105, 50, 1, 55, 1, 50, 2, 55, 2]);
    expect([...firstPixels(views, 2).data]).toEqual([0, 100, 5, 105]);
  });
});

describe('flags of automatic bits', () => {
  it('are read or refused', () => {
    expect(parseCandidates('W3A2, 4:twos-complement', '--auto-bits').map(precisionText)).toEqual([
      'W3A2',
      'W4A4:twos-complement',
    ]);
    expect(() => parseCandidates('W3', '--auto-bits')).toThrow(
      "--auto-bits: 'W3' has one width only [option-malformed] — write both, e.g. W3A2",
    );
    expect(parseBudget('2.5x', 'energyUj', '--max-energy')).toEqual({
      of: 'energyUj',
      kind: 'times-cheapest',
      value: 2.5,
      option: '--max-energy',
    });
    expect(parseBudget('4e6', 'cycles', '--max-cycles')).toMatchObject({ kind: 'absolute', value: 4e6 });
    expect(() => parseBudget('0', 'energyUj', '--max-energy')).toThrow(
      "--max-energy: is '0', must be microjoules per image or a multiple of the cheapest choice [option-out-of-range] — give a number above 0, as in 900 or 1.5x",
    );
    for (const text of ['', 'x', '-1', '0x', 'many']) {
      expect(() => parseBudget(text, 'cycles', '--max-cycles')).toThrow(
        `--max-cycles: is '${text}', must be cycles per image or a multiple of the cheapest choice [option-out-of-range]`,
      );
    }
  });
});

describe('the file of measurements', () => {
  it('keeps them for the same run only', () => {
    const path = join(folder, 's.json');
    expect(sensitivityFile(path, 'a').load()).toEqual({});
    sensitivityFile(path, 'a').save({ conv1: { W3A2: 0.25 } });
    expect(sensitivityFile(path, 'a').load()).toEqual({ conv1: { W3A2: 0.25 } });
    expect(() => sensitivityFile(path, 'b').load()).toThrow(
      `${path}: was measured with another network, other images or other options [sensitivity-of-another-run] — name another file, or remove this one`,
    );
    writeFileSync(path, '{"identity":"a","table":{"conv1":{"W3A2":"low"}}}');
    expect(() => sensitivityFile(path, 'a').load()).toThrow('sensitivity-file-invalid');
  });
});
