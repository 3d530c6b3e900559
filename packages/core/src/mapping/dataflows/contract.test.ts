import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TallyError } from '../../diagnostics/index.ts';
import { expectEqualCounts } from '../counts-equal.test-support.ts';
import { countAccesses } from '../counts/count.ts';
import { problemTotals } from '../counts/problem-totals.ts';
import { BARE_MACHINE, EXAMPLE_MACHINE, EXAMPLE_MAPPING, EXAMPLE_PROBLEM } from '../example.test-support.ts';
import { interpretMapping } from '../interpreter/interpret.ts';
import { NESTS, type NestSizes } from '../interpreter/nests.ts';
import type { LayerMapping } from '../mapping.ts';
import { mappingCases } from '../random-case.test-support.ts';
import { hasRoom, type MacroLoop, type TileField, type TileInMacro } from './dataflow.ts';
import { findMappingDataflow, MAPPING_DATAFLOWS } from './registry.ts';

/** The steps of a list of loops: [output, pixel, chunk, weight digit, activation digit], one after the other. */
function walkLoops(
  loops: readonly MacroLoop[],
  sizes: NestSizes,
  tile: TileInMacro,
): readonly (readonly number[])[] {
  const steps: (readonly number[])[] = [];
  const from = { outputs: 0, pixels: 0, chunks: 0 };
  const to = { outputs: sizes.outputs, pixels: sizes.pixels, chunks: sizes.chunks };
  const at = { output: 0, pixel: 0, chunk: 0, 'weight-digit': 0, 'activation-digit': 0 };
  const walk = (depth: number): void => {
    if (depth === loops.length) {
      steps.push([at.output, at.pixel, at.chunk, at['weight-digit'], at['activation-digit']]);
      return;
    }
    const loop = loops[depth];
    const tiles = (field: TileField): void => {
      for (let first = 0; first < sizes[field]; first += tile[field]) {
        from[field] = first;
        to[field] = Math.min(sizes[field], first + tile[field]);
        walk(depth + 1);
      }
      from[field] = 0;
      to[field] = sizes[field];
    };
    const elements = (key: keyof typeof at, first: number, end: number): void => {
      for (at[key] = first; at[key] < end; at[key]++) walk(depth + 1);
    };
    switch (loop) {
      case 'outputs-tile': {
        tiles('outputs');
        return;
      }
      case 'pixels-tile': {
        tiles('pixels');
        return;
      }
      case 'chunks-tile': {
        tiles('chunks');
        return;
      }
      case 'output': {
        elements(loop, from.outputs, to.outputs);
        return;
      }
      case 'pixel': {
        elements(loop, from.pixels, to.pixels);
        return;
      }
      case 'chunk': {
        elements(loop, from.chunks, to.chunks);
        return;
      }
      case 'weight-digit': {
        elements(loop, 0, sizes.weightDigits);
        return;
      }
      case 'activation-digit': {
        elements(loop, 0, sizes.activationDigits);
        return;
      }
      default:
        return loop satisfies never;
    }
  };
  walk(0);
  return steps;
}

