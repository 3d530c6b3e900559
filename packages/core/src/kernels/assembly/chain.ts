// The fused epilogue: a list of operations on scratch rows while they are in the first-level cache.
import { affineRows } from './affine';
import { residualRows } from './residual';
import {
  narrowRows,
  thresholdCompareRows,
  thresholdSearchRows,
  thresholdSevenRows,
  thresholdShortRows,
  thresholdShortSevenRows,
  thresholdShortThreeRows,
  thresholdThreeRows,
} from './threshold';
import { word } from './words';

const OPERATION = 0;
const NEXT = 1; // address of the next operation, 0 at the end
const TENSOR = 2; // add, store: address of an int32 tensor [pixel][row / 4]

const AFFINE = 0;
const ADD = 1;
const RELU = 2;
const STORE = 3;
const NARROW = 4;
const THRESHOLD_SHORT_THREE = 5;
const THRESHOLD_SHORT = 6;
const THRESHOLD_COMPARE = 7;
const THRESHOLD_SEARCH = 8;
const RESIDUAL = 9;
const THRESHOLD_THREE = 10;
const THRESHOLD_SEVEN = 11;
const THRESHOLD_SHORT_SEVEN = 12;

function addRows(tensor: usize, scratch: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(scratch + i, i32x4.add(v128.load(scratch + i), v128.load(tensor + i)));
  }
}

function reluRows(scratch: usize, bytes: usize): void {
  const zero = i32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(scratch + i, i32x4.max_s(v128.load(scratch + i), zero));
  }
}

/** Runs the operations from `d` on pixels first .. first + count, which lie in scratch rows of `row` bytes. */
export function runChain(d: usize, first: i32, count: i32, scratch: usize, row: usize): void {
  const bytes = <usize>count * row;
  while (d != 0) {
    switch (<i32>word(d, OPERATION)) {
      case AFFINE:
        affineRows(d, count, scratch, row);
        break;
      case ADD:
        addRows(word(d, TENSOR) + <usize>first * row, scratch, bytes);
        break;
      case RELU:
        reluRows(scratch, bytes);
        break;
      case STORE:
        memory.copy(word(d, TENSOR) + <usize>first * row, scratch, bytes);
        break;
      case NARROW:
        narrowRows(d, first, count, scratch, row);
        break;
      case THRESHOLD_SHORT_THREE:
        thresholdShortThreeRows(d, first, count, scratch, row);
        break;
      case THRESHOLD_SHORT:
        thresholdShortRows(d, first, count, scratch, row);
        break;
      case THRESHOLD_COMPARE:
        thresholdCompareRows(d, first, count, scratch, row);
        break;
      case THRESHOLD_SEARCH:
        thresholdSearchRows(d, first, count, scratch, row);
        break;
      case THRESHOLD_THREE:
        thresholdThreeRows(d, first, count, scratch, row);
        break;
      case THRESHOLD_SEVEN:
        thresholdSevenRows(d, first, count, scratch, row);
        break;
      case THRESHOLD_SHORT_SEVEN:
        thresholdShortSevenRows(d, first, count, scratch, row);
        break;
      case RESIDUAL:
        residualRows(d, first, count, scratch, row);
        break;
      default:
        unreachable();
    }
    d = word(d, NEXT);
  }
}
