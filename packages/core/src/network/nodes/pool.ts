import type { Check } from '../check.ts';
import { elementCount, integersWithin, valueRange } from '../integers.ts';
import type { AveragePoolNode, MaxPoolNode } from '../network.ts';
import type { TensorType } from '../tensor-type.ts';
import { checkWindow } from '../window.ts';
import { requireRank } from './operands.ts';

/** Codes or integers `[c, h, w]` to the same kind, `[c, oh, ow]`. */
export function checkMaxPool(node: MaxPoolNode, input: TensorType, check: Check): TensorType | null {
  if (!requireRank(input, 3, check)) return null;
  const output = checkWindow(node, input.shape, check);
  return output === null ? null : { ...input, shape: [input.shape[0] ?? 0, ...output] };
}

/** Codes or integers `[c, h, w]` to integers `[c, oh, ow]`, the sums of the windows. */
export function checkAveragePool(node: AveragePoolNode, input: TensorType, check: Check): TensorType | null {
  if (!requireRank(input, 3, check)) return null;
  const output = checkWindow(node, input.shape, check);
  if (output === null) return null;
  const elements = node.kernel[0] * node.kernel[1];
  const { min, max } = valueRange(input);
  const padded = node.padding.some((side) => side > 0);
  const fewest = padded ? 0 : elements;
  return integersWithin(
    [input.shape[0] ?? 0, ...output],
    Math.min(min * elements, min * fewest),
    Math.max(max * elements, max * fewest),
    check,
  );
}

/** Codes or integers `[c, h, w]` to integers `[c, 1, 1]`, the sums over all pixels. */
export function checkGlobalAveragePool(input: TensorType, check: Check): TensorType | null {
  if (!requireRank(input, 3, check)) return null;
  const [channels = 0, ...pixels] = input.shape;
  const elements = elementCount(pixels);
  const { min, max } = valueRange(input);
  return integersWithin([channels, 1, 1], min * elements, max * elements, check);
}

/** `[c, h, w]` to `[c * h * w]`, codes or integers. */
export function checkFlatten(input: TensorType, check: Check): TensorType | null {
  if (!requireRank(input, 3, check)) return null;
  return { ...input, shape: [elementCount(input.shape)] };
}
