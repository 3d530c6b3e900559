import type { ActivationChoice, LayerPrecision, WeightChoice, WeightStepOptions } from '@tally/core';
import type { CorrectedLayer } from './correct.ts';

/** What was chosen for one layer's weights, as JSON. */
export interface LayerRecord {
  readonly layer: string;
  readonly precision: string;
  readonly steps: readonly number[];
  /** Mean squared (or p-th power) error of the weights over their mean square. */
  readonly weightError: number;
  /** Variance-normalised squared error of the layer's output before and after its correction; null without. */
  readonly outputError: { readonly before: number; readonly after: number } | null;
}

/** Channels that were rescaled between what makes them and the layers that read them. */
export interface EqualizedRecord {
  /** Layer or batch norm. */
  readonly maker: string;
  /** Whether that batch norm was put in, in front of a quantizer on a residual path. */
  readonly inserted: boolean;
  readonly layers: readonly string[];
}

/** How rounding was learned. */
export interface ReconstructionRecord {
  /** Training steps per block. */
  readonly iterations: number;
  /** Views of each image, the image itself counted. */
  readonly views: number;
  readonly seed: number;
}

/** What `tally quantize` chose: the file of `--json`. */
export interface CalibrationRecord {
  readonly kind: 'tally-calibration';
  readonly formatVersion: 4;
  readonly toolVersion: string;
  readonly network: string;
  readonly hash: string;
  readonly data: { readonly name: string; readonly identity: string; readonly images: number };
  readonly method: string;
  /** Of the method `reconstruct` only. */
  readonly reconstruction: ReconstructionRecord | null;
  /** What channels were rescaled by: weights, activations or none. */
  readonly equalization: string;
  readonly equalized: readonly EqualizedRecord[];
  readonly correction: string;
  /** One step per output channel or tensor; the p of the error that chose them. */
  readonly weightSteps: WeightStepOptions;
  readonly layers: readonly LayerRecord[];
  readonly activations: readonly ActivationChoice[];
  readonly assignment: AssignmentRecord | null;
  readonly remarks: readonly string[];
}

/** What `--auto-bits` measured and chose: costs per image. */
export interface AssignmentRecord {
  readonly budget: { readonly of: 'cycles' | 'energyUj'; readonly most: number };
  /** Of the whole network, as the sum of its layers. */
  readonly cycles: number;
  /** Microjoules; null where the budget is one of cycles. */
  readonly energyUj: number | null;
  readonly divergence: number;
  readonly layers: readonly {
    readonly layer: string;
    readonly chosen: string;
    readonly options: readonly {
      readonly precision: string;
      readonly cycles: number;
      readonly energyUj: number | null;
      readonly divergence: number;
    }[];
  }[];
  /** Least sum of divergences for growing budgets, costs in what the budget is of. */
  readonly frontier: readonly { readonly cost: number; readonly divergence: number }[];
}

/** One record per layer, from what was chosen and corrected. */
export function layerRecords(
  weights: readonly WeightChoice[],
  corrected: readonly CorrectedLayer[],
  precisionOf: (layer: string) => LayerPrecision | null,
  text: (precision: LayerPrecision) => string,
): readonly LayerRecord[] {
  return weights.map(({ layer, steps, error, signal }) => {
    const correction = corrected.find((other) => other.layer === layer);
    const precision = precisionOf(layer);
    return {
      layer,
      precision: precision === null ? '' : text(precision),
      steps: [...steps.data],
      weightError: signal > 0 ? error / signal : 0,
      outputError:
        correction === undefined || correction.signal === 0
          ? null
          : {
              before: correction.before / correction.signal,
              after: correction.after / correction.signal,
            },
    };
  });
}
