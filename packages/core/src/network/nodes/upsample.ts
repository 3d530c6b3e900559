import { showShape, type Check } from '../check.ts';
import type { UpsampleNode } from '../network.ts';
import type { TensorType } from '../tensor-type.ts';
import { requireRank } from './operands.ts';

/** Largest height and width that is made. */
const LARGEST = 2 ** 16;

/** Codes or integers `[c, h, w]` to the same kind, `[c, h * factors[0], w * factors[1]]`. */
export function checkUpsample(node: UpsampleNode, input: TensorType, check: Check): TensorType | null {
  if (!requireRank(input, 3, check)) return null;
  const [channels = 0, ...pixels] = input.shape;
  for (const axis of [0, 1] as const) {
    if (!check.integer(`factors[${axis}]`, node.factors[axis], 1, LARGEST)) continue;
    const size = pixels[axis] * node.factors[axis];
    if (size <= LARGEST) continue;
    check.report(
      'upsample-too-large',
      `factors[${axis}]`,
      `is ${node.factors[axis]}: makes a size of ${size} (input ${showShape(input.shape)}), at most ${LARGEST} are allowed`,
      'reduce the factor',
    );
  }
  if (check.failed) return null;
  return { ...input, shape: [channels, ...pixels.map((size, axis) => size * node.factors[axis])] };
}
