import { describe, expect, it } from 'vitest';
import { createReferenceExecutor } from '../../execute/reference.ts';
import { renderIssue } from '../../diagnostics/index.ts';
import { decodeNetwork, encodeNetwork } from '../file/format.ts';
import { encodeSemantics } from '../file/semantics.ts';
import type {
  AffineNode,
  ConcatNode,
  Network,
  NetworkNode,
  PadNode,
  SliceNode,
  UpsampleNode,
} from '../network.ts';
import { inferTypes, verify } from '../verify.ts';

const pad: PadNode = {
  kind: 'pad',
  id: 'pad',
  input: 'input',
  before: [0, 1, 0],
  after: [0, 0, 1],
  values: Int32Array.of(2, 1),
};
const slice: SliceNode = {
  kind: 'slice',
  id: 'slice',
  input: 'pad',
  start: [1, 1, 0],
  size: [1, 2, 2],
  step: [1, 1, 2],
};
const concat: ConcatNode = { kind: 'concat', id: 'concat', inputs: ['slice', 'slice'] };
const upsample: UpsampleNode = { kind: 'upsample', id: 'up', input: 'slice', factors: [1, 3] };
const widened: AffineNode = {
  kind: 'affine',
  id: 'wide',
  input: 'input',
  multiplier: Int32Array.of(-3),
  offset: Float64Array.of(1),
  shift: 0,
  errorBoundLsb: 0,
};

/** Codes of 2 bits, two channels of 2 x 2; ends in a sum of codes and a flatten. */
function network(...nodes: NetworkNode[]): Network {
  const last = nodes.at(-1)?.id ?? 'input';
  return {
    kind: 'network',
    name: 'moves',
    input: { shape: [2, 2, 2], bits: 2 },
    nodes: [
      ...nodes,
      { kind: 'average-pool', id: 'sum', input: last, kernel: [1, 1], stride: [1, 1], padding: [0, 0, 0, 0] },
      { kind: 'flatten', id: 'out', input: 'sum' },
    ],
    output: 'out',
  };
}

const issues = (net: Network): string[] => verify(net).map(renderIssue);

