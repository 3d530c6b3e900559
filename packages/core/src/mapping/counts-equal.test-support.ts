import { expect } from 'vitest';
import { tileBits } from './counts/capacity.ts';
import { countAccesses } from './counts/count.ts';
import { tileTables } from './counts/tile-tables.ts';
import { interpretMapping } from './interpreter/interpret.ts';
import { checkMapping } from './legality.ts';
import type { MappingCase } from './random-case.test-support.ts';

/** The closed form and the walk say the same: operands, tiers, elements, bits, deliveries, steps, windows, cycles, largest tiles. */
export function expectEqualCounts({ problem, machine, mapping }: MappingCase): void {
  expect(checkMapping(problem, machine, mapping)).toEqual([]);
  const counts = countAccesses(problem, machine, mapping);
  const walked = interpretMapping(problem, machine, mapping);
  expect(counts).toEqual(walked.counts);

  const { weights, activations, partialSums } = walked.largestTiles;
  const { deliveries } = counts.operands.partialSums;
  const results = counts.operands.partialSums.macro.writes - counts.operands.partialSums.macro.reads;
  const spills = deliveries > results;
  const kernel = problem.rows.taps * problem.columns.taps;
  expect(tileBits(problem, { kernel }, machine, tileTables(problem, mapping.tile), spills)).toEqual({
    weights: weights * problem.weightBits,
    activations: activations * problem.activationBits,
    partialSums: partialSums * (spills ? machine.macro.accumulatorBits : problem.resultBits),
  });
}
