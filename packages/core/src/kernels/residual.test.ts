import { describe, expect, it } from 'vitest';
import { createReferenceExecutor } from '../execute/index.ts';
import type { ConvNode, Network, NetworkNode } from '../network/network.ts';
import { inferTypes } from '../network/verify.ts';
import { seededRandom, type Random } from '../testing/index.ts';
import { planSteps } from './plan/fuse.ts';
import { graphOf } from './plan/graph.ts';
import { createKernelExecutor, exactBuilds } from './index.ts';

function conv(
  random: Random,
  id: string,
  input: string,
  from: number,
  to: number,
  kernel: number,
  stride: number,
): ConvNode {
  const pad = (kernel - 1) / 2;
  return {
    kind: 'conv',
    id,
    input,
    outChannels: to,
    groups: 1,
    kernel: [kernel, kernel],
    stride: [stride, stride],
    dilation: [1, 1],
    padding: [pad, pad, pad, pad],
    weights: {
      format: { system: 'sign-magnitude', bits: 3 },
      codes: Int8Array.from({ length: to * from * kernel * kernel }, () => random.integer(-3, 3)),
    },
    bias: null,
  };
}

function affine(random: Random, id: string, input: string, channels: number): NetworkNode {
  return {
    kind: 'affine',
    id,
    input,
    multiplier: Int32Array.from(
      { length: channels },
      () => random.integer(2 ** 27, 2 ** 28) * random.pick([-1, 1]),
    ),
    offset: Float64Array.from({ length: channels }, () => random.integer(-(2 ** 34), 2 ** 34)),
    shift: 22,
    errorBoundLsb: 0,
  };
}

/** Two basic blocks, one with an identity and one with a projected shortcut, as ResNets have them. */
function residualNetwork(seed: number): Network {
  const random = seededRandom(seed);
  const threshold = (id: string, input: string, channels: number, unit: number): NetworkNode => {
    const direction = Int8Array.from({ length: channels }, () => random.pick([-1, 1]));
    const thresholds = Int32Array.from({ length: channels * 3 }, (_, i) => {
      return direction[Math.floor(i / 3)] * ((i % 3) - 1) * unit;
    });
    return { kind: 'threshold', id, input, bits: 2, thresholds, direction };
  };
  return {
    kind: 'network',
    name: 'residual',
    input: { shape: [16, 7, 9], bits: 2 },
    nodes: [
      affine(random, 'shortcut', 'input', 16),
      conv(random, 'conv1', 'input', 16, 16, 3, 1),
      threshold('codes1', 'conv1', 16, 20),
      conv(random, 'conv2', 'codes1', 16, 16, 3, 1),
      affine(random, 'scale2', 'conv2', 16),
      { kind: 'add', id: 'sum2', inputs: ['scale2', 'shortcut'] },
      { kind: 'relu', id: 'relu2', input: 'sum2' },
      threshold('codes2', 'relu2', 16, 1000),
      conv(random, 'conv3', 'codes2', 16, 16, 3, 1),
      threshold('codes3', 'conv3', 16, 20),
      conv(random, 'conv4', 'codes3', 16, 16, 3, 1),
      affine(random, 'scale4', 'conv4', 16),
      { kind: 'add', id: 'sum4', inputs: ['relu2', 'scale4'] },
      { kind: 'relu', id: 'relu4', input: 'sum4' },
      threshold('codes4', 'relu4', 16, 1000),
      conv(random, 'conv5', 'codes4', 16, 20, 3, 2),
      threshold('codes5', 'conv5', 20, 20),
      conv(random, 'conv6', 'codes5', 20, 20, 3, 1),
      affine(random, 'scale6', 'conv6', 20),
      conv(random, 'down', 'codes4', 16, 20, 1, 2),
      affine(random, 'scaleDown', 'down', 20),
      { kind: 'add', id: 'sum6', inputs: ['scale6', 'scaleDown'] },
      { kind: 'relu', id: 'relu6', input: 'sum6' },
      { kind: 'global-average-pool', id: 'pool', input: 'relu6' },
      { kind: 'flatten', id: 'out', input: 'pool' },
    ],
    output: 'out',
  };
}

describe('residual networks', () => {
  it('become one step for each layer, pooling and lone shortcut', () => {
    const network = residualNetwork(1);
    const steps = planSteps(graphOf(network, inferTypes(network), true), true);
    const shown = steps.map(({ source, links }) => {
      const first = source.kind === 'load' ? `load ${source.id}` : source.node.id;
      return [first, ...links.map((link) => (link.kind === 'store' ? `=${link.id}` : link.node.id))].join(
        ' ',
      );
    });
    expect(shown).toEqual([
      'load input shortcut =shortcut',
      'conv1 codes1 =codes1',
      'conv2 scale2 sum2 relu2 =relu2 codes2 =codes2',
      'conv3 codes3 =codes3',
      'conv4 scale4 sum4 relu4 codes4 =codes4',
      'conv5 codes5 =codes5',
      'conv6 scale6 =scale6',
      'down scaleDown sum6 relu6 =relu6',
      'pool =pool',
    ]);
  });

  it.each(exactBuilds())('equal the reference, fused and node by node, build %s', (build) => {
    for (let seed = 1; seed <= 5; seed++) {
      const network = residualNetwork(seed);
      const random = seededRandom(seed);
      const count = 19;
      const images = Uint8Array.from({ length: count * 16 * 7 * 9 }, () => random.integer(0, 3));
      const watch = (executor: ReturnType<typeof createReferenceExecutor>) => {
        const values: Record<string, number[]> = {};
        const observe = (id: string, data: Uint8Array | Int32Array): void => {
          (values[id] ??= []).push(...data);
        };
        return {
          fused: [...executor.run(images, count).outputs],
          watched: [...executor.run(images, count, { observe }).outputs],
          values,
        };
      };
      expect(watch(createKernelExecutor(network, { build }))).toEqual(
        watch(createReferenceExecutor(network)),
      );
    }
  });
});
