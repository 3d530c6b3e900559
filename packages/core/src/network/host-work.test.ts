import { describe, expect, it } from 'vitest';
import { createReferenceExecutor } from '../execute/reference.ts';
import { randomImages, randomNetwork } from '../testing/index.ts';
import { addOperations, hostWork, NO_HOST_OPERATIONS } from './host-work.ts';
import type { Network, Weights } from './network.ts';

const weights = (count: number): Weights => ({
  format: { system: 'sign-magnitude', bits: 2 },
  codes: new Int8Array(count).fill(1),
});

describe('hostWork', () => {
  it('counts each kind, by hand', () => {
    const network: Network = {
      kind: 'network',
      name: 'hand',
      input: { shape: [1, 4, 4], bits: 2 },
      nodes: [
        {
          kind: 'pad',
          id: 'pad',
          input: 'input',
          before: [0, 1, 1],
          after: [0, 1, 1],
          values: Int32Array.of(1),
        },
        {
          kind: 'conv',
          id: 'conv',
          input: 'pad',
          kernel: [3, 3],
          stride: [1, 1],
          padding: [0, 0, 0, 0],
          dilation: [1, 1],
          groups: 1,
          outChannels: 2,
          weights: weights(18),
          bias: Int32Array.of(1, 2),
        },
        {
          kind: 'affine',
          id: 'affine',
          input: 'conv',
          multiplier: Int32Array.of(3),
          offset: Float64Array.of(0),
          shift: 1,
          errorBoundLsb: 0,
        },
        { kind: 'relu', id: 'relu', input: 'affine' },
        { kind: 'add', id: 'add', inputs: ['relu', 'affine'] },
        {
          kind: 'threshold',
          id: 'codes',
          input: 'add',
          bits: 2,
          thresholds: Int32Array.of(1, 5, 9),
          direction: Int8Array.of(1),
        },
        { kind: 'slice', id: 'slice', input: 'codes', start: [0, 0, 0], size: [2, 2, 2], step: [1, 2, 2] },
        { kind: 'concat', id: 'concat', inputs: ['slice', 'slice'] },
        {
          kind: 'max-pool',
          id: 'max',
          input: 'concat',
          kernel: [2, 2],
          stride: [1, 1],
          padding: [1, 1, 0, 0],
        },
        { kind: 'global-average-pool', id: 'sum', input: 'max' },
        { kind: 'flatten', id: 'flat', input: 'sum' },
      ],
      output: 'flat',
    };
    const of = (id: string): object => hostWork(network).find((node) => node.id === id) ?? {};
    // 6 x 6 padded pixels; 2 x 4 x 4 accumulators, each with a bias.
    expect(of('pad')).toEqual({ ...NO_HOST_OPERATIONS, id: 'pad', kind: 'pad', moves: 36 });
    expect(of('conv')).toMatchObject({ additions: 32, multiplications: 0 });
    expect(of('affine')).toMatchObject({ additions: 32, multiplications: 32 });
    expect(of('relu')).toMatchObject({ comparisons: 32 });
    expect(of('add')).toMatchObject({ additions: 32 });
    expect(of('codes')).toMatchObject({ comparisons: 96 });
    expect(of('slice')).toMatchObject({ moves: 8 });
    expect(of('concat')).toMatchObject({ moves: 16 });
    // 4 x 2 x 2 windows of four elements: three maxima each. Then four sums of four: three additions each.
    expect(of('max')).toMatchObject({ poolings: 48 });
    expect(of('sum')).toMatchObject({ poolings: 12 });
    expect(of('flat')).toEqual({});
    expect(addOperations(hostWork(network))).toEqual({
      comparisons: 128,
      additions: 96,
      multiplications: 32,
      poolings: 60,
      moves: 60,
    });
  });

  it('of random networks: every node but flattens and bare layers, one operation an element or more', () => {
    for (let seed = 0; seed < 40; seed++) {
      const network = randomNetwork(seed);
      const work = new Map(hostWork(network).map((node) => [node.id, node]));
      createReferenceExecutor(network).run(randomImages(network, 1, seed), 1, {
        observe: (id, data) => {
          const node = network.nodes.find((candidate) => candidate.id === id)!;
          const found = work.get(id);
          const isBare = 'bias' in node && node.bias === null;
          expect(found === undefined, `${id} of seed ${seed}`).toBe(node.kind === 'flatten' || isBare);
          if (found === undefined || node.kind.endsWith('pool')) return;
          const { comparisons, additions, multiplications, moves } = found;
          const per = node.kind === 'threshold' ? 2 ** node.bits - 1 : node.kind === 'affine' ? 2 : 1;
          expect(comparisons + additions + multiplications + moves).toBe(per * data.length);
        },
      });
    }
  });
});
