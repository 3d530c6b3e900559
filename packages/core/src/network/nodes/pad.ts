import { INT32_MAX, integersWithin, valueRange } from '../integers.ts';
import type { Check } from '../check.ts';
import type { PadNode } from '../network.ts';
import type { TensorType } from '../tensor-type.ts';
import { requireRank } from './operands.ts';

/** Codes or integers `[c, h, w]` to the same kind, larger by `before + after`. */
export function checkPad(node: PadNode, input: TensorType, check: Check): TensorType | null {
  if (!requireRank(input, 3, check)) return null;
  for (const axis of [0, 1, 2] as const) {
    check.integer(`before[${axis}]`, node.before[axis], 0, 2 ** 16);
    check.integer(`after[${axis}]`, node.after[axis], 0, 2 ** 16);
  }
  const [channels = 0] = input.shape;
  const adds = node.before[0] + node.after[0] > 0;
  const count = node.values.length;
  if (count !== 1 && (adds || count !== channels)) {
    check.report(
      'length-mismatch',
      'values',
      adds
        ? `has ${count} elements, must have 1 where channels are added`
        : `has ${count} elements, must have ${channels} (one per channel) or 1 (shared)`,
      adds ? 'give a single value' : 'give one value per channel, or a single one',
    );
  }
  const { min, max } =
    input.kind === 'codes' ? valueRange(input) : { min: 1 - INT32_MAX, max: INT32_MAX - 1 };
  for (const [index, value] of node.values.entries()) {
    if (!check.integer(`values[${index}]`, value, min, max)) break;
  }
  if (check.failed) return null;
  const shape = input.shape.map((size, axis) => size + (node.before[axis] ?? 0) + (node.after[axis] ?? 0));
  if (input.kind === 'codes') return { ...input, shape };
  const least = node.values.reduce((a, b) => Math.min(a, b));
  const most = node.values.reduce((a, b) => Math.max(a, b));
  return integersWithin(shape, Math.min(input.min, least), Math.max(input.max, most), check);
}
