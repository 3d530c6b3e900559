// Fixed point: y = floor((multiplier * x + offset) / 2^shift), exactly.
import { word } from './words';

const MULTIPLIER = 2; // i32 per column
const OFFSET = 3; // i64 per column
const SHIFT = 4;

/** In 64-bit lanes. The result fits int32, so for shifts up to 32 a logical shift leaves the right low half. */
// @ts-ignore: decorator
@inline
function wideRows(d: usize, count: i32, scratch: usize, row: usize, logical: bool): void {
  const shift = <i32>word(d, SHIFT);
  for (let c: usize = 0; c < row; c += 16) {
    const m = v128.load(word(d, MULTIPLIER) + c);
    const o0 = v128.load(word(d, OFFSET) + 2 * c);
    const o1 = v128.load(word(d, OFFSET) + 2 * c, 16);
    let at = scratch + c;
    for (let p = 0; p < count; p++) {
      const x = v128.load(at);
      const low = i64x2.add(i64x2.extmul_low_i32x4_s(x, m), o0);
      const high = i64x2.add(i64x2.extmul_high_i32x4_s(x, m), o1);
      const y0 = logical ? i64x2.shr_u(low, shift) : i64x2.shr_s(low, shift);
      const y1 = logical ? i64x2.shr_u(high, shift) : i64x2.shr_s(high, shift);
      v128.store(at, i8x16.shuffle(y0, y1, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27));
      at += row;
    }
  }
}

/** In place on scratch rows, any legal multiplier, offset and shift. */
export function affineRows(d: usize, count: i32, scratch: usize, row: usize): void {
  if (<i32>word(d, SHIFT) <= 32) wideRows(d, count, scratch, row, true);
  else wideRows(d, count, scratch, row, false);
}
