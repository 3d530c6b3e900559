import { fail } from '../diagnostics/index.ts';
import type { ModelConvNode, ModelFullyConnectedNode } from '../model/model.ts';
import type { ConvNode, FullyConnectedNode } from '../network/network.ts';
import { isCodeFormat } from '../network/codes.ts';
import { elementCount } from '../network/integers.ts';
import type { TensorType } from '../network/tensor-type.ts';
import { plainMap, type ChannelMap } from './normalization.ts';
import type { ParameterReader } from './parameters.ts';
import { exactly, multiply, subtract, ZERO } from './rational.ts';
import type { CodesValue } from './values.ts';
import { weightCodes } from './weights.ts';

/**
 * A layer on the macro, and what its accumulators mean: scale step_w * step_a exactly, and apart from them a
 * bias: the layer's own, less what the input's zero point z adds, since sum w (u - z) = sum w u - z sum w.
 */
export interface LoweredMac {
  readonly node: ConvNode | FullyConnectedNode;
  readonly maps: readonly ChannelMap[];
}

function rowSum(codes: Int8Array, row: number, length: number): number {
  return codes.subarray(row * length, (row + 1) * length).reduce((sum, code) => sum + code, 0);
}

/**
 * Weights to codes, steps to the accumulator's scale.
 *
 * @throws TallyError when the layer has no weight quantizer, an illegal format, or parameters that do not fit.
 */
export function lowerMacNode(
  node: ModelConvNode | ModelFullyConnectedNode,
  input: CodesValue,
  type: TensorType,
  parameters: ParameterReader,
  path: string,
): LoweredMac {
  const quantizer = node.weightQuantizer;
  if (quantizer === null) {
    fail(
      'weights-not-quantized',
      `${path}.weightQuantizer`,
      'is null, the macro holds low-bit weights only',
      'fine-tune the model with weight quantizers first',
    );
  }
  if (quantizer.format.system === 'unsigned' || !isCodeFormat(quantizer.format)) {
    fail(
      'weight-format-illegal',
      `${path}.weightQuantizer.format`,
      `is ${quantizer.format.system} of ${quantizer.format.bits} bits, must be sign-magnitude of 2 to 8 bits or twos-complement of 1 to 8 bits`,
      'choose a legal weight format',
    );
  }
  const [outputs = 0] = parameters.shape(node.weight, `${path}.weight`);
  const [channels = 0] = type.shape;
  const shape =
    node.kind === 'conv'
      ? [outputs, channels / node.groups, ...node.kernel]
      : [outputs, elementCount(type.shape)];
  const weights = parameters.read(node.weight, `${path}.weight`, [shape]);
  const steps = parameters.readPositive(quantizer.step, `${path}.weightQuantizer.step`, [[], [1], [outputs]]);
  const codes = weightCodes(weights, steps, outputs, quantizer.format);
  const bias = node.bias === null ? null : parameters.read(node.bias, `${path}.bias`, [[outputs]]);
  const rows = steps.length > 1 || bias !== null || input.zeroPoint !== 0 ? outputs : 1;
  const maps = Array.from({ length: rows }, (_, row) => {
    const scale = multiply(exactly(steps[steps.length === 1 ? 0 : row]), input.step);
    const own = bias === null ? ZERO : exactly(bias[row]);
    if (input.zeroPoint === 0) return plainMap(scale, own);
    const sum = rowSum(codes, row, codes.length / outputs);
    return plainMap(scale, subtract(own, multiply(scale, exactly(input.zeroPoint * sum))));
  });
  const common = { id: node.id, input: input.id, weights: { format: quantizer.format, codes }, bias: null };
  if (node.kind === 'fully-connected')
    return { node: { kind: node.kind, ...common, outFeatures: outputs }, maps };
  const { kernel, stride, padding, dilation, groups } = node;
  return {
    node: { kind: node.kind, ...common, kernel, stride, padding, dilation, groups, outChannels: outputs },
    maps,
  };
}
