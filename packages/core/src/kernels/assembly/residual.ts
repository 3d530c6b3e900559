// The end of a residual branch in one pass over scratch rows: fixed point, ReLU, addition, ReLU, store, thresholds.
//
// The multiplier and offset are split at bit `cut`, m = high * 2^cut + low, so that 32-bit lanes hold every
// intermediate (the planner proves it): y = (high * x + offsetHigh + ((low * x + offsetLow) >> cut)) >> rest.
import { storeShort } from './threshold';
import { word } from './words';

const HIGH = 2; // i32 per column: multiplier, high part
const OFFSET_HIGH = 3;
const LOW = 4;
const OFFSET_LOW = 5;
const CUT = 6;
const REST = 7;
const FORM = 8; // bit 0: adds, bit 1: stores, bits 2 and up: 0 no codes, 1 three thresholds, 2 seven
const INNER_FLOOR = 9; // least value before the addition: 0 for ReLU, -2^31 for none
const OUTER_FLOOR = 10; // least value after it
const ADDED = 11; // int32 tensor to add
const STORED = 12; // int32 tensor to store
const OUTPUT = 13; // codes: address of image 0's first interior pixel
const TABLE = 14; // i32 per pixel of the batch: byte offset
const CHANNELS = 15; // bytes stored per pixel, a multiple of 4
const LIMITS = 16; // i32 [block of 8 columns][levels][8]
const FLIP = 17; // i32 per column, 0 or -1

const NONE = 0;
const THREE = 1;
const SEVEN = 2;

/** The affine map of four columns. */
// @ts-ignore: decorator
@inline
function scale(x: v128, high: v128, offsetHigh: v128, low: v128, offsetLow: v128, cut: i32, rest: i32): v128 {
  const carried = i32x4.shr_s(i32x4.add(i32x4.mul(low, x), offsetLow), cut);
  return i32x4.shr_s(i32x4.add(i32x4.add(i32x4.mul(high, x), offsetHigh), carried), rest);
}

/** Minus the number of limits, 32 bytes apart, that lie below x. */
// @ts-ignore: decorator
@inline
function countBelow(x: v128, limits: usize, codes: i32): v128 {
  const three = i32x4.add(
    i32x4.add(i32x4.gt_s(x, v128.load(limits)), i32x4.gt_s(x, v128.load(limits, 32))),
    i32x4.gt_s(x, v128.load(limits, 64)),
  );
  if (codes == THREE) return three;
  const six = i32x4.add(
    i32x4.add(i32x4.gt_s(x, v128.load(limits, 96)), i32x4.gt_s(x, v128.load(limits, 128))),
    i32x4.gt_s(x, v128.load(limits, 160)),
  );
  return i32x4.add(i32x4.add(three, six), i32x4.gt_s(x, v128.load(limits, 192)));
}

/** The flags are constants, so each form gets a loop of its own. Leaves the scratch rows as they are. */
// @ts-ignore: decorator
@inline
function pass(d: usize, first: i32, count: i32, scratch: usize, row: usize, adds: bool, stores: bool, codes: i32): void {
  const cut = <i32>word(d, CUT);
  const rest = <i32>word(d, REST);
  const start = <usize>first * row;
  const table = word(d, TABLE) + (<usize>first << 2);
  const innerFloor = i32x4.splat(<i32>word(d, INNER_FLOOR));
  const outerFloor = i32x4.splat(<i32>word(d, OUTER_FLOOR));
  const coded = word(d, CHANNELS) << 2;
  const levels: usize = codes == THREE ? 3 : 7;
  for (let c: usize = 0; c < row; c += 32) {
    const h0 = v128.load(word(d, HIGH) + c);
    const h1 = v128.load(word(d, HIGH) + c, 16);
    const oh0 = v128.load(word(d, OFFSET_HIGH) + c);
    const oh1 = v128.load(word(d, OFFSET_HIGH) + c, 16);
    const l0 = v128.load(word(d, LOW) + c);
    const l1 = v128.load(word(d, LOW) + c, 16);
    const ol0 = v128.load(word(d, OFFSET_LOW) + c);
    const ol1 = v128.load(word(d, OFFSET_LOW) + c, 16);
    const limits = word(d, LIMITS) + c * levels;
    const f0 = codes != NONE ? v128.load(word(d, FLIP) + c) : h0;
    const f1 = codes != NONE ? v128.load(word(d, FLIP) + c, 16) : h0;
    const output = word(d, OUTPUT) + (c >> 2);
    const whole = c + 32 <= coded;
    let from = scratch + c;
    let added = word(d, ADDED) + start + c;
    let stored = word(d, STORED) + start + c;
    for (let p = 0; p < count; p++) {
      let y0 = i32x4.max_s(scale(v128.load(from), h0, oh0, l0, ol0, cut, rest), innerFloor);
      let y1 = i32x4.max_s(scale(v128.load(from, 16), h1, oh1, l1, ol1, cut, rest), innerFloor);
      from += row;
      if (adds) {
        y0 = i32x4.max_s(i32x4.add(y0, v128.load(added)), outerFloor);
        y1 = i32x4.max_s(i32x4.add(y1, v128.load(added, 16)), outerFloor);
        added += row;
      }
      if (stores) {
        v128.store(stored, y0);
        v128.store(stored, y1, 16);
        stored += row;
      }
      if (codes != NONE) {
        const n0 = countBelow(v128.xor(y0, f0), limits, codes);
        const n1 = countBelow(v128.xor(y1, f1), limits + 16, codes);
        const at = output + load<u32>(table + (<usize>p << 2));
        storeShort(at, i16x8.neg(i16x8.narrow_i32x4_s(n0, n1)), whole);
      }
    }
  }
}

/** Runs the form of the pass that the planner chose. */
export function residualRows(d: usize, first: i32, count: i32, scratch: usize, row: usize): void {
  switch (<i32>word(d, FORM)) {
    case 2:
      pass(d, first, count, scratch, row, false, true, 0);
      break;
    case 3:
      pass(d, first, count, scratch, row, true, true, 0);
      break;
    case 4:
      pass(d, first, count, scratch, row, false, false, 1);
      break;
    case 5:
      pass(d, first, count, scratch, row, true, false, 1);
      break;
    case 6:
      pass(d, first, count, scratch, row, false, true, 1);
      break;
    case 7:
      pass(d, first, count, scratch, row, true, true, 1);
      break;
    case 8:
      pass(d, first, count, scratch, row, false, false, 2);
      break;
    case 9:
      pass(d, first, count, scratch, row, true, false, 2);
      break;
    case 10:
      pass(d, first, count, scratch, row, false, true, 2);
      break;
    case 11:
      pass(d, first, count, scratch, row, true, true, 2);
      break;
    default:
      unreachable();
  }
}
