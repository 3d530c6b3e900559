import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReferenceExecutor, type ConvNode, type Network } from '@tally/core';
import { usefulThreads } from './pool.ts';
import { runParallel, startPool, type WorkerPool } from './index.ts';

const conv: ConvNode = {
  kind: 'conv',
  id: 'conv',
  input: 'input',
  outChannels: 5,
  groups: 1,
  kernel: [3, 3],
  stride: [1, 1],
  dilation: [1, 1],
  padding: [1, 1, 1, 1],
  weights: {
    format: { system: 'sign-magnitude', bits: 3 },
    codes: Int8Array.from({ length: 5 * 2 * 9 }, (_, i) => ((i * 5) % 7) - 3),
  },
  bias: null,
};

const network: Network = {
  kind: 'network',
  name: 'small',
  input: { shape: [2, 6, 5], bits: 2 },
  nodes: [
    conv,
    { kind: 'global-average-pool', id: 'pool', input: 'conv' },
    { kind: 'flatten', id: 'out', input: 'pool' },
  ],
  output: 'out',
};

const count = 301;
const images = Uint8Array.from({ length: count * 60 }, (_, i) => ((i * 2654435761) >>> 7) & 3);
const histogramDigitBits = new Map([['conv', 2]]);

describe('worker pool', () => {
  let pools: readonly WorkerPool[] = [];
  beforeAll(async () => {
    pools = await Promise.all([startPool(network, 1), startPool(network, 3)]);
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.close()));
  });

  it('gives the reference result on any number of threads', async () => {
    const expected = createReferenceExecutor(network).run(images, count, { histogramDigitBits });
    for (const pool of pools) {
      expect(await pool.run(images, count, { histogramDigitBits })).toEqual(expected);
      const plain = await pool.run(images, count);
      expect(plain.outputs).toEqual(expected.outputs);
      expect(plain.histograms.size).toBe(0);
    }
  });

  it('counts the same when images come in several calls, and may be asked in between', async () => {
    const reference = createReferenceExecutor(network);
    const run = await pools[1].start(histogramDigitBits);
    expect((await run.histograms()).size).toBe(0);
    let done = 0;
    for (const size of [1, 90, 210]) {
      const outputs = await run.score(images.subarray(done * 60, (done + size) * 60), size);
      done += size;
      const expected = reference.run(images.subarray(0, done * 60), done, { histogramDigitBits });
      expect(outputs).toEqual(expected.outputs.slice((done - size) * 5));
      expect(await run.histograms()).toEqual(expected.histograms);
    }
  });

  it('reports progress up to the last image', async () => {
    const seen: number[] = [];
    await pools[1].run(images, count, { progress: (done) => seen.push(done) });
    expect(seen.at(-1)).toBe(count);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('rejects with the reason of an abort, and can run again', async () => {
    const controller = new AbortController();
    const progress = (): void => controller.abort(new Error('enough'));
    await expect(pools[1].run(images, count, { signal: controller.signal, progress })).rejects.toThrow(
      'enough',
    );
    expect((await pools[1].run(images.subarray(0, 60), 1)).outputs.length).toBe(5);
  });

  it('passes on what a worker refuses', async () => {
    await expect(pools[0].run(images, count, { histogramDigitBits: new Map([['pool', 2]]) })).rejects.toThrow(
      'histogramDigitBits.pool: names no conv or fully-connected node [unknown-layer] — name a layer of the network',
    );
  });

  it('refuses images that do not fit, before any work', async () => {
    await expect(runParallel(network, images.subarray(1), count)).rejects.toThrow(
      'images: have 18059 elements, must have 18060 (301 images of [2, 6, 5]) [image-shape-mismatch] — ' +
        'give whole images of the network input shape, and their number',
    );
  });

  it('has work for no more threads than there are parts', () => {
    expect(usefulThreads(5)).toBe(5);
    // 128 images at least to a thread that counts: 128 + 128 + 45
    expect(usefulThreads(count, { histogramDigitBits })).toBe(3);
    expect(usefulThreads(0, { histogramDigitBits })).toBe(1);
  });

  it('refuses an illegal network', async () => {
    const illegal: Network = { ...network, output: 'nowhere' };
    await expect(runParallel(illegal, images, count)).rejects.toThrow('[unknown-output]');
  });
});
