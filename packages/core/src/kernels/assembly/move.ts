// Rows put together of elements of stored values: pads, slices, concatenations.
import { word } from './words';

const FILL = 0; // a row of int32: what stands where no part puts anything
const PARTS = 1;
const FIRST_PART = 2; // words of the first part; the others follow

// Words of a part.
const INPUT = 0;
const TABLE = 1; // offset of each row's pixel in bytes, -1 for none
const CHANNELS = 2;
const STEP = 3; // channels
const OUT = 4; // byte of the row where the part begins
const CODES = 5; // 1: elements are bytes, 0: int32
const PART_BYTES: usize = 24;

/** Channels of one pixel, widened. */
// @ts-ignore: decorator
@inline
function putCodes(from: usize, to: usize, channels: usize, step: usize): void {
  let c: usize = 0;
  if (step == 1) {
    for (; c + 8 <= channels; c += 8) {
      const wide = i16x8.extend_low_i8x16_u(v128.load64_zero(from + c));
      v128.store(to + (c << 2), i32x4.extend_low_i16x8_u(wide));
      v128.store(to + (c << 2), i32x4.extend_high_i16x8_u(wide), 16);
    }
  }
  for (; c < channels; c++) store<i32>(to + (c << 2), <i32>load<u8>(from + c * step));
}

// @ts-ignore: decorator
@inline
function putIntegers(from: usize, to: usize, channels: usize, step: usize): void {
  let c: usize = 0;
  if (step == 1) {
    for (; c + 4 <= channels; c += 4) v128.store(to + (c << 2), v128.load(from + (c << 2)));
  }
  for (; c < channels; c++) store<i32>(to + (c << 2), load<i32>(from + ((c * step) << 2)));
}

/** Pixels first .. first + count of the made value. */
export function moveRows(d: usize, first: i32, count: i32, scratch: usize, row: usize): void {
  const fill = word(d, FILL);
  const end = d + (<usize>FIRST_PART << 2) + word(d, PARTS) * PART_BYTES;
  for (let p = 0; p < count; p++) {
    const out = scratch + <usize>p * row;
    for (let c: usize = 0; c < row; c += 16) v128.store(out + c, v128.load(fill + c));
    for (let part = d + (<usize>FIRST_PART << 2); part < end; part += PART_BYTES) {
      const offset = load<i32>(word(part, TABLE) + (<usize>(first + p) << 2));
      if (offset < 0) continue;
      const from = word(part, INPUT) + <usize>offset;
      const to = out + word(part, OUT);
      if (word(part, CODES) != 0) putCodes(from, to, word(part, CHANNELS), word(part, STEP));
      else putIntegers(from, to, word(part, CHANNELS), word(part, STEP));
    }
  }
}
