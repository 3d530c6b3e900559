// Dense convolution and fully connected layers: chunks of pixels x blocks of eight outputs.
import { blockCodes } from './block';
import { blockBytes } from './block-bytes';
import { word } from './words';

/** Pixels of one register block. */
const BLOCK: i32 = 6;

// Descriptor words.
const INPUT = 0; // address of the first image's first padded pixel
const TABLE = 1; // i32 per pixel of the batch: byte offset of its window
const WEIGHTS = 2; // [group][block of 8][k / 4][2][4 outputs x 4 k]
const SEGMENTS = 3; // [offset, bytes] pairs
const SEGMENTS_END = 4;
const BIAS = 5; // i32 per scratch column
const BYTES = 6; // 1 when codes exceed 127
const GROUPS = 7;
const GROUP_INPUT = 8; // bytes between groups in a pixel
const GROUP_BLOCKS = 9; // blocks of 8 outputs in a group
const BLOCK_WEIGHTS = 10; // bytes of weights of one block

/**
 * Accumulators of pixels first .. first + count into scratch rows of `row` bytes. Rows up to the
 * next multiple of six are overwritten.
 */
export function convRows(d: usize, first: i32, count: i32, scratch: usize, row: usize): void {
  const input = word(d, INPUT);
  const table = word(d, TABLE) + ((<usize>first) << 2);
  const segments = word(d, SEGMENTS);
  const segmentsEnd = word(d, SEGMENTS_END);
  const bytes = word(d, BYTES) != 0;
  const groups = <i32>word(d, GROUPS);
  const blocks = <i32>word(d, GROUP_BLOCKS);
  const blockWeights = word(d, BLOCK_WEIGHTS);
  let weights = word(d, WEIGHTS);
  let bias = word(d, BIAS);
  let columns = scratch;
  let base = input;
  const last = count - 1;
  for (let g = 0; g < groups; g++) {
    for (let b = 0; b < blocks; b++) {
      let out = columns;
      for (let p = 0; p < count; p += BLOCK) {
        const t = table + (<usize>p << 2);
        const p0 = base + load<u32>(t);
        let p1: usize, p2: usize, p3: usize, p4: usize, p5: usize;
        if (p + BLOCK <= count) {
          p1 = base + load<u32>(t, 4);
          p2 = base + load<u32>(t, 8);
          p3 = base + load<u32>(t, 12);
          p4 = base + load<u32>(t, 16);
          p5 = base + load<u32>(t, 20);
        } else {
          // The last block repeats its last pixel.
          p1 = base + load<u32>(table + (<usize>min(p + 1, last) << 2));
          p2 = base + load<u32>(table + (<usize>min(p + 2, last) << 2));
          p3 = base + load<u32>(table + (<usize>min(p + 3, last) << 2));
          p4 = base + load<u32>(table + (<usize>min(p + 4, last) << 2));
          p5 = p4;
        }
        if (bytes) blockBytes(p0, p1, p2, p3, p4, p5, weights, segments, segmentsEnd, bias, out, row);
        else blockCodes(p0, p1, p2, p3, p4, p5, weights, segments, segmentsEnd, bias, out, row);
        out += row * BLOCK;
      }
      weights += blockWeights;
      bias += 32;
      columns += 32;
    }
    base += word(d, GROUP_INPUT);
  }
}
