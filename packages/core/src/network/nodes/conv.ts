import type { Check } from '../check.ts';
import { integersWithin } from '../integers.ts';
import type { ConvNode } from '../network.ts';
import type { TensorType } from '../tensor-type.ts';
import { checkWindow } from '../window.ts';
import { accumulatorBound, checkWeights, requireCodes, requireRank } from './operands.ts';

/** `[c, h, w]` codes to `[outChannels, oh, ow]` integers. */
export function checkConv(node: ConvNode, input: TensorType, check: Check): TensorType | null {
  const codes = requireCodes(input, check);
  if (codes === null || !requireRank(codes, 3, check)) return null;
  const [channels = 0] = codes.shape;
  const legal =
    check.integer('outChannels', node.outChannels, 1, 2 ** 20) &&
    check.integer('groups', node.groups, 1, 2 ** 20);
  const output = checkWindow(node, codes.shape, check, node.dilation);
  if (!legal || output === null) return null;
  if (channels % node.groups !== 0 || node.outChannels % node.groups !== 0) {
    check.report(
      'groups-do-not-divide',
      'groups',
      `is ${node.groups}, must divide the ${channels} input channels and the ${node.outChannels} output channels`,
      'choose a common divisor',
    );
    return null;
  }
  const dotLength = (channels / node.groups) * node.kernel[0] * node.kernel[1];
  const why = `outChannels ${node.outChannels} x inChannels/groups ${channels / node.groups} x kernel ${node.kernel[0]} x ${node.kernel[1]}`;
  if (!checkWeights(node.weights, node.outChannels * dotLength, why, check)) return null;
  if (
    node.bias !== null &&
    !check.length('bias', node.bias.length, node.outChannels, 'one per output channel')
  ) {
    return null;
  }
  const bound = accumulatorBound(
    node.weights.codes,
    node.outChannels,
    dotLength,
    node.bias,
    2 ** codes.bits - 1,
  );
  return integersWithin([node.outChannels, ...output], bound.min, bound.max, check);
}
