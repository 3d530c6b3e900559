import { describe, expect, it } from 'vitest';
import { AttributeProto_AttributeType as Kind } from '../../onnx/onnx_pb.gen.ts';
import { checkSupported } from './check-supported.ts';
import { decodeOnnx } from './decode.ts';
import { encodeModel, floats, node, valueInfo } from './model.test-support.ts';
import type { OnnxOperator } from './operator.ts';

/** A registry of a few operators, so that the texts do not change with the real one. */
function find(domain: string, name: string, opset: number): OnnxOperator | undefined {
  const versions: Readonly<Record<string, readonly [number, number]>> = {
    Relu: [7, 25],
    Clip: [11, 12],
    Identity: [7, 25],
    BatchNormalization: [7, 25],
  };
  const range = domain === '' ? versions[name] : undefined;
  if (range === undefined || opset < range[0] || opset > range[1]) return undefined;
  const attributes = name === 'BatchNormalization' ? ['epsilon', 'training_mode'] : [];
  return { name, domain, opsets: range, placement: 'folded', attributes, limits: '', evaluate: () => [] };
}

describe('checkSupported', () => {
  it('lists every operator, attribute and mode that cannot run, with the reason', () => {
    const attribute = [{ name: 'value', type: Kind.GRAPH, g: {} }];
    const model = decodeOnnx(
      encodeModel(
        {
          input: [valueInfo('x', [1, 2])],
          output: [valueInfo('y', [1, 2])],
          initializer: [floats('w', [2], [1, 1])],
          node: [
            node('Hardmax', ['x'], ['a']),
            node('Relu', ['a'], ['b'], { slope: 3 }),
            { ...node('Identity', ['b'], ['c']), attribute },
            node('Clip', ['c'], ['d']),
            node('BatchNormalization', ['d', 'w', 'w', 'w', 'w'], ['e'], { training_mode: 1, slope: 1 }),
            node('BatchNormalization', ['e', 'w', 'w', 'w', 'w'], ['f', 'mean']),
            { ...node('Attention', ['f'], ['g']), domain: 'com.microsoft' },
            { ...node('Quant', ['g'], ['h']), domain: 'onnx.brevitas' },
            node('Relu', ['h'], ['y']),
          ],
        },
        {
          opsetImport: [
            { domain: '', version: 17n },
            { domain: 'com.microsoft', version: 1n },
          ],
        },
      ),
    );
    const issues = checkSupported(model, find);
    expect(issues.map(({ code, path, message }) => `${code} @ ${path}: ${message}`)).toEqual([
      "onnx-unsupported @ graph.nodes[0] 'Hardmax_a' (Hardmax): operator 'Hardmax' of ONNX is not supported",
      "onnx-unsupported @ graph.nodes[1] 'Relu_b' (Relu).attributes 'slope': attribute 'slope' is not understood (Relu has none here)",
      "onnx-unsupported @ graph.nodes[2] 'Identity_c' (Identity).attributes 'value': attribute 'value' holds a subgraph, which is not read",
      "onnx-unsupported @ graph.nodes[3] 'Clip_d' (Clip): operator 'Clip' is supported in versions 11, 12 of ONNX, not in 17",
      "onnx-unsupported @ graph.nodes[4] 'BatchNormalization_e' (BatchNormalization).attributes 'slope': attribute 'slope' is not understood (BatchNormalization has epsilon, training_mode)",
      "onnx-training-mode @ graph.nodes[4] 'BatchNormalization_e' (BatchNormalization): the node is in training mode: training_mode is 1",
      "onnx-training-mode @ graph.nodes[5] 'BatchNormalization_f,mean' (BatchNormalization): the node is in training mode: it puts out running statistics (1 more outputs)",
      "onnx-unsupported @ graph.nodes[6] 'Attention_g' (Attention): operator 'Attention' of the domain 'com.microsoft', which is neither ONNX's nor QONNX's",
      "onnx-unsupported @ graph.nodes[7] 'Quant_h' (Quant): operator 'Quant' of 'onnx.brevitas' is not supported",
    ]);
    expect(issues.every(({ remedy }) => remedy !== '')).toBe(true);
  });
});