describe('pad, slice, concat, upsample', () => {
  it('types, by hand', () => {
    const types = inferTypes(network(pad, slice, concat));
    expect(types.get('pad')).toEqual({ kind: 'codes', shape: [2, 3, 3], bits: 2 });
    expect(types.get('slice')).toEqual({ kind: 'codes', shape: [1, 2, 2], bits: 2 });
    expect(types.get('concat')).toEqual({ kind: 'codes', shape: [2, 2, 2], bits: 2 });
    expect(inferTypes(network(pad, slice, upsample)).get('up')).toEqual({
      kind: 'codes',
      shape: [1, 2, 6],
      bits: 2,
    });
    // -3 x + 1 for x in 0 .. 3: -8 .. 1; a pad of 7 widens it.
    const padded: PadNode = { ...pad, input: 'wide', before: [1, 0, 0], values: Int32Array.of(7) };
    const other: NetworkNode = { ...widened, id: 'other', offset: Float64Array.of(-4) };
    const join: ConcatNode = { ...concat, inputs: ['wide', 'other'] };
    const joined = inferTypes(network(widened, other, join));
    expect(joined.get('concat')).toEqual({ kind: 'integers', shape: [4, 2, 2], min: -13, max: 1 });
    expect(inferTypes(network(widened, padded)).get('pad')).toEqual({
      kind: 'integers',
      shape: [3, 2, 3],
      min: -8,
      max: 7,
    });
  });

  it('values, by hand', () => {
    // Channel 0 [1 2 / 3 0], channel 1 [0 1 / 2 3]; a row of 2s (1s) above and a column of them at the right.
    const seen: Record<string, number[]> = {};
    createReferenceExecutor(network(pad, slice, concat)).run(Uint8Array.of(1, 2, 3, 0, 0, 1, 2, 3), 1, {
      observe: (id, data) => (seen[id] = [...data]),
    });
    expect(seen.pad).toEqual([2, 2, 2, 1, 2, 2, 3, 0, 2, 1, 1, 1, 0, 1, 1, 2, 3, 1]);
    // Channel 1, rows 1 and 2, columns 0 and 2.
    expect(seen.slice).toEqual([0, 1, 2, 1]);
    expect(seen.concat).toEqual([0, 1, 2, 1, 0, 1, 2, 1]);
  });

  it('an upsampling repeats rows and columns', () => {
    const seen: number[] = [];
    const twice: UpsampleNode = { ...upsample, input: 'input', factors: [2, 3] };
    createReferenceExecutor(network(twice)).run(Uint8Array.of(1, 2, 3, 0, 0, 1, 2, 3), 1, {
      observe: (id, data) => id === 'up' && seen.push(...data),
    });
    const [first, second] = [seen.slice(0, 24), seen.slice(24)];
    expect(first).toEqual([
      ...[1, 1, 1, 2, 2, 2],
      ...[1, 1, 1, 2, 2, 2],
      ...[3, 3, 3, 0, 0, 0],
      ...[3, 3, 3, 0, 0, 0],
    ]);
    expect(second).toEqual([
      ...[0, 0, 0, 1, 1, 1],
      ...[0, 0, 0, 1, 1, 1],
      ...[2, 2, 2, 3, 3, 3],
      ...[2, 2, 2, 3, 3, 3],
    ]);
  });

  it('a pad may add channels, of one value', () => {
    const wide: PadNode = { ...pad, before: [1, 0, 0], after: [0, 0, 0], values: Int32Array.of(3) };
    const seen: number[] = [];
    createReferenceExecutor(network(wide)).run(Uint8Array.of(1, 2, 3, 0, 0, 1, 2, 3), 1, {
      observe: (id, data) => id === 'pad' && seen.push(...data),
    });
    expect(seen).toEqual([3, 3, 3, 3, 1, 2, 3, 0, 0, 1, 2, 3]);
  });

  it('are in files of version 2, laid out as documented; other networks stay in version 1', () => {
    const net = network(pad, slice, concat);
    const bytes = encodeNetwork(net);
    expect(bytes[8]).toBe(2);
    expect(encodeNetwork(network(widened))[8]).toBe(1);
    expect(decodeNetwork(bytes, 'x').network).toEqual(net);
    const hex = Buffer.from(encodeSemantics(net)).toString('hex');
    // Kind 11 reads value 0: before 0 1 0, after 0 0 1, two values 2 and 1 (svarint 4 and 2).
    expect(hex).toContain('0b00' + '000100' + '000001' + '020402');
    // Kind 12 reads value 1: start 1 1 0, size 1 2 2, step 1 1 2. Kind 13: two operands, both value 2.
    expect(hex).toContain('0c01' + '010100' + '010202' + '010102' + '0d02' + '0202');
    const older = bytes.slice();
    older[8] = 3;
    expect(() => decodeNetwork(older, 'x')).toThrow('network-file-checksum');
  });

  it('upsample is in files of version 3', () => {
    const net = network(pad, slice, upsample);
    const bytes = encodeNetwork(net);
    expect(bytes[8]).toBe(3);
    expect(decodeNetwork(bytes, 'x').network).toEqual(net);
    // Kind 14 reads value 2: factors 1 and 3.
    expect(Buffer.from(encodeSemantics(net)).toString('hex')).toContain('0e02' + '0103');
  });

  const cases: [string, Network, string][] = [
    [
      'a pad value that is no code',
      network({ ...pad, values: Int32Array.of(4) }),
      'nodes.0(pad).values[0]: is 4, must be an integer from 0 to 3 [value-out-of-range] — set it to an integer from 0 to 3',
    ],
    [
      'pad values for another number of channels',
      network({ ...pad, values: Int32Array.of(1, 2, 3) }),
      'nodes.0(pad).values: has 3 elements, must have 2 (one per channel) or 1 (shared) [length-mismatch] — give one value per channel, or a single one',
    ],
    [
      'pad values per channel where channels are added',
      network({ ...pad, before: [1, 0, 0] }),
      'nodes.0(pad).values: has 2 elements, must have 1 where channels are added [length-mismatch] — give a single value',
    ],
    [
      'a negative pad',
      network({ ...pad, after: [0, -1, 0] }),
      'nodes.0(pad).after[1]: is -1, must be an integer from 0 to 65536 [value-out-of-range] — set it to an integer from 0 to 65536',
    ],
    [
      'a slice beyond its input',
      network({ ...slice, input: 'input' }),
      'nodes.0(slice).size[1]: is 2: element 2 is taken of an axis of 2 (input [2, 2, 2]) [slice-out-of-range] — reduce size, start or step',
    ],
    [
      'a slice of nothing',
      network({ ...slice, input: 'input', size: [0, 1, 1] }),
      'nodes.0(slice).size[0]: is 0, must be an integer from 1 to 16777216 [value-out-of-range] — set it to an integer from 1 to 16777216',
    ],
    [
      'an upsampling by nothing',
      network({ ...upsample, input: 'input', factors: [1, 0] }),
      'nodes.0(up).factors[1]: is 0, must be an integer from 1 to 65536 [value-out-of-range] — set it to an integer from 1 to 65536',
    ],
    [
      'an upsampling beyond measure',
      network({ ...upsample, input: 'input', factors: [32769, 1] }),
      'nodes.0(up).factors[0]: is 32769: makes a size of 65538 (input [2, 2, 2]), at most 65536 are allowed [upsample-too-large] — reduce the factor',
    ],
    [
      'codes and integers joined',
      network(widened, { ...concat, inputs: ['input', 'wide'] }),
      'nodes.1(concat).inputs[1]: is a tensor of integers, the first one of 2-bit codes [concat-kinds-differ] — give all operands codes of one width, or all integers of one scale',
    ],
    [
      'images of two sizes joined',
      network(pad, { ...concat, inputs: ['input', 'pad'] }),
      'nodes.1(concat).inputs[1]: has shape [2, 3, 3], the first one [2, 2, 2]: they may differ in the first size only [shape-mismatch] — give all operands one height and width',
    ],
    [
      'nothing joined',
      network({ ...concat, inputs: [] }),
      'nodes.0(concat).inputs: is empty, must name at least one value [no-inputs] — name the values to join',
    ],
  ];

  it.each(cases)('%s is refused', (_, net, text) => {
    expect(issues(net)).toContain(text);
  });
});
