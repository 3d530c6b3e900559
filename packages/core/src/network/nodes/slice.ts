import { showShape, type Check } from '../check.ts';
import type { SliceNode } from '../network.ts';
import type { TensorType } from '../tensor-type.ts';
import { requireRank } from './operands.ts';

/** Codes or integers `[c, h, w]` to the same kind, shape `size`. */
export function checkSlice(node: SliceNode, input: TensorType, check: Check): TensorType | null {
  if (!requireRank(input, 3, check)) return null;
  const limit = 2 ** 24;
  for (const axis of [0, 1, 2] as const) {
    const legal =
      check.integer(`start[${axis}]`, node.start[axis], 0, limit) &&
      check.integer(`size[${axis}]`, node.size[axis], 1, limit) &&
      check.integer(`step[${axis}]`, node.step[axis], 1, limit);
    if (!legal) continue;
    const last = node.start[axis] + (node.size[axis] - 1) * node.step[axis];
    if (last < input.shape[axis]) continue;
    check.report(
      'slice-out-of-range',
      `size[${axis}]`,
      `is ${node.size[axis]}: element ${last} is taken of an axis of ${input.shape[axis]} (input ${showShape(input.shape)})`,
      'reduce size, start or step',
    );
  }
  return check.failed ? null : { ...input, shape: [...node.size] };
}
