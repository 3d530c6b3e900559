/**
 * Sums of products: `out[r * columns + c] = sum over k of left[r * depth + k] * right[c * depth + k]`,
 * in float64, k ascending: the order of additions never depends on the blocking.
 *
 * Blocks of two by four keep six operands in registers for eight products.
 */
export function multiplyRows(
  left: Float64Array,
  rows: number,
  right: Float64Array,
  columns: number,
  depth: number,
  out: Float64Array,
): void {
  let r = 0;
  for (; r + 4 <= rows; r += 4) {
    const l0 = r * depth;
    const l1 = l0 + depth;
    const l2 = l1 + depth;
    const l3 = l2 + depth;
    let c = 0;
    for (; c + 2 <= columns; c += 2) {
      const r0 = c * depth;
      const r1 = r0 + depth;
      let a0 = 0;
      let a1 = 0;
      let b0 = 0;
      let b1 = 0;
      let c0 = 0;
      let c1 = 0;
      let d0 = 0;
      let d1 = 0;
      for (let k = 0; k < depth; k++) {
        const x = right[r0 + k];
        const y = right[r1 + k];
        const a = left[l0 + k];
        const b = left[l1 + k];
        const e = left[l2 + k];
        const f = left[l3 + k];
        a0 += a * x;
        a1 += a * y;
        b0 += b * x;
        b1 += b * y;
        c0 += e * x;
        c1 += e * y;
        d0 += f * x;
        d1 += f * y;
      }
      const o = r * columns + c;
      out[o] = a0;
      out[o + 1] = a1;
      out[o + columns] = b0;
      out[o + columns + 1] = b1;
      out[o + 2 * columns] = c0;
      out[o + 2 * columns + 1] = c1;
      out[o + 3 * columns] = d0;
      out[o + 3 * columns + 1] = d1;
    }
    for (; c < columns; c++)
      for (let i = r; i < r + 4; i++) out[i * columns + c] = dot(left, i * depth, right, c * depth, depth);
  }
  for (; r < rows; r++)
    for (let c = 0; c < columns; c++) out[r * columns + c] = dot(left, r * depth, right, c * depth, depth);
}

function dot(left: Float64Array, l: number, right: Float64Array, r: number, depth: number): number {
  let sum = 0;
  for (let k = 0; k < depth; k++) sum += left[l + k] * right[r + k];
  return sum;
}
