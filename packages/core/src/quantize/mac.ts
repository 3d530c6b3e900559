import { fail } from '../diagnostics/index.ts';
import type { ModelConvNode, ModelFullyConnectedNode } from '../model/model.ts';
import type { ConvNode, FullyConnectedNode } from '../network/network.ts';
import { isCodeFormat } from '../network/codes.ts';
import { elementCount } from '../network/integers.ts';
import type { TensorType } from '../network/tensor-type.ts';
import { plainMap, type ChannelMap } from './normalization.ts';
import type { ParameterReader } from './parameters.ts';
import { exactly, multiply } from './rational.ts';
import type { CodesValue } from './values.ts';
import { weightCodes } from './weights.ts';

/** A layer on the macro, and what its accumulators mean: scale step_w * step_a exactly, bias apart. */
export interface LoweredMac {
  readonly node: ConvNode | FullyConnectedNode;
  readonly maps: readonly ChannelMap[];
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
  const bias =
    node.kind === 'fully-connected' && node.bias !== null
      ? parameters.read(node.bias, `${path}.bias`, [[outputs]])
      : null;
  const rows = steps.length > 1 || bias !== null ? outputs : 1;
  const maps = Array.from({ length: rows }, (_, row) => {
    const scale = multiply(exactly(steps[steps.length === 1 ? 0 : row]), input.step);
    return bias === null ? plainMap(scale) : plainMap(scale, exactly(bias[row]));
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
