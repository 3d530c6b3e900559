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
import { layerEnergy, type EnergySystem } from './layer-energy.ts';
import type { Pixels } from './pixels.ts';
import type { AssignmentRecord } from './report.ts';
import { measureSensitivity, type SensitivityTable } from './sensitivity.ts';

/** What the whole network may cost per image. */
export interface Budget {
  readonly of: 'cycles' | 'energyUj';
  /** As it is, or times the cost with every open layer at its cheapest candidate. */
  readonly kind: 'absolute' | 'times-cheapest';
  readonly value: number;
  /** The option that says it, for messages. */
  readonly option: string;
}

/** What `--auto-bits` asks for. */
export interface AutoBits {
  /** Precisions that a layer may get. */
  readonly candidates: readonly LayerPrecision[];
  readonly budget: Budget;
  readonly chip: Chip;
  /** Where energy is worked out, `chip` there too; null: it is not. */
  readonly energy: EnergySystem | null;
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
  readonly cycles: number;
  readonly energyUj: number | null;
}

/** Points of the frontier that are worked out for the report. */
const FRONTIER_POINTS = 9;

/**
 * Chooses a precision for every open layer: measures what each layer's quantization alone does to the class
 * probabilities at each candidate, and takes the combination of least sum within the budget of cycles or energy.
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
  const models = new Map<LayerPrecision, Model>();
  const quantized = (candidate: LayerPrecision): Model => {
    const model =
      models.get(candidate) ??
      calibrated(
        parent,
        parent.graph.name,
        withChoice(() => candidate),
        histograms,
        options.calibration,
      ).model;
    models.set(candidate, model);
    return model;
  };
  const table = await measureSensitivity(
    parent,
    open,
    candidates,
    quantized,
    sample,
    { threads: options.threads },
    store.load(),
    (measured, done, of) => {
      store.save(measured);
      onMeasured(done, of);
    },
  );
  const cyclesOf = layerCycles(parent, chip);
  const energyOf = auto.energy === null ? () => null : layerEnergy(quantized, sample, auto.energy);
  const costOf = (cycles: number, energyUj: number | null): number =>
    budget.of === 'cycles' ? cycles : (energyUj ?? NaN);
  const layers = open.map((layer): LayerOptions<Choice> => ({
    layer,
    options: candidates.map((precision) => {
      const [cycles, energyUj] = [cyclesOf(layer, precision), energyOf(layer, precision)];
      const sensitivity = table[layer]?.[precisionText(precision)] ?? Infinity;
      return { precision, cycles, energyUj, cost: costOf(cycles, energyUj), sensitivity };
    }),
  }));
  // Layers that are not open cost the same whatever the others are, energy nearly so.
  const others = layerIds(parent.graph).filter((layer) => !open.includes(layer));
  const fixed = {
    cycles: sumOf(others, (layer) => cyclesOf(layer, { ...base, ...base.overrides?.[layer] })),
    energyUj: auto.energy === null ? null : sumOf(others, (layer) => energyOf(layer, candidates[0]) ?? 0),
  };
  const start = costOf(fixed.cycles, fixed.energyUj);
  const extreme = (pick: (...costs: number[]) => number): number =>
    sumOf(layers, ({ options: list }) => pick(...list.map(({ cost }) => cost)));
  const [cheapest, dearest] = [extreme(Math.min), extreme(Math.max)];
  const limit = budget.kind === 'absolute' ? budget.value : budget.value * (start + cheapest);
  const found = assignBits(layers, limit - start, budget.option);
  const frontier = Array.from({ length: FRONTIER_POINTS }, (_, k) => {
    const part = cheapest + ((dearest - cheapest) * k) / (FRONTIER_POINTS - 1);
    const { cost, sensitivity } = assignBits(layers, part, budget.option);
    return { cost: start + cost, divergence: sensitivity };
  });
  const chosen = [...found.chosen.values()];
  return {
    precision: withChoice((layer) => found.chosen.get(layer)?.precision ?? base),
    record: {
      budget: { of: budget.of, most: limit },
      cycles: fixed.cycles + sumOf(chosen, ({ cycles }) => cycles),
      energyUj:
        fixed.energyUj === null ? null : fixed.energyUj + sumOf(chosen, ({ energyUj }) => energyUj ?? 0),
      divergence: found.sensitivity,
      layers: layers.map(({ layer, options: list }) => ({
        layer,
        chosen: precisionText(found.chosen.get(layer)?.precision ?? base),
        options: list.map(({ precision, cycles, energyUj, sensitivity }) => ({
          precision: precisionText(precision),
          cycles,
          energyUj,
          divergence: sensitivity,
        })),
      })),
      frontier,
    },
  };
}

const sumOf = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);
