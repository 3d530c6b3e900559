import { createReferenceExecutor, type Network } from '@tally/core';
// The generators are test support, not part of the public index.
import { randomImages, randomNetwork } from '../../../core/src/testing/index.ts';
import { describe, expect, it } from 'vitest';
import { ortIntegerExecutor } from './ort.ts';

/** Every value of every node, images in order. */
type Values = Map<string, number[]>;

function collect(values: Values): (id: string, data: Uint8Array | Int32Array) => void {
  return (id, data) => {
    const seen = values.get(id) ?? [];
    for (const value of data) seen.push(value);
    values.set(id, seen);
  };
}

async function compare(network: Network, count: number, seed: number): Promise<void> {
  const images = randomImages(network, count, seed);
  const ours: Values = new Map();
  const theirs: Values = new Map();
  const reference = createReferenceExecutor(network).run(images, count, { observe: collect(ours) });
  const executor = await ortIntegerExecutor(network);
  const outputs = await executor.run(images, count, { batch: 2, observe: collect(theirs) });
  await executor.release();
  expect(theirs, network.name).toEqual(ours);
  expect(outputs).toEqual(reference.outputs);
}

describe('ONNX Runtime integer arithmetic', () => {
  it('gives every value of random networks as the reference executor does', async () => {
    for (let seed = 0; seed < 150; seed++) await compare(randomNetwork(seed), 3, seed);
  });

  it('does not saturate at the extremes: 255 x -128 over 3 x 3 x 8', async () => {
    const codes = Int8Array.from({ length: 2 * 72 }, (_, i) => (i < 72 ? -128 : 127));
    const network: Network = {
      kind: 'network',
      name: 'extremes',
      input: { shape: [8, 3, 3], bits: 8 },
      nodes: [
        {
          kind: 'conv',
          id: 'conv',
          input: 'input',
          kernel: [3, 3],
          stride: [1, 1],
          padding: [0, 0, 0, 0],
          dilation: [1, 1],
          groups: 1,
          outChannels: 2,
          weights: { format: { system: 'twos-complement', bits: 8 }, codes },
          bias: null,
        },
        { kind: 'flatten', id: 'flatten', input: 'conv' },
      ],
      output: 'flatten',
    };
    const executor = await ortIntegerExecutor(network);
    const outputs = await executor.run(new Uint8Array(72).fill(255), 1);
    // 72 products: 72 * 255 * -128 = -2350080 and 72 * 255 * 127 = 2331720.
    expect([...outputs]).toEqual([-2350080, 2331720]);
    await executor.release();
  });
});
