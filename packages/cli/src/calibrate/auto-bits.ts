import {
  assignBits,
  calibrated,
  fail,
  layerIds,
  precisionText,
  type BitsOption,
  type CalibrationOptions,
  type Chip,
  type LayerOptions,
  type LayerPrecision,
  type Model,
  type Precision,
  type ValueHistogram,
} from '@tally/core';
import { layerCycles } from './layer-cost.ts';
import type { Pixels } from './pixels.ts';
import type { AssignmentRecord } from './report.ts';
import { measureSensitivity, type SensitivityTable } from './sensitivity.ts';

/** What `--auto-bits` asks for. */
export interface AutoBits {
  /** Precisions that a layer may get. */
  readonly candidates: readonly LayerPrecision[];
  /** Cycles per image of the whole network, or times those with every open layer at its cheapest candidate. */
  readonly budget: { readonly kind: 'cycles' | 'times-cheapest'; readonly value: number };
  readonly chip: Chip;
  /** Images that sensitivities are measured on: the first of those that calibrate. */
  readonly images: number;
}

/** Measurements kept between runs. */
export interface SensitivityStore {
  load(): SensitivityTable;
  save(table: SensitivityTable): void;
}

interface Choice extends BitsOption {
  readonly precision: LayerPrecision;
}

/** Points of the frontier that are worked out for the report. */
const FRONTIER_POINTS = 9;

/**
 * Chooses a precision for every open layer: measures what each layer's quantization alone does to the class
 * probabilities at each candidate, and takes the combination of least sum within the budget of cycles.
 *
 * @param base precision of the layers that are not open.
 * @param open ids of the layers to choose for.
 * @throws TallyError `budget-too-small`, `nothing-to-assign`
 */
export async function chooseBits(
  parent: Model,
  base: Precision,
  open: readonly string[],
  histograms: ReadonlyMap<string, ValueHistogram>,
  pixels: Pixels,
  auto: AutoBits,
  options: { readonly threads: number; readonly calibration: CalibrationOptions },
  store: SensitivityStore,
  onMeasured: (done: number, of: number) => void,
): Promise<{ readonly precision: Precision; readonly record: AssignmentRecord }> {
  if (open.length === 0) {
    fail(
      'nothing-to-assign',
      '--auto-bits',
      'no layer is open: the first and the last are 8-bit, and --bits says the others',
      'leave layers out of --bits',
    );
  }
  const { candidates, chip, budget } = auto;
  const withChoice = (choice: (layer: string) => LayerPrecision): Precision => ({
    ...base,
    overrides: { ...base.overrides, ...Object.fromEntries(open.map((layer) => [layer, choice(layer)])) },
  });
  const size = pixels.data.length / pixels.count;
  const count = Math.min(auto.images, pixels.count);
  const sample: Pixels = { count, shape: pixels.shape, data: pixels.data.subarray(0, count * size) };
  const table = await measureSensitivity(
    parent,
    open,
    candidates,
    (candidate) =>
      calibrated(
        parent,
        parent.graph.name,
        withChoice(() => candidate),
        histograms,
        options.calibration,
      ).model,
    sample,
    { threads: options.threads },
    store.load(),
    (measured, done, of) => {
      store.save(measured);
      onMeasured(done, of);
    },
  );
  const cyclesOf = layerCycles(parent, chip);
  const layers = open.map((layer): LayerOptions<Choice> => ({
    layer,
    options: candidates.map((precision) => ({
      precision,
      cost: cyclesOf(layer, precision),
      sensitivity: table[layer]?.[precisionText(precision)] ?? Infinity,
    })),
  }));
  const fixed = layerIds(parent.graph)
    .filter((layer) => !open.includes(layer))
    .reduce((sum, layer) => sum + cyclesOf(layer, { ...base, ...base.overrides?.[layer] }), 0);
  const extreme = (pick: (...costs: number[]) => number): number =>
    layers.reduce((sum, { options: list }) => sum + pick(...list.map(({ cost }) => cost)), 0);
  const [cheapest, dearest] = [extreme(Math.min), extreme(Math.max)];
  const limit = budget.kind === 'cycles' ? budget.value : budget.value * (fixed + cheapest);
  const found = assignBits(layers, limit - fixed, '--max-cycles');
  const frontier = Array.from({ length: FRONTIER_POINTS }, (_, k) => {
    const part = cheapest + ((dearest - cheapest) * k) / (FRONTIER_POINTS - 1);
    const { cost, sensitivity } = assignBits(layers, part, '--max-cycles');
    return { cycles: fixed + cost, divergence: sensitivity };
  });
  return {
    precision: withChoice((layer) => found.chosen.get(layer)?.precision ?? base),
    record: {
      budgetCycles: limit,
      cycles: fixed + found.cost,
      divergence: found.sensitivity,
      layers: layers.map(({ layer, options: list }) => ({
        layer,
        chosen: precisionText(found.chosen.get(layer)?.precision ?? base),
        options: list.map(({ precision, cost, sensitivity }) => ({
          precision: precisionText(precision),
          cycles: cost,
          divergence: sensitivity,
        })),
      })),
      frontier,
    },
  };
}
