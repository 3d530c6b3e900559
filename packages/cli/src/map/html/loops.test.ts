import { beforeAll, expect, test } from 'vitest';
import { MAPPING_DATAFLOWS, type MacroDataflow, type MacroLoop, type MappingReport } from '@tally/core';
import { sampleMapping } from '../../testing/sample-mapping.ts';
import { bufferUses } from './buffer-use.ts';
import { heldWithin, macroLoops, tileLoops } from './loops.ts';

let report: MappingReport;

beforeAll(async () => {
  ({ report } = await sampleMapping({ objective: 'edp', system: 'zhu2020', sample: null, compare: false }));
}, 60_000);

/** Product of how often the loops down to a depth turn; loops that are not named count once. */
function product(
  { loops }: MacroDataflow,
  depth: number,
  turns: Readonly<Partial<Record<MacroLoop, number>>>,
): number {
  return loops.slice(0, depth + 1).reduce((all, loop) => all * (turns[loop] ?? 1), 1);
}

test.each(MAPPING_DATAFLOWS.map((dataflow) => [dataflow.name, dataflow] as const))(
  'what stays in a macro, drawn from the loops of %s, is what its closed form loads',
  (_, dataflow) => {
    const held = heldWithin(dataflow);
    const digits = { weights: 3, activations: 2 };
    const limited = (field: 'outputs' | 'pixels' | 'chunks'): boolean =>
      dataflow.rules.some(
        ({ fields, limit }) => fields.length === 1 && fields[0] === field && limit === 'one',
      );
    const tile = {
      outputs: limited('outputs') ? 1 : 4,
      pixels: limited('pixels') ? 1 : 5,
      chunks: limited('chunks') ? 1 : 2,
    };
    const digitTurns = { 'weight-digit': 3, 'activation-digit': 2 };
    const [m, p, c] = [12, 35, 6];
    const cut = (loop: MacroLoop): boolean => dataflow.loops.includes(loop);
    const overPixels = {
      ...digitTurns,
      'pixels-tile': p / tile.pixels,
      pixel: cut('pixels-tile') ? tile.pixels : p,
    };
    const overOutputs = {
      ...digitTurns,
      'outputs-tile': m / tile.outputs,
      output: cut('outputs-tile') ? tile.outputs : m,
    };
    const overChunks = {
      ...digitTurns,
      'chunks-tile': c / tile.chunks,
      chunk: cut('chunks-tile') ? tile.chunks : c,
    };
    expect(product(dataflow, held.weights, overPixels)).toBe(dataflow.weightLoads(p, tile, digits));
    expect(product(dataflow, held.activations, overOutputs)).toBe(dataflow.activationLoads(m, tile, digits));
    expect(product(dataflow, held.partialSums, overChunks)).toBe(dataflow.sumsPerResult(c, tile, digits));
  },
);

test('the loops that are drawn make the steps that are counted, where every size divides', () => {
  const divides = report.layers.filter(({ problem, mapping: { tile, split, macro } }) => {
    const entries = tile.channels * problem.rows.taps * problem.columns.taps;
    const chunks = Math.ceil(entries / report.machine.macro.entries);
    return (
      split.outputs * split.pixels === 1 &&
      problem.outputs % tile.outputs === 0 &&
      problem.channels % tile.channels === 0 &&
      problem.rows.outputs % tile.rows === 0 &&
      problem.columns.outputs % tile.columns === 0 &&
      tile.outputs % macro.outputs === 0 &&
      (tile.rows * tile.columns) % macro.pixels === 0 &&
      chunks % macro.chunks === 0
    );
  });
  expect(divides.length).toBeGreaterThan(3);
  for (const layer of divides) {
    const loops = [...tileLoops(layer), ...macroLoops(layer, report)];
    expect([layer.id, loops.reduce((all, { turns }) => all * turns, 1)]).toEqual([
      layer.id,
      layer.counts.steps,
    ]);
  }
});

test('a tile stays while no loop from there inwards picks another; all have it, once nothing turns', () => {
  const [layer] = report.layers;
  const [first] = tileLoops({
    ...layer,
    mapping: { ...layer.mapping, order: ['columns', 'batch', 'group', 'outputs', 'rows', 'channels'] },
  });
  // One loop turns, over columns: weights depend on group, outputs and channels only.
  expect(first).toEqual({ over: '3 tiles of 10 columns', turns: 3, stays: ['weights'] });
});

test('buffers hold what the mapping puts there, and no more than they have', () => {
  for (const layer of report.layers)
    for (const { buffer, tiles, keptBits, usedBits } of bufferUses(layer, report)) {
      const once = tiles.reduce((sum, { bits }) => sum + bits, 0);
      expect(usedBits).toBe((buffer.doubleBuffered ? 2 : 1) * once + keptBits);
      expect(usedBits).toBeLessThanOrEqual(buffer.capacityBits);
    }
  const kept = report.layers.filter(({ keeps }) => keeps.results);
  expect(kept.length).toBeGreaterThan(0);
  for (const layer of kept) expect(bufferUses(layer, report).some(({ keptBits }) => keptBits > 0)).toBe(true);
});
