import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderIssue } from '../diagnostics/index.ts';
import { arbitraryNetwork, randomNetwork } from '../testing/index.ts';
import type { AffineNode, ConvNode, MaxPoolNode, Network, NetworkNode, ThresholdNode } from './network.ts';
import { inferTypes, verify } from './verify.ts';

const conv: ConvNode = {
  kind: 'conv',
  id: 'conv',
  input: 'input',
  kernel: [2, 2],
  stride: [1, 1],
  padding: [0, 0, 0, 0],
  dilation: [1, 1],
  groups: 1,
  outChannels: 2,
  weights: { format: { system: 'sign-magnitude', bits: 3 }, codes: Int8Array.of(1, -2, 3, 0, -3, -3, 0, 1) },
  bias: Int32Array.of(10, -5),
};
const threshold: ThresholdNode = {
  kind: 'threshold',
  id: 'code',
  input: 'conv',
  bits: 2,
  thresholds: Int32Array.of(0, 5, 9),
  direction: Int8Array.of(1),
};
const pool: MaxPoolNode = {
  kind: 'max-pool',
  id: 'pool',
  input: 'code',
  kernel: [2, 2],
  stride: [1, 1],
  padding: [1, 1, 0, 0],
};
const affine: AffineNode = {
  kind: 'affine',
  id: 'affine',
  input: 'conv',
  multiplier: Int32Array.of(3),
  offset: Float64Array.of(-4),
  shift: 1,
  errorBoundLsb: 0,
};
const flatten = (input: string): NetworkNode => ({ kind: 'flatten', id: 'out', input });

function network(...nodes: NetworkNode[]): Network {
  return { kind: 'network', name: 'hand', input: { shape: [1, 3, 3], bits: 2 }, nodes, output: 'out' };
}

const issues = (net: Network): string[] => verify(net).map(renderIssue);

describe('inferTypes', () => {
  it('proves the bounds, by hand', () => {
    const types = inferTypes(
      network(
        conv,
        affine,
        { kind: 'relu', id: 'relu', input: 'affine' },
        { kind: 'add', id: 'add', inputs: ['affine', 'relu'] },
        { kind: 'global-average-pool', id: 'global', input: 'add' },
        flatten('global'),
      ),
    );
    // Codes 0 .. 3. Channel 0: -2*3 + 10 = 4 .. (1+3)*3 + 10 = 22; channel 1: -6*3 - 5 = -23 .. 1*3 - 5 = -2.
    expect(types.get('conv')).toEqual({ kind: 'integers', shape: [2, 2, 2], min: -23, max: 22 });
    // floor((3 * -23 - 4) / 2) = floor(-36.5) = -37; floor((66 - 4) / 2) = 31.
    expect(types.get('affine')).toEqual({ kind: 'integers', shape: [2, 2, 2], min: -37, max: 31 });
    expect(types.get('relu')).toEqual({ kind: 'integers', shape: [2, 2, 2], min: 0, max: 31 });
    expect(types.get('add')).toEqual({ kind: 'integers', shape: [2, 2, 2], min: -37, max: 62 });
    // Four pixels.
    expect(types.get('global')).toEqual({ kind: 'integers', shape: [2, 1, 1], min: -148, max: 248 });
    expect(types.get('out')).toEqual({ kind: 'integers', shape: [2], min: -148, max: 248 });
  });

  it('pools: codes stay codes under max, padded sums reach zero', () => {
    const sum = { ...pool, kind: 'average-pool', id: 'sum', input: 'pool' } as const;
    const types = inferTypes(network(conv, threshold, pool, sum, flatten('sum')));
    expect(types.get('pool')).toEqual({ kind: 'codes', shape: [2, 2, 2], bits: 2 });
    expect(types.get('sum')).toEqual({ kind: 'integers', shape: [2, 2, 2], min: 0, max: 12 });
  });

  it('throws every issue of verify', () => {
    expect(() => inferTypes(network({ ...conv, groups: 2 }, flatten('conv')))).toThrow(
      /groups-do-not-divide/,
    );
  });
});

describe('verify accepts', () => {
  it('every random network', () => {
    fc.assert(
      fc.property(arbitraryNetwork(), (net) => {
        expect(verify(net)).toEqual([]);
      }),
    );
  });

  it('and among them is every kind of node', () => {
    const kinds = new Set<string>();
    for (let seed = 0; seed < 100; seed++) for (const node of randomNetwork(seed).nodes) kinds.add(node.kind);
    expect(kinds.size).toBe(13);
  });
});

