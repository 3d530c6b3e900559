// The end of a residual branch in one pass over scratch rows: fixed point, addition, ReLU, store, thresholds.
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
const FORM = 8; // which of the passes below
const ADDED = 9; // int32 tensor to add
const STORED = 10; // int32 tensor to store
const OUTPUT = 11; // codes: address of image 0's first interior pixel
const TABLE = 12; // i32 per pixel of the batch: byte offset
const CHANNELS = 13; // bytes stored per pixel, a multiple of 4
const LIMITS = 14; // i32 [3][row / 4]
const FLIP = 15; // i32 per column, 0 or -1

const SCALE_STORE = 0;
const ADD_STORE = 1;
const ADD_CODES = 2;
const ADD_STORE_CODES = 3;

/** `adds` also takes ReLU along; the flags are constants, so each caller gets a loop of its own. */
// @ts-ignore: decorator
@inline
function pass(d: usize, first: i32, count: i32, scratch: usize, row: usize, adds: bool, stores: bool, codes: bool): void {
  const cut = <i32>word(d, CUT);
  const rest = <i32>word(d, REST);
  const start = <usize>first * row;
  const table = word(d, TABLE) + (<usize>first << 2);
  // Codes take a multiple of four channels, integers of eight.
  const columns = codes && !stores ? word(d, CHANNELS) << 2 : row;
  for (let c: usize = 0; c < columns; c += 16) {
    const high = v128.load(word(d, HIGH) + c);
    const offsetHigh = v128.load(word(d, OFFSET_HIGH) + c);
    const low = v128.load(word(d, LOW) + c);
    const offsetLow = v128.load(word(d, OFFSET_LOW) + c);
    const limits = codes ? word(d, LIMITS) + c : 0;
    const t0 = codes ? v128.load(limits) : high;
    const t1 = codes ? v128.load(limits + row) : high;
    const t2 = codes ? v128.load(limits + 2 * row) : high;
    const flip = codes ? v128.load(word(d, FLIP) + c) : high;
    const output = codes ? word(d, OUTPUT) + (c >> 2) : 0;
    const inside = codes ? c < word(d, CHANNELS) << 2 : false;
    let from = scratch + c;
    let added = adds ? word(d, ADDED) + start + c : 0;
    let stored = stores ? word(d, STORED) + start + c : 0;
    for (let p = 0; p < count; p++) {
      const x = v128.load(from);
      from += row;
      const carried = i32x4.shr_s(i32x4.add(i32x4.mul(low, x), offsetLow), cut);
      let y = i32x4.shr_s(i32x4.add(i32x4.add(i32x4.mul(high, x), offsetHigh), carried), rest);
      if (adds) {
        y = i32x4.max_s(i32x4.add(y, v128.load(added)), i32x4.splat(0));
        added += row;
      }
      if (stores) {
        v128.store(stored, y);
        stored += row;
      }
      if (codes && inside) {
        const z = v128.xor(y, flip);
        const n = i32x4.add(i32x4.add(i32x4.gt_s(z, t0), i32x4.gt_s(z, t1)), i32x4.gt_s(z, t2));
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
    case SCALE_STORE:
      pass(d, first, count, scratch, row, false, true, false);
      break;
    case ADD_STORE:
      pass(d, first, count, scratch, row, true, true, false);
      break;
    case ADD_CODES:
      pass(d, first, count, scratch, row, true, false, true);
      break;
    case ADD_STORE_CODES:
      pass(d, first, count, scratch, row, true, true, true);
      break;
    default:
      unreachable();
  }
}
