import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TallyError } from './diagnostics/index.ts';
import { createReferenceExecutor } from './execute/index.ts';
import { hashNetwork } from './network/index.ts';
import { countNetwork, histogramDigitBits, priceRun, runOnChip } from './pipeline.ts';
import { CHIP_PRESETS, chipPreset, techPreset } from './presets/index.ts';
import { runReportSchema } from './report/index.ts';
import { arbitraryNetworkCase, randomImages, randomNetwork } from './testing/index.ts';

const tech = techPreset('zhu2020-65nm');
const operatingPoint = { voltageV: 1.01, clockMHz: 40 };

describe('runOnChip', () => {
  it.each(CHIP_PRESETS)('reports what the schema of %s allows, layers adding up to the total', (name) => {
    const chip = chipPreset(name);
    fc.assert(
      fc.property(arbitraryNetworkCase({ maxImages: 2 }), ({ network, images, count }) => {
        const report = runOnChip({
          network,
          chip,
          tech,
          operatingPoint,
          executor: createReferenceExecutor(network),
          images,
          count,
          labels: null,
        });
        expect(runReportSchema.parse(structuredClone(report))).toEqual(report);
        const { total, layers } = report;
        for (const figure of [
          'macs',
          'paddingMacs',
          'vectors',
          'searches',
          'multiplications',
          'cycles',
        ] as const) {
          expect(total[figure]).toBe(layers.reduce((sum, layer) => sum + layer[figure], 0));
        }
        const energyPj = layers.reduce((sum, layer) => sum + layer.energy.totalPj, 0);
        expect(total.energy.totalPj / energyPj).toBeCloseTo(1, 9);
        expect(total.opsPerCycle).toBeCloseTo((2 * total.macs) / total.cycles, 9);
        expect(report.images).toBe(count);
        // Dense multiplication does one product per digit pair.
        expect(total.schemes.find(({ scheme }) => scheme === 'dense-mac')?.reduction).toBe(1);
      }),
      { numRuns: 25 },
    );
  });

  it('counts from histograms what is counted entry by entry, layer by layer, and computes the same values', () => {
    const chip = chipPreset('zhu2020');
    fc.assert(
      fc.property(arbitraryNetworkCase({ maxImages: 2 }), ({ network, images, count }) => {
        const executor = createReferenceExecutor(network);
        const report = runOnChip({
          network,
          chip,
          tech,
          operatingPoint,
          executor,
          images,
          count,
          labels: null,
        });
        for (const [i, { layer, count: naive, expected }] of countNetwork(
          network,
          chip,
          executor,
          images,
          count,
        ).entries()) {
          const found = report.layers[i];
          expect(naive.outputs).toEqual(expected);
          expect(found.id).toBe(layer.id);
          expect(found.classMatches).toEqual(naive.classes);
          expect(found.vectors * count).toBe(naive.vectors);
          expect(found.pairCounts.paddingPairs).toBe(naive.pairs.paddingPairs);
          expect(naive.largestPartialSum).toBeLessThanOrEqual(found.partialSumBound);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('priceRun', () => {
  const network = randomNetwork(1);
  const chip = chipPreset('zhu2020');
  const images = randomImages(network, 2, 1);
  const executor = createReferenceExecutor(network);
  const run = {
    toolVersion: '0',
    network,
    hash: hashNetwork(network),
    chip,
    tech,
    operatingPoint,
    dataset: { name: 'random', images: 2 },
  };

  it('refuses a run without histograms, by layer', () => {
    const result = executor.run(images, 2);
    expect(() => priceRun({ ...run, labels: null, result })).toThrow(
      /: the run has no level histogram of this layer \[histogram-missing\] — run the executor with histogramDigitBits\(network, chip\)/,
    );
  });

  it('refuses labels for other images', () => {
    const result = executor.run(images, 2, { histogramDigitBits: histogramDigitBits(network, chip) });
    expect(() => priceRun({ ...run, labels: [1], result })).toThrow(
      new TallyError([
        {
          code: 'label-count-mismatch',
          path: 'labels',
          message: 'has 1 labels for 2 images',
          remedy: 'give one label per image',
        },
      ]),
    );
  });

  it('costs the square of the voltage and the time of the clock, at equal cycles', () => {
    const result = executor.run(images, 2, { histogramDigitBits: histogramDigitBits(network, chip) });
    const low = priceRun({ ...run, labels: null, result }).total;
    const high = priceRun({
      ...run,
      operatingPoint: { voltageV: 1.23, clockMHz: 143 },
      labels: null,
      result,
    }).total;
    expect(high.cycles).toBe(low.cycles);
    expect(high.energy.totalPj / low.energy.totalPj).toBeCloseTo((1.23 / 1.01) ** 2, 6); // 1.483
    expect(low.timeNs / high.timeNs).toBeCloseTo(143 / 40, 6);
  });
});
