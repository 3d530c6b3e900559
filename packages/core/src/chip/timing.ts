import type { Chip } from './chip.ts';
import type { DigitPlan } from './digit-plan.ts';
import type { MacLayer } from '../network/mac-layer.ts';

/** What timing needs to know of a counting scheme (`counting/cost` derives it). */
export interface VectorCost {
  /** Search keys per vector, one cycle each. */
  readonly searches: number;
  readonly classMultiplications: number;
  /** Extra multiplication-like slots per vector, one cycle each. */
  readonly rescaleSlots: number;
  /** Bits per entry that one search compares. */
  readonly searchedBits: number;
}

/** How a layer fills vectors and cycles; per image. */
export interface LayerTiming {
  /** Vectors of one dot product in one digit pass: ceil(length / entries). */
  readonly vectorsPerDotProduct: number;
  /** All dot products, all digit passes. */
  readonly vectors: number;
  /** Windows: per dot product and pass ceil(vectors / windowVectors). */
  readonly windows: number;
  readonly cyclesPerVector: number;
  readonly cycles: number;
  /** Digit pairs / (entries * vectors), 0 to 1. */
  readonly utilisation: number;
}

/**
 * Cycles of a layer. Each dot product is cut, in each digit pass, into vectors of up to `entries`
 * entries; a vector takes one cycle per search key and one per extra slot, a window of up to
 * `windowVectors` vectors `windowOverheadCycles` more. Loading is hidden behind searching (ASSUMPTIONS.md).
 *
 * @example 3x3x128 on zhu2020: 9 vectors * (9 + 1) + 2 = 92 cycles for 1,152 MACs
 */
export function layerTiming(
  layer: Pick<MacLayer, 'dotLength' | 'dotProducts' | 'macs'>,
  plan: DigitPlan,
  chip: Chip,
  cost: VectorCost,
): LayerTiming {
  const entries = chip.geometry.entries.value;
  const vectorsPerDotProduct = Math.ceil(layer.dotLength / entries);
  const runs = layer.dotProducts * plan.passes;
  const vectors = runs * vectorsPerDotProduct;
  const windows = runs * Math.ceil(vectorsPerDotProduct / chip.timing.windowVectors.value);
  const cyclesPerVector = cost.searches + cost.rescaleSlots;
  return {
    vectorsPerDotProduct,
    vectors,
    windows,
    cyclesPerVector,
    cycles: vectors * cyclesPerVector + windows * chip.timing.windowOverheadCycles.value,
    utilisation: (layer.macs * plan.passes) / (entries * vectors),
  };
}