describe('verify refuses', () => {
  const cases: [string, Network, string[]][] = [
    [
      'no nodes',
      network(),
      [
        'nodes: is empty, a network has at least one node [no-nodes] — add the layers',
        "output: names 'out', and no node has that id [unknown-output] — name the node whose value is the result",
      ],
    ],
    [
      'a code outside its format',
      network(
        { ...conv, weights: { ...conv.weights, codes: Int8Array.of(1, -4, 3, 0, 4, 0, 0, 0) } },
        flatten('conv'),
      ),
      [
        'nodes.0(conv).weights.codes[1]: is -4, outside -3 .. 3 of sign-magnitude 3 bits (2 of 8 codes are) [weight-code-out-of-range] — clamp the codes to the format or widen it',
      ],
    ],
    [
      'a weight format that is none',
      network(
        { ...conv, weights: { ...conv.weights, format: { system: 'sign-magnitude', bits: 1 } } },
        flatten('conv'),
      ),
      [
        'nodes.0(conv).weights.format: is sign-magnitude of 1 bits, must be sign-magnitude of 2 to 8 bits or twos-complement of 1 to 8 bits [weight-format-illegal] — choose a legal weight format',
      ],
    ],
    [
      'too few weights',
      network({ ...conv, outChannels: 3 }, flatten('conv')),
      [
        'nodes.0(conv).weights.codes: has 8 elements, must have 12 (outChannels 3 x inChannels/groups 1 x kernel 2 x 2) [length-mismatch] — give exactly 12 elements',
      ],
    ],
    [
      'a bias of another length',
      network({ ...conv, bias: Int32Array.of(1) }, flatten('conv')),
      [
        'nodes.0(conv).bias: has 1 elements, must have 2 (one per output channel) [length-mismatch] — give exactly 2 elements',
      ],
    ],
    [
      'a stride of zero',
      network({ ...conv, stride: [0, 1] }, flatten('conv')),
      [
        'nodes.0(conv).stride[0]: is 0, must be an integer from 1 to 65536 [value-out-of-range] — set it to an integer from 1 to 65536',
      ],
    ],
    [
      'padding as large as the kernel: a window in padding alone',
      network({ ...conv, padding: [0, 0, 2, 0] }, flatten('conv')),
      [
        'nodes.0(conv).padding[2]: is 2 (bottom), must be below the vertical kernel extent 2 [padding-not-below-kernel] — reduce the padding or enlarge the kernel',
      ],
    ],
    [
      'a window that does not fit',
      network({ ...conv, dilation: [1, 3] }, flatten('conv')),
      [
        'nodes.0(conv).kernel: [2, 2] (dilation [1, 3]) does not fit into the padded input of [1, 3, 3] [window-does-not-fit] — use a smaller kernel or dilation, more padding, or a larger input',
      ],
    ],
    [
      'groups that do not divide',
      network({ ...conv, groups: 2 }, flatten('conv')),
      [
        'nodes.0(conv).groups: is 2, must divide the 1 input channels and the 2 output channels [groups-do-not-divide] — choose a common divisor',
      ],
    ],
    [
      'a layer that reads integers',
      network(conv, { ...conv, id: 'conv2', input: 'conv' }, flatten('conv2')),
      [
        'nodes.1(conv2).input: is a tensor of integers (-23 .. 22), must be unsigned codes [input-not-codes] — put a threshold node before this layer',
      ],
    ],
    [
      'an accumulator beyond int32',
      network({ ...conv, bias: Int32Array.of(2 ** 31 - 1, 0) }, flatten('conv')),
      [
        'nodes.0(conv): can reach -18 .. 2147483659, which leaves the 32-bit signed range [integer-overflow] — use narrower codes, fewer inputs, a smaller bias or a larger shift',
      ],
    ],
    [
      'thresholds against their direction',
      network(
        conv,
        { ...threshold, thresholds: Int32Array.of(0, 5, 4) },
        { ...conv, id: 'conv2', input: 'code', weights: { ...conv.weights, codes: new Int8Array(16) } },
        flatten('conv2'),
      ),
      [
        'nodes.1(code).thresholds[2]: is 4 after 5, thresholds of a rising channel must ascend [thresholds-not-monotone] — sort the thresholds of the channel in its direction',
      ],
    ],
    [
      'a falling channel whose thresholds ascend',
      network(
        conv,
        { ...threshold, direction: Int8Array.of(-1) },
        { kind: 'global-average-pool', id: 'sum', input: 'code' },
        flatten('sum'),
      ),
      [
        'nodes.1(code).thresholds[1]: is 5 after 0, thresholds of a falling channel must descend [thresholds-not-monotone] — sort the thresholds of the channel in its direction',
      ],
    ],
    [
      'a wrong number of thresholds',
      network(
        conv,
        { ...threshold, bits: 3 },
        { kind: 'global-average-pool', id: 'sum', input: 'code' },
        flatten('sum'),
      ),
      [
        'nodes.1(code).thresholds: has 3 elements, must have 7 (1 channel rows x 7 thresholds of 3-bit codes) [length-mismatch] — give exactly 7 elements',
      ],
    ],
    [
      'a direction that is none',
      network(
        conv,
        { ...threshold, direction: Int8Array.of(0) },
        { kind: 'global-average-pool', id: 'sum', input: 'code' },
        flatten('sum'),
      ),
      [
        'nodes.1(code).direction[0]: is 0, must be 1 or -1 [threshold-direction-illegal] — set it to 1 (rises) or -1 (falls)',
      ],
    ],
    [
      'rows for another number of channels',
      network(conv, { ...affine, multiplier: Int32Array.of(1, 2, 3) }, flatten('affine')),
      [
        'nodes.1(affine).multiplier: has 3 elements, must have 2 (one per channel) or 1 (shared) [length-mismatch] — give one element per channel, or a single one',
      ],
    ],
    [
      'an affine intermediate that float64 cannot hold',
      network(conv, { ...affine, offset: Float64Array.of(2 ** 53 - 60) }, flatten('affine')),
      // 3 * 22 + 2^53 - 60 = 2^53 + 6.
      [
        'nodes.1(affine).multiplier[0]: is 3: multiplier * x + offset reaches 9007199254740998 for x in -23 .. 22, must stay below 2^53 [affine-intermediate-inexact] — reduce multiplier, offset and shift together',
      ],
    ],
    [
      'an offset that is no integer',
      network(conv, { ...affine, offset: Float64Array.of(0.5) }, flatten('affine')),
      [
        'nodes.1(affine).offset[0]: is 0.5, must be an integer below 2^53 in magnitude [affine-offset-inexact] — round it, or reduce shift and multiplier',
      ],
    ],
    [
      'an addition of codes',
      network(conv, threshold, { kind: 'add', id: 'add', inputs: ['conv', 'code'] }, flatten('add')),
      [
        'nodes.2(add).inputs[1]: is a tensor of 2-bit codes, must be integers [input-not-integers] — put an affine node in between, which gives the codes the scale of the other operand',
      ],
    ],
    [
      'an addition of two shapes',
      network(
        conv,
        { kind: 'global-average-pool', id: 'sum', input: 'conv' },
        { kind: 'add', id: 'add', inputs: ['conv', 'sum'] },
        flatten('add'),
      ),
      [
        'nodes.2(add).inputs: have shapes [2, 2, 2] and [2, 1, 1], must be equal [shape-mismatch] — give the shortcut the stride and the channels of the main path',
      ],
    ],
    [
      'a layer on a vector that reads an image',
      network({
        kind: 'fully-connected',
        id: 'out',
        input: 'input',
        outFeatures: 1,
        weights: { ...conv.weights, codes: new Int8Array(9) },
        bias: null,
      }),
      [
        'nodes.0(out).input: has shape [1, 3, 3], must be [features] [rank-mismatch] — put a flatten node before this one',
      ],
    ],
    [
      'an id used twice, and the reserved one',
      network(conv, { ...conv }, { kind: 'relu', id: 'input', input: 'conv' }, flatten('conv')),
      [
        "nodes.1(conv).id: 'conv' is used by an earlier node [duplicate-id] — give the node a unique name",
        "nodes.2(input).id: 'input' is reserved for the network input [duplicate-id] — give the node a unique name",
      ],
    ],
    [
      'a value that nobody makes, and one made later',
      network({ ...conv, input: 'nowhere' }, { kind: 'relu', id: 'relu', input: 'out' }, flatten('conv')),
      [
        "nodes.0(conv).input: names 'nowhere', and no node has that id [unknown-input] — name an earlier node or 'input'",
        "nodes.1(relu).input: names 'out', which is not made before this node [not-topological] — order the nodes so that each one follows its inputs",
        "nodes.1(relu): does not contribute to the output 'out' [dead-node] — remove the node, or use its value",
      ],
    ],
    [
      'an output of codes',
      network(conv, threshold, flatten('code')),
      [
        "output: 'out' is 2-bit codes of shape [8], must be integers of shape [classes] [output-not-vector] — end with a fully-connected layer, or flatten",
      ],
    ],
    [
      'an input that is no image',
      { ...network(conv, flatten('conv')), input: { shape: [3, 3], bits: 9 } },
      [
        'input.bits: is 9, must be an integer from 1 to 8 [value-out-of-range] — set it to an integer from 1 to 8',
        'input.shape: is [3, 3], must be [channels, height, width] or [features] [rank-mismatch] — give one or three sizes',
      ],
    ],
  ];

  it.each(cases)('%s', (_, net, expected) => {
    expect(issues(net)).toEqual(expected);
  });
});