describe.each(MAPPING_DATAFLOWS.map((dataflow) => [dataflow.name, dataflow] as const))(
  'dataflow %s',
  (name, dataflow) => {
    it('has a loop nest in the interpreter, a title and a summary', () => {
      expect(Object.keys(NESTS)).toContain(name);
      expect(dataflow.title.length).toBeGreaterThan(0);
      expect(dataflow.summary.length).toBeGreaterThan(0);
    });

    it('conserves MACs, reads at least the unique data, equals the walk', () => {
      fc.assert(
        fc.property(mappingCases(4_000, [dataflow]), (one) => {
          const { problem, machine, mapping } = one;
          const counts = countAccesses(problem, machine, mapping);
          const totals = problemTotals(problem);
          const { weights, activations, partialSums } = counts.operands;
          expect(counts.macs).toBe(totals.macs);
          expect(weights.macro.reads).toBe(totals.pairs);
          expect(activations.macro.reads).toBe(totals.pairs);
          expect(weights.deliveries).toBeGreaterThanOrEqual(totals.weights * problem.weightDigits);
          expect(activations.deliveries).toBeGreaterThanOrEqual(
            totals.activations * problem.activationDigits,
          );
          expect(partialSums.macro.writes - partialSums.macro.reads).toBe(totals.results);
          expectEqualCounts(one);
        }),
        { numRuns: 60 },
      );
    });

    it('its formulas are what its loops do in one tile on one macro', () => {
      fc.assert(
        fc.property(mappingCases(4_000, [dataflow]), ({ problem, machine, mapping }) => {
          const whole: LayerMapping = {
            ...mapping,
            tile: {
              outputs: problem.outputs,
              rows: problem.rows.outputs,
              columns: problem.columns.outputs,
              channels: problem.channels,
            },
            split: { outputs: 1, pixels: 1 },
          };
          const totals = problemTotals(problem);
          const digits = { weights: problem.weightDigits, activations: problem.activationDigits };
          const pixels = problem.rows.outputs * problem.columns.outputs;
          const chunks = Math.ceil((problem.channels * totals.kernel) / machine.macro.entries);
          const { operands } = interpretMapping(problem, machine, whole).counts;
          expect(operands.weights.deliveries).toBe(
            problem.batch * totals.weights * dataflow.weightLoads(pixels, mapping.macro, digits),
          );
          expect(operands.activations.deliveries).toBe(
            totals.touched * dataflow.activationLoads(problem.outputs, mapping.macro, digits),
          );
          // All but an output's first hand-out come back: one delivery each way.
          expect(operands.partialSums.deliveries).toBe(
            totals.results * (2 * dataflow.sumsPerResult(chunks, mapping.macro, digits) - 1),
          );
        }),
        { numRuns: 60 },
      );
    });

    it('its loops, walked as they are listed, are the steps of its nest', () => {
      const sizes = { outputs: 5, pixels: 5, chunks: 5, weightDigits: 2, activationDigits: 3 };
      const tile = { dataflow: name, outputs: 2, pixels: 3, chunks: 4 };
      const walked: (readonly number[])[] = [];
      NESTS[name](sizes, tile, {
        loadWeights: () => undefined,
        loadActivations: () => undefined,
        step: (step) =>
          walked.push([step.output, step.pixel, step.chunk, step.weightDigit, step.activationDigit]),
      });
      expect(walkLoops(dataflow.loops, sizes, tile)).toEqual(walked);
    });

    it('refuses tiles that its rules leave no room for', () => {
      const fits: TileInMacro = { outputs: 1, pixels: 1, chunks: 1 };
      expect(hasRoom(dataflow, fits, EXAMPLE_MACHINE.macro)).toBe(true);
      for (const rule of dataflow.rules) {
        const field = rule.fields[0];
        expect(hasRoom(dataflow, { ...fits, [field]: 17 }, EXAMPLE_MACHINE.macro)).toBe(false);
      }
    });
  },
);

describe('loads of 3x3x128 -> 32 on 4x4 pixels from memory, one tile, zhu2020', () => {
  // M = 32, K = 1,152 = 9 chunks, P = 16, touched = 1,152 x 16 = 18,432; weights = 36,864
  it.each([
    // activations x 32 / 16 = 2; every one of 9 steps spills: 512 x 8 come back
    ['weight-stationary', { outputs: 16, pixels: 1, chunks: 1 }, 36_864, 36_864, 4_096],
    // weights x 16 / 4 = 4, activations x 32 / 4 = 8
    ['output-stationary', { outputs: 4, pixels: 4, chunks: 1 }, 147_456, 147_456, 0],
    // weights x 16 / 4 = 4
    ['input-stationary', { outputs: 1, pixels: 4, chunks: 1 }, 147_456, 18_432, 4_096],
    // 4 outputs x 4 chunks in 16 rows: activations x 32 / 4 = 8, sums leave ceil(9 / 4) = 3 times
    ['weight-output-stationary', { outputs: 4, pixels: 1, chunks: 4 }, 36_864, 147_456, 1_024],
    // 2 pixels x 2 chunks in 4 rows: weights x 16 / 2 = 8, sums leave ceil(9 / 2) = 5 times
    ['input-output-stationary', { outputs: 1, pixels: 2, chunks: 2 }, 294_912, 18_432, 2_048],
  ] as const)('%s', (dataflow, tile, weights, activations, sums) => {
    const { operands } = countAccesses(EXAMPLE_PROBLEM, BARE_MACHINE, {
      ...EXAMPLE_MAPPING,
      tile: { outputs: 32, rows: 4, columns: 4, channels: 128 },
      macro: { dataflow, ...tile },
    });
    expect(operands.weights.memory.reads).toBe(weights);
    expect(operands.activations.memory.reads).toBe(activations);
    expect(operands.partialSums.memory.reads).toBe(sums);
  });
});

describe('findMappingDataflow', () => {
  it('refuses an unknown name with the known ones', () => {
    expect(() => findMappingDataflow('row-stationary')).toThrow(
      new TallyError([
        {
          code: 'unknown-dataflow',
          path: 'macro.dataflow',
          message: "no dataflow is named 'row-stationary'",
          remedy:
            'use one of weight-stationary, output-stationary, input-stationary, weight-output-stationary, input-output-stationary',
        },
      ]),
    );
  });
});
