import { showShape, type Check } from '../check.ts';
import { integersWithin } from '../integers.ts';
import type { AddNode } from '../network.ts';
import type { IntegersType, TensorType } from '../tensor-type.ts';

function requireIntegers(type: TensorType, field: string, check: Check): IntegersType | null {
  if (type.kind === 'integers') return type;
  check.report(
    'input-not-integers',
    field,
    `is a tensor of ${type.bits}-bit codes, must be integers`,
    'put an affine node in between, which gives the codes the scale of the other operand',
  );
  return null;
}

/** Two tensors of integers of one shape to their sum. */
export function checkAdd(
  _node: AddNode,
  first: TensorType,
  second: TensorType,
  check: Check,
): TensorType | null {
  const left = requireIntegers(first, 'inputs[0]', check);
  const right = requireIntegers(second, 'inputs[1]', check);
  if (left === null || right === null) return null;
  if (
    left.shape.length !== right.shape.length ||
    left.shape.some((size, axis) => size !== right.shape[axis])
  ) {
    check.report(
      'shape-mismatch',
      'inputs',
      `have shapes ${showShape(left.shape)} and ${showShape(right.shape)}, must be equal`,
      'give the shortcut the stride and the channels of the main path',
    );
    return null;
  }
  return integersWithin(left.shape, left.min + right.min, left.max + right.max, check);
}

/** max(x, 0) on integers of any shape. */
export function checkRelu(input: TensorType, check: Check): TensorType | null {
  const integers = requireIntegers(input, 'input', check);
  if (integers === null) return null;
  return { ...integers, min: Math.max(0, integers.min), max: Math.max(0, integers.max) };
}
