import type { Check } from '../check.ts';
import { integersWithin } from '../integers.ts';
import type { FullyConnectedNode } from '../network.ts';
import type { TensorType } from '../tensor-type.ts';
import { accumulatorBound, checkWeights, requireCodes, requireRank } from './operands.ts';

/** `[inFeatures]` codes to `[outFeatures]` integers. */
export function checkFullyConnected(
  node: FullyConnectedNode,
  input: TensorType,
  check: Check,
): TensorType | null {
  const codes = requireCodes(input, check);
  if (codes === null || !requireRank(codes, 1, check)) return null;
  const [features = 0] = codes.shape;
  if (!check.integer('outFeatures', node.outFeatures, 1, 2 ** 20)) return null;
  const why = `outFeatures ${node.outFeatures} x inFeatures ${features}`;
  if (!checkWeights(node.weights, node.outFeatures * features, why, check)) return null;
  if (
    node.bias !== null &&
    !check.length('bias', node.bias.length, node.outFeatures, 'one per output feature')
  ) {
    return null;
  }
  const bound = accumulatorBound(
    node.weights.codes,
    node.outFeatures,
    features,
    node.bias,
    2 ** codes.bits - 1,
  );
  return integersWithin([node.outFeatures], bound.min, bound.max, check);
}
