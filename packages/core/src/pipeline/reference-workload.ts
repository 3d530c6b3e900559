import { chipFormats, digitPlan, type Chip, type DigitPlan } from '../chip/index.ts';
import { emptyPairHistogram, type PairHistogram } from '../counting/index.ts';
import { codeRange, listMacLayers, type MacLayer } from '../network/index.ts';

/** A layer that fills the macro completely, with stated shares of zeros. */
export interface ReferenceWorkload {
  readonly layer: MacLayer;
  readonly plan: DigitPlan;
  readonly pairs: PairHistogram;
  /** Threshold comparisons per image. */
  readonly thresholds: number;
}

const CHANNELS = 128;
const PIXELS = 14;

/** A 3x3 convolution of 128 channels, without padding, at the macro's own widths: every entry of every vector is used. */
export function referenceLayer(
  chip: Chip,
  outputs: number,
  pixels: number,
  codes = new Int8Array(outputs * CHANNELS * 9),
): MacLayer {
  const formats = chipFormats(chip);
  const [layer] = listMacLayers({
    kind: 'network',
    name: 'reference-workload',
    input: { shape: [CHANNELS, pixels + 2, pixels + 2], bits: formats.activation.bits },
    nodes: [
      {
        kind: 'conv',
        id: 'conv3x3x128',
        input: 'input',
        outChannels: outputs,
        kernel: [3, 3],
        stride: [1, 1],
        padding: [0, 0, 0, 0],
        dilation: [1, 1],
        groups: 1,
        weights: { format: formats.weight, codes },
        bias: null,
      },
      { kind: 'global-average-pool', id: 'sum', input: 'conv3x3x128' },
      { kind: 'flatten', id: 'output', input: 'sum' },
    ],
    output: 'output',
  });
  return layer;
}

/**
 * The work behind the peak figures: a 3x3 convolution of 128 to 128 channels on 14x14 pixels without
 * padding, at the macro's own widths, so that every entry of every vector is used. Weights and
 * activations are independent; the nonzero levels of each are equally frequent.
 *
 * @param weightSparsity share of zero weights, 0 to 1
 * @param activationSparsity share of zero activations, 0 to 1
 */
export function referenceWorkload(
  chip: Chip,
  weightSparsity: number,
  activationSparsity: number,
): ReferenceWorkload {
  const formats = chipFormats(chip);
  // Only the shape matters: pairs are given below.
  const layer = referenceLayer(chip, CHANNELS, PIXELS);
  const plan = digitPlan(formats, formats.weight, formats.activation.bits);
  const empty = emptyPairHistogram(plan, 1);
  const { min, max } = codeRange(formats.weight);
  const top = codeRange(formats.activation).max;
  const counts = Float64Array.from(empty.counts, (_, index) => {
    const weight = Math.floor(index / empty.activationLevels) + min;
    const activation = index % empty.activationLevels;
    const weightShare = weight === 0 ? weightSparsity : (1 - weightSparsity) / (max - min);
    const activationShare = activation === 0 ? activationSparsity : (1 - activationSparsity) / top;
    return layer.macs * weightShare * activationShare;
  });
  return {
    layer,
    plan,
    pairs: { ...empty, counts },
    thresholds: layer.dotProducts * top,
  };
}
