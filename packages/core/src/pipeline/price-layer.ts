import { chipFormats, digitPlan, partialSumBounds, signedBits } from '../chip/index.ts';
import { classCounts, pairHistogram, weightLevelCounts } from '../counting/index.ts';
import type { LevelHistogram } from '../execute/executor.ts';
import type { MacLayer } from '../network/index.ts';
import type { LayerReport } from '../report/index.ts';
import { chipScheme, layerWork, type PricedChip } from './layer-work.ts';
import { verifyWork } from './verify-work.ts';
import { figures, type Work } from './work.ts';

/** How often each activation digit level occurred, all positions and digits together. */
function levelCounts(histogram: LevelHistogram): readonly number[] {
  const levels = 2 ** histogram.digitBits;
  const totals = new Array<number>(levels).fill(0);
  for (let i = 0; i < histogram.counts.length; i++) totals[i % levels] += histogram.counts[i];
  return totals;
}

/** A layer's report and the part of it that adds up. */
export interface PricedLayer {
  readonly work: Work;
  readonly report: LayerReport;
}

/**
 * Counts, times and prices one layer from the histogram of its inputs.
 *
 * @throws TallyError `histogram-shape-mismatch`, `invariant-broken`
 */
export function priceLayer(
  layer: MacLayer,
  histogram: LevelHistogram,
  thresholds: number,
  priced: PricedChip,
  clockMHz: number,
): PricedLayer {
  const { chip } = priced;
  const formats = chipFormats(chip);
  const plan = digitPlan(formats, layer.weights.format, layer.inputBits);
  const pairs = pairHistogram(layer, plan, histogram);
  const levels = levelCounts(histogram);
  const work: Work = {
    ...layerWork(layer, plan, pairs, thresholds, priced),
    activationDigits: { zero: levels[0] ?? 0, all: levels.reduce((sum, count) => sum + count, 0) },
  };
  verifyWork(layer, plan, histogram.images, work);
  const bounds = partialSumBounds(layer, plan, chip.geometry.entries.value);
  const report: LayerReport = {
    id: layer.id,
    kind: layer.node.kind,
    inputShape: layer.node.kind === 'conv' ? layer.input : layer.input.slice(0, 1),
    outputShape: layer.node.kind === 'conv' ? layer.output : layer.output.slice(0, 1),
    weightFormat: layer.weights.format,
    activationFormat: { system: 'unsigned', bits: layer.inputBits },
    digits: {
      weightDigitBits: plan.weightDigitBits,
      weightDigits: plan.weightDigits,
      activationDigitBits: plan.activationDigitBits,
      activationDigits: plan.activationDigits,
      passes: plan.passes,
    },
    dotProductLength: layer.dotLength,
    ...figures(work, chip.geometry.entries.value, clockMHz),
    classMatches: classCounts(chipScheme(chip).scheme, formats, pairs),
    activationLevels: levels,
    weightLevels: { minLevel: plan.minWeightDigit, counts: weightLevelCounts(layer.weights.codes, plan) },
    partialSumBound: bounds.total,
    partialSumBits: signedBits(bounds.total),
    vectorSumBits: signedBits(bounds.vector),
  };
  return { work, report };
}
