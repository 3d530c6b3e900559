import { describe, expect, it } from 'vitest';
import { createReferenceExecutor } from '../execute/index.ts';
import { runOnChip } from '../pipeline.ts';
import { chipPreset, techPreset } from '../presets/index.ts';
import type { RunReport } from '../report/index.ts';
import { randomImages, randomNetwork } from '../testing/index.ts';

const chip = chipPreset('zhu2020');

function report(operatingPoint: { readonly voltageV: number; readonly clockMHz: number }): RunReport {
  const network = randomNetwork(1);
  return runOnChip({
    network,
    chip,
    tech: techPreset('zhu2020-65nm'),
    operatingPoint,
    executor: createReferenceExecutor(network),
    images: randomImages(network, 1, 1),
    count: 1,
    labels: [0],
  });
}

/** Paths of all numbers in a value; elements of an array share that of the array. */
function numericFields(value: unknown, path: readonly string[] = []): readonly string[] {
  if (typeof value === 'number') return [path.join('.')];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((element) => numericFields(element, path));
  return Object.entries(value).flatMap(([key, field]) => numericFields(field, [...path, key]));
}

describe('figureSources', () => {
  const published = report({ voltageV: 1.01, clockMHz: 40 });
  const label = ({ sources }: RunReport, figure: string) =>
    sources.find((source) => source.figure === figure)?.label;

  it('says of every number in the total and the layers where it comes from', () => {
    const stated = new Set(published.sources.map(({ figure }) => figure));
    const { images, top1, operatingPoint, total, layers, host } = published;
    const fields = new Set([
      ...numericFields({ images, top1, operatingPoint, host }),
      ...numericFields(total),
      ...layers.flatMap((layer) => numericFields(layer)),
    ]);
    expect(fields.size).toBeGreaterThan(50);
    const unstated = [...fields].filter((field) => {
      const parts = field.split('.');
      return !parts.some((_, i) => stated.has(parts.slice(0, i + 1).join('.')));
    });
    expect(unstated).toEqual([]);
    expect(stated.size).toBe(published.sources.length);
  });

  it('labels a figure by the weakest number in it', () => {
    for (const [figure, expected] of [
      ['paddingMacs', 'counted'],
      ['thresholdComparisons', 'counted'],
      ['pairSparsity', 'counted'],
      ['classMatches', 'counted'],
      ['utilisation', 'reconstructed'],
      ['reduction', 'reconstructed'],
      ['accumulations', 'reconstructed'],
      ['opsPerCycle', 'calibrated'],
      ['gops', 'calibrated'],
      ['topsPerWatt', 'calibrated'],
    ] as const) {
      expect([figure, label(published, figure)]).toEqual([figure, expected]);
    }
  });

  it('tells a published operating point from one on the curve, and notes an extrapolated one', () => {
    expect(label(published, 'operatingPoint')).toBe('published');
    const between = report({ voltageV: 1.1, clockMHz: 80 });
    expect(label(between, 'operatingPoint')).toBe('calibrated');
    expect(between.notes.join()).not.toContain('extrapolated');
    expect(report({ voltageV: 1.3, clockMHz: 150 }).notes).toContain(
      '1.3 V lies outside the operating points of the chip (1.01 to 1.23 V): the clock there is extrapolated.',
    );
  });
});
