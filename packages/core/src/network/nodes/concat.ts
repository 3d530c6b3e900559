import { showShape, type Check } from '../check.ts';
import type { TensorType } from '../tensor-type.ts';

/** Tensors that agree in all but their first axis, all codes of one width or all integers, to one of the same kind. */
export function checkConcat(
  operands: readonly [TensorType, ...TensorType[]],
  check: Check,
): TensorType | null {
  const [first, ...rest] = operands;
  for (const [index, operand] of rest.entries()) {
    const field = `inputs[${index + 1}]`;
    const [firstKind, kind] = [first, operand].map((type) =>
      type.kind === 'codes' ? `${type.bits}-bit codes` : 'integers',
    );
    if (kind !== firstKind) {
      check.report(
        'concat-kinds-differ',
        field,
        `is a tensor of ${kind}, the first one of ${firstKind}`,
        'give all operands codes of one width, or all integers of one scale',
      );
    }
    if (operand.shape.slice(1).join() !== first.shape.slice(1).join()) {
      check.report(
        'shape-mismatch',
        field,
        `has shape ${showShape(operand.shape)}, the first one ${showShape(first.shape)}: they may differ in the first size only`,
        'give all operands one height and width',
      );
    }
  }
  if (check.failed) return null;
  const shape = [operands.reduce((sum, type) => sum + type.shape[0], 0), ...first.shape.slice(1)];
  if (first.kind === 'codes') return { ...first, shape };
  const integers = operands.flatMap((type) => (type.kind === 'integers' ? [type] : []));
  return {
    kind: 'integers',
    shape,
    min: Math.min(...integers.map(({ min }) => min)),
    max: Math.max(...integers.map(({ max }) => max)),
  };
}
