import type { EvaluationContext } from '../../operator.ts';
import { checkLength } from './elements.ts';
import { invalid } from './problem.ts';
import { multiplyRows } from './product.ts';
import { broadcastOffsets, broadcastShape, shapeText, sizeOf } from './shape.ts';

/** How numpy's matmul pairs two operands of any rank >= 1. */
interface Pairing {
  /** Shape of the product. */
  readonly shape: readonly number[];
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** Which matrix of each operand makes each matrix of the product; null: its own. */
  readonly left: Int32Array | null;
  readonly right: Int32Array | null;
  readonly matrices: number;
}

/** Shapes and matrices of a (batched) matrix product, a vector taken as a row on the left, a column on the right. */
export function pairMatrices(
  context: EvaluationContext,
  a: readonly number[],
  b: readonly number[],
): Pairing {
  if (a.length === 0 || b.length === 0)
    invalid(context, `operands ${shapeText(a)} and ${shapeText(b)}`, 'operands have rank 1 or more');
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  const rows = left[left.length - 2];
  const depth = left[left.length - 1];
  const columns = right[right.length - 1];
  if (right[right.length - 2] !== depth)
    invalid(
      context,
      `operands ${shapeText(a)} and ${shapeText(b)}`,
      'the last size on the left equals the last but one on the right',
    );
  const leftBatch = left.slice(0, -2);
  const rightBatch = right.slice(0, -2);
  const batch = broadcastShape(context, [leftBatch, rightBatch]);
  const shape = [...batch, ...(a.length === 1 ? [] : [rows]), ...(b.length === 1 ? [] : [columns])];
  checkLength(context, sizeOf(shape));
  return {
    shape,
    rows,
    columns,
    depth,
    left: broadcastOffsets(leftBatch, batch),
    right: broadcastOffsets(rightBatch, batch),
    matrices: sizeOf(batch),
  };
}

/** The rows of each `[rows, columns]` matrix of `values` become columns. */
export function transposeMatrices(values: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(values.length);
  const size = rows * columns;
  for (let base = 0; base < values.length; base += size)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) result[base + c * rows + r] = values[base + r * columns + c];
  return result;
}

/** numpy's matmul in float64. */
export function matrixProduct(
  context: EvaluationContext,
  a: Float64Array,
  aShape: readonly number[],
  b: Float64Array,
  bShape: readonly number[],
): { readonly shape: readonly number[]; readonly products: Float64Array } {
  const { shape, rows, columns, depth, left, right, matrices } = pairMatrices(context, aShape, bShape);
  const products = new Float64Array(matrices * rows * columns);
  const turned = transposeMatrices(b, depth, columns);
  for (let m = 0; m < matrices; m++) {
    const l = (left?.[m] ?? m) * rows * depth;
    const r = (right?.[m] ?? m) * columns * depth;
    multiplyRows(
      a.subarray(l, l + rows * depth),
      rows,
      turned.subarray(r, r + columns * depth),
      columns,
      depth,
      products.subarray(m * rows * columns, (m + 1) * rows * columns),
    );
  }
  return { shape, products };
}
