import type { Chip } from './chip.ts';
import type { DigitPlan } from './digit-plan.ts';
import { DRAIN_CYCLES, FILL_CYCLES } from './macro-spec.ts';
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
  /** Cycles in which vectors are counted, with window overheads: the steady state, for which peak figures are stated. */
  readonly slots: number;
  /** slots + fill + drain: from the first command offered to the last result taken. */
  readonly cycles: number;
  /** Digit pairs / (entries * vectors), 0 to 1. */
  readonly utilisation: number;
}

/**
 * Cycles of a layer. Each dot product is cut, in each digit pass, into vectors of up to `entries`
 * entries; a vector takes one cycle per search key and one per extra slot, a window of up to
 * `windowVectors` vectors `windowOverheadCycles` more. Loading is hidden behind searching, results are taken and
 * partial sums return in time. Layers run one after the other: each fills and drains the macro. Equal to what the
 * simulator counts, for every layer and dataflow (hw/macro/doc/theory-of-operation.md, "Cycles").
 *
 * @example 3x3x128 on zhu2020: 9 vectors * (9 + 1) + 2 = 92 slots for 1,152 MACs, 101 cycles with 2 to fill and 7 to drain
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
  const slots = vectors * cyclesPerVector + windows * chip.timing.windowOverheadCycles.value;
  return {
    vectorsPerDotProduct,
    vectors,
    windows,
    cyclesPerVector,
    slots,
    cycles: FILL_CYCLES + slots + DRAIN_CYCLES,
    utilisation: (layer.macs * plan.passes) / (entries * vectors),
  };
}
