import {
  DATAFLOWS,
  actionCounts,
  chipFormats,
  dataflowProblem,
  findDataflow,
  layerTiming,
  type Chip,
  type DigitPlan,
  type Traffic,
} from '../chip/index.ts';
import {
  COUNTING_SCHEMES,
  classCounts,
  findScheme,
  pairTotals,
  schemeCost,
  totalMatches,
  type PairHistogram,
} from '../counting/index.ts';
import { fail } from '../diagnostics/index.ts';
import { evaluateEnergy, memoryEnergyPj, type TechTable } from '../energy/index.ts';
import { digitOf, type MacLayer } from '../network/index.ts';
import type { DataflowReport, OperandTraffic } from '../report/index.ts';
import type { SchemeWork, Work } from './work.ts';

/** A chip with its table at one supply. */
export interface PricedChip {
  readonly chip: Chip;
  readonly tech: TechTable;
  readonly voltageV: number;
}

function operandTraffic(traffic: Traffic): OperandTraffic {
  return { ...traffic, memoryBits: (traffic.memoryReads + traffic.memoryWrites) * traffic.bitsPerElement };
}

function dataflowReports(
  layer: MacLayer,
  plan: DigitPlan,
  { chip, tech, voltageV }: PricedChip,
): readonly DataflowReport[] {
  const problem = dataflowProblem(layer, plan, chip);
  return DATAFLOWS.map(({ name, accesses }) => {
    const traffic = accesses(problem);
    const operands = [traffic.weights, traffic.activations, traffic.partialSums];
    const bits = (pick: (t: Traffic) => number): number =>
      operands.reduce((sum, t) => sum + pick(t) * t.bitsPerElement, 0);
    const readBits = bits((t) => t.memoryReads);
    const writtenBits = bits((t) => t.memoryWrites);
    return {
      dataflow: name,
      weights: operandTraffic(traffic.weights),
      activations: operandTraffic(traffic.activations),
      partialSums: operandTraffic(traffic.partialSums),
      memoryBits: readBits + writtenBits,
      memoryEnergyPj: memoryEnergyPj(tech, readBits, writtenBits, voltageV),
    };
  });
}

function schemeWork(
  chip: Chip,
  pairs: PairHistogram,
  vectors: number,
  digitPairs: number,
): readonly SchemeWork[] {
  const formats = chipFormats(chip);
  return COUNTING_SCHEMES.map((scheme) => {
    const cost = schemeCost(scheme, formats, chip.geometry.entries.value, chip.timing.rescaleSlots.value);
    return {
      scheme: scheme.name,
      searches: vectors * cost.searches,
      multiplications: scheme.multiplications?.(digitPairs) ?? vectors * cost.multiplications,
      matches: totalMatches(classCounts(scheme, formats, pairs)),
    };
  });
}

/** The chip's counting scheme and its cost per vector. */
export function chipScheme(chip: Chip) {
  const scheme = findScheme(chip.scheme.name, `chip ${chip.name}: scheme.name`);
  const cost = schemeCost(
    scheme,
    chipFormats(chip),
    chip.geometry.entries.value,
    chip.timing.rescaleSlots.value,
  );
  if (cost.searches === 0) {
    fail(
      'scheme-without-search',
      `chip ${chip.name}: scheme.name`,
      `'${scheme.name}' searches nothing, a macro needs a scheme that does`,
      'use a counting or grouping scheme',
    );
  }
  return { scheme, cost };
}

/** `layer`: fill and drain of the macro included. `steady-state`: without, as peak figures are stated. */
export type TimeSpan = 'layer' | 'steady-state';

/**
 * Counts, times and prices one layer.
 *
 * @param pairs exact pair counts over some images
 * @param thresholds threshold comparisons per image
 */
export function layerWork(
  layer: MacLayer,
  plan: DigitPlan,
  pairs: PairHistogram,
  thresholds: number,
  priced: PricedChip,
  span: TimeSpan = 'layer',
): Work {
  const { chip, tech, voltageV } = priced;
  const { scheme, cost } = chipScheme(chip);
  const whole = layerTiming(layer, plan, chip, cost);
  const timing = span === 'layer' ? whole : { ...whole, cycles: whole.slots };
  const pairCounts = pairTotals(pairs);
  const macs = layer.macs;
  const digitPairs = macs * plan.passes;
  const matches = totalMatches(classCounts(scheme, chipFormats(chip), pairs)) / pairs.images;
  const feeding = findDataflow(chip.dataflow.name, `chip ${chip.name}: dataflow.name`);
  const traffic = feeding.accesses(dataflowProblem(layer, plan, chip));
  const loadedBits =
    traffic.weights.macroWrites * traffic.weights.bitsPerElement +
    traffic.activations.macroWrites * traffic.activations.bitsPerElement;
  const actions = actionCounts(chip, cost, timing, { matches, thresholdComparisons: thresholds, loadedBits });
  let zeroWeights = 0;
  for (const code of layer.weights.codes) {
    for (let d = 0; d < plan.weightDigits; d++) {
      if (digitOf(code, d, plan.weightDigitBits) === 0) zeroWeights++;
    }
  }
  return {
    macs,
    paddingMacs: pairCounts.paddingPairs / (plan.passes * pairs.images),
    vectors: timing.vectors,
    digitPairs,
    searches: timing.vectors * cost.searches,
    multiplications: timing.vectors * cost.multiplications,
    accumulations: actions.accumulations,
    thresholdComparisons: thresholds,
    cycles: timing.cycles,
    actions,
    energy: evaluateEnergy(tech, actions, voltageV),
    pairCounts,
    weightDigits: { zero: zeroWeights, all: layer.weights.codes.length * plan.weightDigits },
    // Filled in by whoever has the level histogram; the pairs alone do not tell how often inputs repeat.
    activationDigits: { zero: 0, all: 0 },
    schemes: schemeWork(chip, pairs, timing.vectors, digitPairs),
    dataflows: dataflowReports(layer, plan, priced),
  };
}
