// The end of a residual branch in one pass over scratch rows: fixed point, ReLU, addition, ReLU, store, thresholds.
//
// The multiplier and offset are split at bit `cut`, m = high * 2^cut + low, so that 32-bit lanes hold every
// intermediate (the planner proves it): y = (high * x + offsetHigh + ((low * x + offsetLow) >> cut)) >> rest.
import { word } from './words';

const HIGH = 2; // i32 per column: multiplier, high part
const OFFSET_HIGH = 3;
const LOW = 4;
const OFFSET_LOW = 5;
const CUT = 6;
const REST = 7;
const FORM = 8; // bit 0: adds, bit 1: stores, bits 2 and up: 0 no codes, 1 three thresholds, 2 any number
const INNER_FLOOR = 9; // least value before the addition: 0 for ReLU, -2^31 for none
const OUTER_FLOOR = 10; // least value after it
const ADDED = 11; // int32 tensor to add
const STORED = 12; // int32 tensor to store
const OUTPUT = 13; // codes: address of image 0's first interior pixel
const TABLE = 14; // i32 per pixel of the batch: byte offset
const CHANNELS = 15; // bytes stored per pixel, a multiple of 4
const LIMITS = 16; // i32 [levels][row / 4]
const FLIP = 17; // i32 per column, 0 or -1
const LEVELS = 18;

const NONE = 0;
const THREE = 1;

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
  const coded: usize = codes == NONE ? 0 : word(d, CHANNELS) << 2;
  const levels = <i32>word(d, LEVELS);
  // Codes take a multiple of four channels, integers of eight.
  const columns = stores ? row : coded;
  for (let c: usize = 0; c < columns; c += 16) {
    const high = v128.load(word(d, HIGH) + c);
    const offsetHigh = v128.load(word(d, OFFSET_HIGH) + c);
    const low = v128.load(word(d, LOW) + c);
    const offsetLow = v128.load(word(d, OFFSET_LOW) + c);
    const limits = word(d, LIMITS) + c;
    const t0 = codes == THREE ? v128.load(limits) : high;
    const t1 = codes == THREE ? v128.load(limits + row) : high;
    const t2 = codes == THREE ? v128.load(limits + 2 * row) : high;
    const flip = codes == NONE ? high : v128.load(word(d, FLIP) + c);
    const output = word(d, OUTPUT) + (c >> 2);
    const inside = c < coded;
    let from = scratch + c;
    let added = word(d, ADDED) + start + c;
    let stored = word(d, STORED) + start + c;
    for (let p = 0; p < count; p++) {
      const x = v128.load(from);
      from += row;
      const carried = i32x4.shr_s(i32x4.add(i32x4.mul(low, x), offsetLow), cut);
      let y = i32x4.shr_s(i32x4.add(i32x4.add(i32x4.mul(high, x), offsetHigh), carried), rest);
      y = i32x4.max_s(y, innerFloor);
      if (adds) {
        y = i32x4.max_s(i32x4.add(y, v128.load(added)), outerFloor);
        added += row;
      }
      if (stores) {
        v128.store(stored, y);
        stored += row;
      }
      if (codes != NONE && inside) {
        const z = v128.xor(y, flip);
        let n: v128;
        if (codes == THREE) {
          n = i32x4.add(i32x4.add(i32x4.gt_s(z, t0), i32x4.gt_s(z, t1)), i32x4.gt_s(z, t2));
        } else {
          n = i32x4.splat(0);
          let limit = limits;
          for (let k = 0; k < levels; k++) {
            n = i32x4.add(n, i32x4.gt_s(z, v128.load(limit)));
            limit += row;
          }
        }
        const words = i16x8.narrow_i32x4_s(n, n);
        const bytes = i8x16.neg(i8x16.narrow_i16x8_s(words, words));
        v128.store32_lane(output + load<u32>(table + (<usize>p << 2)), bytes, 0);
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
