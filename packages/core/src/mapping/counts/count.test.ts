import { describe, expect, it } from 'vitest';
import { BARE_MACHINE, EXAMPLE_MACHINE, EXAMPLE_MAPPING, EXAMPLE_PROBLEM } from '../example.test-support.ts';
import { LOOPS, type Loop } from '../mapping.ts';
import { countAccesses } from './count.ts';

describe('3x3x128 -> 32 on 4x4 pixels, tiles of 16 outputs, 2 rows, 4 columns, 64 channels, output stationary', () => {
  // 2 outputs tiles x 2 rows tiles x 1 x 2 channels tiles. Tiles: K = 64 x 9 = 576 = 5 chunks, the last of 64 entries.
  // touched = 128 x 9 taps x 16 pixels = 18,432 (no padding)
  const { operands, ...rest } = countAccesses(EXAMPLE_PROBLEM, EXAMPLE_MACHINE, EXAMPLE_MAPPING);

  it('weights: read from memory again for each rows tile, from the buffer once per 4 pixels', () => {
    // channels inside rows: 32 x 1,152 = 36,864, twice; a tile's 8 pixels are 2 tiles of 4: 2 x 2 x 36,864
    expect(operands.weights.memory).toEqual({ reads: 73_728, writes: 0, readBits: 221_184, writeBits: 0 });
    expect(operands.weights.buffer).toMatchObject({ reads: 147_456, writes: 73_728 });
    expect(operands.weights.deliveries).toBe(147_456);
  });

  it('activations: channels change innermost, so nothing of a tile stays', () => {
    // rows tiles read 4 of 6 rows each, 6 columns: (4 + 4) x 6 x 128 = 6,144, for each of 2 outputs tiles
    expect(operands.activations.memory.reads).toBe(12_288);
    // 16 outputs are 4 tiles of 4: 2 x 4 x 18,432
    expect(operands.activations.buffer).toMatchObject({ reads: 147_456, readBits: 294_912 });
  });

  it('sums: one spill per result between the two channels tiles, which follow each other', () => {
    expect(operands.partialSums.memory).toEqual({ reads: 0, writes: 512, readBits: 0, writeBits: 1_024 });
    // 512 spilled with 24 bits and 512 results with 2; 512 restored and 512 results on their way to memory
    expect(operands.partialSums.buffer).toEqual({
      reads: 1_024,
      writes: 1_024,
      readBits: 13_312,
      writeBits: 13_312,
    });
    expect(operands.partialSums.deliveries).toBe(3 * 512);
  });

  it('time: 512 results x 10 chunks, a window per channels tile', () => {
    // 9 + 5,120 x 10 + 1,024 x 2
    expect(rest).toMatchObject({ steps: 5_120, windows: 1_024, busiestSteps: 5_120, computeCycles: 53_257 });
    expect(rest.macs).toBe(32 * 1152 * 16);
  });

  it('tiers are the sums of their operands', () => {
    expect(rest.memory).toEqual({ readBits: 221_184 + 24_576, writeBits: 1_024 });
    expect(rest.buffers[2]).toEqual({ readBits: 13_312, writeBits: 13_312 });
  });
});

describe('order of the tiles', () => {
  const memory = (order: readonly Loop[]) => {
    const { operands } = countAccesses(EXAMPLE_PROBLEM, EXAMPLE_MACHINE, { ...EXAMPLE_MAPPING, order });
    return {
      weights: operands.weights.memory.reads,
      activations: operands.activations.memory.reads,
      sums: operands.partialSums.memory.reads,
    };
  };

  it('rows innermost: weights once, the halo of two rows stays, sums go through memory', () => {
    // activations per channels tile: 64 x 6 rows x 6 columns when rows advance 0 -> 1, again for each outputs tile; when outputs advance,
    // rows go back from 1 to 0 and 2 of the 4 rows stay
    expect(memory(['batch', 'group', 'channels', 'outputs', 'columns', 'rows'])).toEqual({
      weights: 36_864,
      activations: 2 * (64 * 6 * 6 + 64 * 2 * 6 + 64 * 2 * 6),
      sums: 512,
    });
  });

  it('outputs innermost: activations once but for the halo, weights again for each rows tile', () => {
    expect(memory(['batch', 'group', 'rows', 'columns', 'channels', 'outputs'])).toEqual({
      weights: 73_728,
      activations: 6_144,
      sums: 512,
    });
  });

  it('loops of one iteration change nothing wherever they stand', () => {
    const inner = LOOPS.filter((loop) => loop !== 'columns' && loop !== 'batch' && loop !== 'group');
    expect(memory([...inner, 'group', 'columns', 'batch'])).toEqual(memory([...LOOPS]));
  });
});

describe('without buffers', () => {
  it('every macro load reads memory in digits, sums spill to memory', () => {
    const { operands, buffers } = countAccesses(EXAMPLE_PROBLEM, BARE_MACHINE, EXAMPLE_MAPPING);
    expect(buffers).toEqual([]);
    expect(operands.weights.buffer).toBeNull();
    expect(operands.weights.memory.reads).toBe(147_456);
    expect(operands.activations.memory.reads).toBe(147_456);
    expect(operands.partialSums.memory).toMatchObject({ reads: 512, writes: 1_024 });
  });
});

describe('four macros', () => {
  const mapping = { ...EXAMPLE_MAPPING, split: { outputs: 2, pixels: 2 } };
  const weights = (multicast: boolean) =>
    countAccesses(EXAMPLE_PROBLEM, { ...EXAMPLE_MACHINE, macros: 4, multicast }, mapping).operands.weights;

  it('each takes 8 outputs x 4 pixels of a tile: a quarter of the steps', () => {
    const counts = countAccesses(EXAMPLE_PROBLEM, { ...EXAMPLE_MACHINE, macros: 4 }, mapping);
    expect(counts).toMatchObject({ steps: 5_120, busiestSteps: 1_280 });
  });

  it('with multicast the two macros of a share of outputs get a weight row by one read', () => {
    expect(weights(false)).toMatchObject({ deliveries: 147_456, buffer: { reads: 147_456 } });
    expect(weights(true)).toMatchObject({ deliveries: 147_456, buffer: { reads: 73_728 } });
  });
});
