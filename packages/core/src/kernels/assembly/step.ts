// One step of a plan: a source fills scratch rows, chunk by chunk, and a chain of operations finishes them.
import { runChain } from './chain';
import { convRows } from './conv';
import { convAnyRows } from './conv-any';
import { flattenRows } from './flatten';
import { moveRows } from './move';
import { codesRows, integersRows, maxCodesRows, poolIntegersRows, sumCodesRows } from './pool';
import { winogradRows } from './winograd';
import { word } from './words';

// Step words.
const SOURCE = 0;
const DESCRIPTOR = 1;
const CHAIN = 2;
const PIXELS = 3; // per image
const CHUNK = 4; // pixels
const SCRATCH = 5;
const ROW = 6; // bytes of a scratch row
const SPAN = 7; // pixels: no chunk crosses a multiple of it

const CONV = 0;
const CONV_ANY = 1;
const SUM_CODES = 2;
const MAX_CODES = 3;
const POOL_INTEGERS = 4;
const INTEGERS = 5;
const FLATTEN = 6;
const WINOGRAD = 7;
const CODES = 8;
const INTEGERS_IN_PLACE = 9; // the chain only reads: it works on the stored rows themselves
const MOVE = 10;

/** Runs the step at `d` on the first `images` images of the batch. */
export function runStep(d: usize, images: i32): void {
  const source = <i32>word(d, SOURCE);
  const descriptor = word(d, DESCRIPTOR);
  const chain = word(d, CHAIN);
  const chunk = <i32>word(d, CHUNK);
  const scratch = word(d, SCRATCH);
  const row = word(d, ROW);
  const pixels = images * <i32>word(d, PIXELS);
  const span = <i32>word(d, SPAN);
  let count = 0;
  for (let first = 0; first < pixels; first += count) {
    count = min(min(chunk, span - (first % span)), pixels - first);
    switch (source) {
      case CONV:
        convRows(descriptor, first, count, scratch, row);
        break;
      case CONV_ANY:
        convAnyRows(descriptor, first, count, scratch, row);
        break;
      case SUM_CODES:
        sumCodesRows(descriptor, first, count, scratch, row);
        break;
      case MAX_CODES:
        maxCodesRows(descriptor, first, count, scratch, row);
        break;
      case POOL_INTEGERS:
        poolIntegersRows(descriptor, first, count, scratch, row);
        break;
      case INTEGERS:
        integersRows(descriptor, first, count, scratch, row);
        break;
      case CODES:
        codesRows(descriptor, first, count, scratch, row);
        break;
      case INTEGERS_IN_PLACE:
        break;
      case FLATTEN:
        flattenRows(descriptor, first, count, scratch, row);
        break;
      case WINOGRAD:
        winogradRows(descriptor, first, count, scratch, row);
        break;
      case MOVE:
        moveRows(descriptor, first, count, scratch, row);
        break;
      default:
        unreachable();
    }
    const rows = source == INTEGERS_IN_PLACE ? word(descriptor, 0) + <usize>first * row : scratch;
    runChain(chain, first, count, rows, row);
  }
}
