import {
  createKernelExecutor,
  fail,
  lower,
  precisionText,
  runOnChip,
  type Chip,
  type LayerPrecision,
  type Model,
  type TechTable,
} from '@tally/core';
import type { LayerCost } from './layer-cost.ts';
import type { Pixels } from './pixels.ts';

/** Where energy is worked out: a chip at an operating point, priced by a table. */
export interface EnergySystem {
  readonly chip: Chip;
  readonly tech: TechTable;
  readonly operatingPoint: { readonly voltageV: number; readonly clockMHz: number };
}

/** Images that energies are counted on: the first ones; how many entries match depends on them, a little. */
export const ENERGY_IMAGES = 4;

const PJ_PER_UJ = 1e6;

/**
 * Microjoules per image of each layer as `tally run` prices them, with every open layer at a precision: the whole
 * network is quantized so, lowered, run on a few images, and its entries counted. What a layer costs depends on the
 * codes that the layers before it make, so in a network of mixed precisions it may cost a little more or less.
 *
 * @param quantized the model with every open layer at a precision; called once for each
 * @throws TallyError `layer-unknown`, and what lowering and running refuse
 */
export function layerEnergy(
  quantized: (precision: LayerPrecision) => Model,
  pixels: Pixels,
  { chip, tech, operatingPoint }: EnergySystem,
): LayerCost {
  const known = new Map<string, ReadonlyMap<string, number>>();
  const count = Math.min(ENERGY_IMAGES, pixels.count);
  const images = pixels.data.subarray(0, count * (pixels.data.length / pixels.count));
  const measure = (precision: LayerPrecision): ReadonlyMap<string, number> => {
    const network = lower(quantized(precision));
    const executor = createKernelExecutor(network);
    const report = runOnChip({ network, chip, tech, operatingPoint, executor, images, count, labels: null });
    return new Map(report.layers.map(({ id, energy }) => [id, energy.totalPj / PJ_PER_UJ]));
  };
  return (layer, precision) => {
    const text = precisionText(precision);
    const layers = known.get(text) ?? measure(precision);
    known.set(text, layers);
    return (
      layers.get(layer) ??
      fail(
        'layer-unknown',
        'the quantized network',
        `has no layer '${layer}'`,
        `use one of ${[...layers.keys()].join(', ')}`,
      )
    );
  };
}
