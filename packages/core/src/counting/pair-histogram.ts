import { fail } from '../diagnostics/index.ts';
import type { DigitPlan } from '../chip/digit-plan.ts';
import type { MacLayer } from '../network/mac-layer.ts';
import type { LevelHistogram } from '../execute/executor.ts';
import { weightDigitLevels } from './weight-digits.ts';
import { windowSums } from './window-sums.ts';

/**
 * How often each (weight digit, activation digit) pair of levels met in a layer, over all dot
 * products of all images: everything that any counting scheme counts follows from it.
 */
export interface PairHistogram {
  readonly images: number;
  readonly weightDigits: number;
  readonly activationDigits: number;
  /** Weight digit of level index 0. */
  readonly minWeightDigit: number;
  readonly weightLevels: number;
  readonly activationLevels: number;
  /**
   * Shape `[weightDigits, activationDigits, weightLevels, activationLevels]`; exact integers (below
   * 2^53). Pairs on zero padding are included, as activation level 0.
   */
  readonly counts: Float64Array;
  /** Of these, pairs on zero padding: all passes together. */
  readonly paddingPairs: number;
}

/** A histogram with all counts 0. */
export function emptyPairHistogram(plan: DigitPlan, images: number): PairHistogram {
  const weightLevels = plan.maxWeightDigit - plan.minWeightDigit + 1;
  const activationLevels = 2 ** plan.activationDigitBits;
  return {
    images,
    weightDigits: plan.weightDigits,
    activationDigits: plan.activationDigits,
    minWeightDigit: plan.minWeightDigit,
    weightLevels,
    activationLevels,
    counts: new Float64Array(plan.passes * weightLevels * activationLevels),
    paddingPairs: 0,
  };
}

/**
 * How many output channels hold each weight level at each position of the dot product, per group.
 * Shape `[groups, dot product length, weightLevels]`.
 */
function weightLevelsByPosition(layer: MacLayer, levels: Uint8Array, weightLevels: number): Float64Array {
  const perGroup = layer.output[0] / layer.groups;
  const length = levels.length / layer.output[0];
  const counts = new Float64Array(layer.groups * length * weightLevels);
  for (let out = 0; out < layer.output[0]; out++) {
    const base = Math.floor(out / perGroup) * length;
    for (let i = 0; i < length; i++) counts[(base + i) * weightLevels + levels[out * length + i]] += 1;
  }
  return counts;
}

function checkHistogram(layer: MacLayer, plan: DigitPlan, histogram: LevelHistogram): void {
  const positions = layer.input[0] * layer.input[1] * layer.input[2];
  const wanted = `${positions} positions x ${plan.activationDigits} digits of ${plan.activationDigitBits} bits`;
  const got = `${histogram.positions} positions x ${histogram.digits} digits of ${histogram.digitBits} bits`;
  if (got !== wanted) {
    fail(
      'histogram-shape-mismatch',
      layer.id,
      `level histogram has ${got}, the layer on this chip needs ${wanted}`,
      'pass histogramDigitBits(...) of the same network and chip to the executor',
    );
  }
}

/**
 * The exact pair counts of a layer from histograms alone, without a single dot product:
 *
 *     pairs(w, v) = sum over dot product positions i of
 *                   (output channels whose weight digit at i is w) * (output pixels whose activation digit at i is v)
 *
 * The second factor is a strided window sum over the level histogram of one input channel. The work
 * does not depend on the number of images.
 *
 * @throws TallyError `histogram-shape-mismatch`
 */
export function pairHistogram(layer: MacLayer, plan: DigitPlan, histogram: LevelHistogram): PairHistogram {
  checkHistogram(layer, plan, histogram);
  const result = emptyPairHistogram(plan, histogram.images);
  const { weightLevels, activationLevels, counts } = result;
  const taps = layer.kernel[0] * layer.kernel[1];
  const block = weightLevels * activationLevels;
  const byPosition = Array.from({ length: plan.weightDigits }, (_, digit) =>
    weightLevelsByPosition(layer, weightDigitLevels(layer.weights.codes, plan, digit), weightLevels),
  );
  const offered = histogram.images * layer.output[1] * layer.output[2];
  const perGroup = layer.output[0] / layer.groups;
  let paddingPairs = 0;
  for (let e = 0; e < plan.activationDigits; e++) {
    for (let channel = 0; channel < layer.input[0]; channel++) {
      const sums = windowSums(layer, histogram, channel, e);
      for (let tap = 0; tap < taps; tap++) {
        // Whatever of the offered pixels did not see an input element saw padding: activation 0.
        let seen = 0;
        for (let v = 0; v < activationLevels; v++) seen += sums[tap * activationLevels + v];
        sums[tap * activationLevels] += offered - seen;
        paddingPairs += (offered - seen) * perGroup * plan.weightDigits;
        // Channels are numbered group by group, so this is also the position in weightLevelsByPosition.
        const position = channel * taps + tap;
        for (let d = 0; d < plan.weightDigits; d++) {
          const weights = byPosition[d];
          const base = (d * plan.activationDigits + e) * block;
          for (let w = 0; w < weightLevels; w++) {
            const outputs = weights[position * weightLevels + w];
            if (outputs === 0) continue;
            for (let v = 0; v < activationLevels; v++) {
              counts[base + w * activationLevels + v] += outputs * sums[tap * activationLevels + v];
            }
          }
        }
      }
    }
  }
  return { ...result, paddingPairs };
}
