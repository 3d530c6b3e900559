import { describe, expect, it } from 'vitest';
import { examine } from './examine.test-support.ts';
import { fuzzCase, makeSeed } from './fuzz-case.test-support.ts';
import { encodeModel, floats, integers, node, valueInfo } from './model.test-support.ts';
import { findOperator } from './registry.ts';

/** A small network with shape arithmetic, a quantizer of weights, two outputs and a tensor that is split off. */
const network = encodeModel({
  name: 'fuzzed',
  input: [valueInfo('x', ['n', 2, 6, 6])],
  output: [valueInfo('y', ['n', 3]), valueInfo('best', ['n', 1], 'int64')],
  initializer: [
    floats('conv.weight', [4, 2, 3, 3], new Array<number>(72).fill(0.1)),
    floats('conv.bias', [4], [0, 1, 2, 3]),
    floats('fc.weight', [3, 144], new Array<number>(432).fill(-0.01)),
    floats('scale', [], [0.5]),
    floats('zero', [], [0]),
    floats('bits', [], [3]),
    integers('first', [0]),
    integers('rest', [-1]),
    integers('pads', [0, 0, 1, 1, 0, 0, 1, 1]),
  ],
  node: [
    node('Pad', ['x', 'pads'], ['padded'], { mode: 'constant' }),
    node('Conv', ['padded', 'conv.weight', 'conv.bias'], ['c'], { kernel_shape: [3, 3], strides: [1, 1] }),
    node('Relu', ['c'], ['r']),
    node('Shape', ['r'], ['s']),
    node('Gather', ['s', 'first'], ['n'], { axis: 0 }),
    node('Concat', ['n', 'rest'], ['target'], { axis: 0 }),
    node('Reshape', ['r', 'target'], ['flat']),
    {
      ...node('Quant', ['fc.weight', 'scale', 'zero', 'bits'], ['q'], {
        signed: 1,
        narrow: 0,
        rounding_mode: 'ROUND',
      }),
      domain: 'qonnx.custom_op.general',
    },
    node('Transpose', ['q'], ['t'], { perm: [1, 0] }),
    node('MatMul', ['flat', 't'], ['y']),
    node('ArgMax', ['y'], ['best'], { axis: 1 }),
  ],
});

describe('mutated files', () => {
  it('are accepted or refused with a place: 2,000 mutations (scripts/fuzz-onnx.ts runs more)', () => {
    const seeds = [makeSeed('embedded', network)];
    const failures: string[] = [];
    const codes = new Map<string, number>();
    for (let index = 0; index < 2000; index++) {
      const { from, bytes } = fuzzCase(seeds, 5, index);
      const outcome = examine(bytes, findOperator, { readExternal: from.readExternal });
      const code = outcome.kind === 'refused' ? outcome.code : outcome.kind;
      codes.set(code, (codes.get(code) ?? 0) + 1);
      if (outcome.kind === 'failure') failures.push(`case ${index}: ${outcome.what}`);
    }
    expect(failures).toEqual([]);
    // The mutations must reach all stages: accepted files, and refusals of the format, the graph, the shapes.
    const reached = [
      'accepted',
      'onnx-not-protobuf',
      'onnx-truncated',
      'onnx-tensor-data',
      'onnx-undefined-value',
    ];
    for (const code of [
      ...reached,
      'onnx-duplicate-value',
      'onnx-unsupported',
      'onnx-invalid',
      'onnx-external-data',
    ])
      expect([...codes.keys()], code).toContain(code);
  });

  it('are the same for the same seed', () => {
    const seeds = [makeSeed('embedded', network)];
    const of = (seed: number, index: number): string => fuzzCase(seeds, seed, index).bytes.join();
    expect(of(1, 7)).toBe(of(1, 7));
    expect(of(1, 7)).not.toBe(of(2, 7));
    expect(examine(network, findOperator)).toEqual({ kind: 'accepted' });
  });
});
