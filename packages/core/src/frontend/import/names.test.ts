import { expect, test } from 'vitest';
import type { OnnxNode } from '../onnx/graph.ts';
import { Names } from './names.ts';

function node(operator: string, name: string): OnnxNode {
  return { name, domain: '', operator, inputs: [], outputs: ['y'], attributes: new Map() };
}

test.each([
  // A weight that says its module.
  ['Conv', '/layer1/layer1.0/conv1/Conv', 'layer1.0.conv1.weight', 'layer1.0.conv1'],
  ['Conv', 'Conv_12', 'features.3.weight', 'features.3'],
  ['Conv', '', 'block/conv/kernel:0', 'block.conv'],
  ['Gemm', 'Gemm_3', 'fc.weight_quantized', 'fc'],
  // A weight that says nothing.
  ['Conv', 'Conv_12', '41', 'conv_12'],
  ['Conv', '/conv1/Conv', 'onnx::Conv_193', 'conv1'],
  ['MatMul', 'MatMul_20', null, 'matmul_20'],
  // Nodes without weights.
  ['Relu', '/layer1/layer1.0/relu/Relu', null, 'layer1.0.relu'],
  ['Relu', '/layer1/layer1.0/Relu_1', null, 'layer1.0.relu_1'],
  ['Add', '/layer1/layer1.0/Add', null, 'layer1.0.add'],
  ['Relu', '/Relu', null, 'relu'],
  ['Relu', '#7', null, 'relu'],
  ['Add', 'a,b=c*', null, 'a_b_c'],
  ['Add', '***', null, 'add'],
])('%s named %j with weight %j becomes %s', (operator, name, weight, id) => {
  expect(new Names().of(node(operator, name), weight)).toBe(id);
});

test('ids are unique, and none is the reserved input', () => {
  const names = new Names();
  expect([names.unique('a'), names.unique('a'), names.unique('a'), names.unique('input')]).toEqual([
    'a',
    'a_2',
    'a_3',
    'input_2',
  ]);
  expect(new Set(Array.from({ length: 20 }, () => names.unique('a_2'))).size).toBe(20);
});
