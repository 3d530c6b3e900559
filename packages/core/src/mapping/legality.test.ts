import { describe, expect, it } from 'vitest';
import { renderIssue } from '../diagnostics/index.ts';
import { EXAMPLE_MACHINE, EXAMPLE_MAPPING, EXAMPLE_PROBLEM } from './example.test-support.ts';
import { checkMapping } from './legality.ts';
import type { Machine } from './machine.ts';
import type { LayerMapping, Loop } from './mapping.ts';

const check = (mapping: Partial<LayerMapping>, machine: Partial<Machine> = {}) =>
  checkMapping(EXAMPLE_PROBLEM, { ...EXAMPLE_MACHINE, ...machine }, { ...EXAMPLE_MAPPING, ...mapping }).map(
    renderIssue,
  );

const { tile, macro } = EXAMPLE_MAPPING;

describe('checkMapping', () => {
  it('accepts the example', () => {
    expect(check({})).toEqual([]);
  });

  it.each<[string, readonly Loop[]]>([
    ['a loop twice', ['batch', 'group', 'outputs', 'outputs', 'columns', 'channels']],
    ['a loop missing', ['batch', 'group', 'outputs', 'columns', 'channels']],
    ['a loop too many', ['batch', 'group', 'outputs', 'rows', 'columns', 'channels', 'rows']],
  ])('order with %s', (_what, order) => {
    expect(check({ order })).toEqual([
      `conv.order: is ${order.join(', ')}; it must name each loop once [order-not-a-permutation] — ` +
        'use each of batch, group, outputs, rows, columns, channels once, outermost first',
    ]);
  });

  it('tiles beyond the layer, each with its limit', () => {
    expect(check({ tile: { outputs: 33, rows: 0, columns: 5, channels: 1.5 } })).toEqual([
      'conv.tile.outputs: is 33; the layer has 32 outputs per group [tile-out-of-range] — use a whole number from 1 to 32',
      'conv.tile.rows: is 0; the layer has 4 rows [tile-out-of-range] — use a whole number from 1 to 4',
      'conv.tile.columns: is 5; the layer has 4 columns [tile-out-of-range] — use a whole number from 1 to 4',
      'conv.tile.channels: is 1.5; the layer has 128 channels per group [tile-out-of-range] — use a whole number from 1 to 128',
    ]);
  });

  it('more shares than macros', () => {
    expect(check({ split: { outputs: 2, pixels: 3 } }, { macros: 4 })).toEqual([
      'conv.split: outputs x pixels is 2 x 3 = 6; the system has 4 macros [more-shares-than-macros] — make the product at most 4',
    ]);
    expect(check({ split: { outputs: 5, pixels: 1 } }, { macros: 4 })[0]).toBe(
      'conv.split.outputs: is 5; the system has 4 macros [split-out-of-range] — use a whole number from 1 to 4',
    );
  });

  it('an unknown dataflow', () => {
    expect(check({ macro: { ...macro, dataflow: 'row-stationary' } })).toEqual([
      "conv.macro.dataflow: no dataflow is named 'row-stationary' [unknown-dataflow] — use one of weight-stationary, " +
        'output-stationary, input-stationary, weight-output-stationary, input-output-stationary',
    ]);
  });

  it('macro tiles beyond rows and accumulators', () => {
    expect(check({ macro: { ...macro, outputs: 17, pixels: 5 } })).toEqual([
      "conv.macro.outputs: outputs is 17; dataflow 'output-stationary' keeps them in weight rows, of which the macro has 16 [macro-too-small] — make outputs at most 16",
      "conv.macro.pixels: pixels is 5; dataflow 'output-stationary' keeps them in activation rows, of which the macro has 4 [macro-too-small] — make pixels at most 4",
      "conv.macro.outputs: outputs x pixels is 85; dataflow 'output-stationary' keeps them in accumulators, of which the macro has 16 [macro-too-small] — make outputs x pixels at most 16",
    ]);
    expect(
      check({ macro: { dataflow: 'weight-output-stationary', outputs: 4, pixels: 1, chunks: 5 } }),
    ).toEqual([
      "conv.macro.outputs: outputs x chunks is 20; dataflow 'weight-output-stationary' keeps them in weight rows, of which the macro has 16 [macro-too-small] — make outputs x chunks at most 16",
    ]);
  });

  it('sizes that the dataflow does not tile, and sizes that are none', () => {
    expect(check({ macro: { dataflow: 'weight-stationary', outputs: 16, pixels: 2, chunks: 1 } })).toEqual([
      "conv.macro.pixels: pixels is 2; dataflow 'weight-stationary' keeps one at a time [tile-not-of-this-dataflow] — set it to 1",
    ]);
    expect(check({ macro: { ...macro, chunks: 0 } })).toEqual([
      'conv.macro.chunks: is 0; a tile has a whole number of chunks [macro-tile-out-of-range] — use a whole number of at least 1',
    ]);
  });

  it('a buffer too small, with its parts: 2 x 32 x 128 x 9 x 3 bits', () => {
    expect(
      check({ tile: { ...tile, outputs: 32, channels: 128 } }, { buffers: smaller(0, 200_000) }),
    ).toEqual([
      "conv.tile: needs 221184 bits of buffer 'weight-buffer' (110592 of weights, twice: double-buffered), which has 200000 [buffer-too-small] — use a smaller tile, or a larger buffer",
    ]);
  });

  it('a shared buffer holds the tiles of all its operands', () => {
    // weights 16 x 64 x 9 x 3 = 27,648; activations 64 x 4 x 6 x 2 = 3,072; sums 16 x 2 x 4 x 24 = 3,072 (two channels tiles: spilled)
    const shared: Partial<Machine> = {
      buffers: [
        {
          name: 'shared',
          operands: ['weights', 'activations', 'partialSums'],
          capacityBits: 33_791,
          bitsPerCycle: 64,
          doubleBuffered: false,
        },
      ],
      bufferOf: { weights: 0, activations: 0, partialSums: 0 },
    };
    expect(check({}, shared)).toEqual([
      "conv.tile: needs 33792 bits of buffer 'shared' (27648 of weights + 3072 of activations + 3072 of partialSums), which has 33791 [buffer-too-small] — use a smaller tile, or a larger buffer",
    ]);
  });

  it('results that never leave unfinished need only their own bits: 32 x 16 x 2, twice', () => {
    const whole = { outputs: 32, rows: 4, columns: 4, channels: 128 };
    expect(check({ tile: whole }, { buffers: smaller(2, 2048) })).toEqual([]);
    expect(check({ tile: whole }, { buffers: smaller(2, 2047) })[0]).toContain(
      "needs 2048 bits of buffer 'sum-buffer'",
    );
    expect(check({ tile: { ...whole, channels: 64 } }, { buffers: smaller(2, 2048) })[0]).toContain(
      "needs 24576 bits of buffer 'sum-buffer'",
    );
  });
});

/** The example's buffers with one of another capacity. */
function smaller(index: number, capacityBits: number): Machine['buffers'] {
  return EXAMPLE_MACHINE.buffers.map((buffer, at) => (at === index ? { ...buffer, capacityBits } : buffer));
}
