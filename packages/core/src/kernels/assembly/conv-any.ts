// Any convolution, one product at a time: grouped layers whose groups do not fill blocks of eight outputs.
import { word } from './words';

const INPUT = 0;
const TABLE = 1;
const WEIGHTS = 2; // i8 [outChannels][kernel height][kernel width][channels of a group]
const BIAS = 3;
const OUT_CHANNELS = 4;
const GROUP_OUTPUTS = 5;
const GROUP_CHANNELS = 6;
const KERNEL_HEIGHT = 7;
const KERNEL_WIDTH = 8;
const TAP_ROW = 9; // bytes between kernel rows in the input
const TAP = 10; // bytes between kernel columns in the input

/** Accumulators of pixels first .. first + count into scratch rows. */
export function convAnyRows(d: usize, first: i32, count: i32, scratch: usize, row: usize): void {
  const input = word(d, INPUT);
  const table = word(d, TABLE) + ((<usize>first) << 2);
  const bias = word(d, BIAS);
  const outputs = <i32>word(d, OUT_CHANNELS);
  const groupOutputs = <i32>word(d, GROUP_OUTPUTS);
  const channels = word(d, GROUP_CHANNELS);
  const height = <i32>word(d, KERNEL_HEIGHT);
  const width = <i32>word(d, KERNEL_WIDTH);
  for (let p = 0; p < count; p++) {
    const pixel = input + load<u32>(table + ((<usize>p) << 2));
    const out = scratch + <usize>p * row;
    let w = word(d, WEIGHTS);
    for (let o = 0; o < outputs; o++) {
      const start = pixel + <usize>(o / groupOutputs) * channels;
      let sum = load<i32>(bias + ((<usize>o) << 2));
      for (let y = 0; y < height; y++) {
        let tap = start + <usize>y * word(d, TAP_ROW);
        for (let x = 0; x < width; x++) {
          for (let c: usize = 0; c < channels; c++) sum += <i32>load<i8>(w + c) * <i32>load<u8>(tap + c);
          w += channels;
          tap += word(d, TAP);
        }
      }
      store<i32>(out + ((<usize>o) << 2), sum);
    }
  }
}
