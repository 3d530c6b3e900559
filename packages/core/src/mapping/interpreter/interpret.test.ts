import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BARE_MACHINE, EXAMPLE_MACHINE, EXAMPLE_PROBLEM } from '../example.test-support.ts';
import { LOOPS, type LayerMapping } from '../mapping.ts';
import type { MappingProblem } from '../problem.ts';
import { interpretMapping } from './interpret.ts';

/** Two channels, 3 outputs, one row of 4 columns of a padded 3-tap window. */
const problem: MappingProblem = {
  ...EXAMPLE_PROBLEM,
  outputs: 3,
  channels: 2,
  rows: { outputs: 1, inputs: 1, taps: 1, stride: 1, dilation: 1, padding: 0 },
  columns: { outputs: 4, inputs: 4, taps: 3, stride: 1, dilation: 1, padding: 1 },
};
const mapping: LayerMapping = {
  order: LOOPS,
  tile: { outputs: 3, rows: 1, columns: 2, channels: 2 },
  split: { outputs: 1, pixels: 1 },
  macro: { dataflow: 'weight-stationary', outputs: 2, pixels: 1, chunks: 1 },
};

describe('interpretMapping', () => {
  it('walks a layer small enough to count by hand', () => {
    const { counts, largestTiles } = interpretMapping(problem, EXAMPLE_MACHINE, mapping);
    // 2 columns tiles; columns {0,1} read inputs {0,1,2}, {2,3} read {1,2,3}: 3 + 1 of 2 channels
    expect(counts.operands.activations.memory.reads).toBe(8);
    // outputs tiles of 2 and 1; per pixel 2, 3, 3, 2 taps of 2 channels, for each outputs tile
    expect(counts.operands.activations.deliveries).toBe(2 * 2 * (2 + 3 + 3 + 2));
    // 3 x 2 x 3 weights, kept while columns advance, loaded into the macro in each tile
    expect(counts.operands.weights.memory.reads).toBe(18);
    expect(counts.operands.weights.deliveries).toBe(36);
    expect(counts).toMatchObject({ macs: 3 * 4 * 6, steps: 12, windows: 12, computeCycles: 9 + 12 * 12 });
    expect(largestTiles).toEqual({ weights: 18, activations: 6, partialSums: 6 });
  });

  it('stops when a row is used that the macro no longer stores', () => {
    const tooMany = { ...mapping, macro: { ...mapping.macro, outputs: 3 } };
    const machine = { ...BARE_MACHINE, macro: { ...BARE_MACHINE.macro, weightRows: 2 } };
    expect(() => interpretMapping(problem, machine, tooMany)).toThrow(
      'interpreter: the macro has no weight row w 0 0 0 any more [mapping-not-runnable]',
    );
  });

  it('stops when there is no accumulator, or no such dataflow', () => {
    const machine = { ...BARE_MACHINE, macro: { ...BARE_MACHINE.macro, accumulators: 3 } };
    const tile = { dataflow: 'output-stationary', outputs: 2, pixels: 2, chunks: 1 };
    expect(() => interpretMapping(problem, machine, { ...mapping, macro: tile })).toThrow(
      'there is no accumulator 3',
    );
    expect(() =>
      interpretMapping(problem, machine, { ...mapping, macro: { ...tile, dataflow: 'none' } }),
    ).toThrow("there is no dataflow 'none'");
  });

  it('shares no code with the closed form: it imports types, its own files and how errors are said', () => {
    const folder = new URL('.', import.meta.url);
    const files = readdirSync(folder).filter((file) => !file.endsWith('.test.ts'));
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      const text = readFileSync(new URL(file, folder), 'utf8');
      for (const [statement, from] of text.matchAll(/^import [^;]*? from '([^']+)';/gms)) {
        if (!statement.startsWith('import type')) expect(from).toMatch(/^\.\/|^\.\.\/\.\.\/diagnostics\//);
        else expect(from).not.toMatch(/counts\/|dataflows\//);
      }
    }
  });
});
