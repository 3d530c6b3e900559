// [c, h, w] to [c * h * w]: one image per scratch row.
import { word } from './words';

const INPUT = 0; // first interior pixel of image 0
const IMAGE = 1; // bytes between images
const LINE = 2; // bytes between pixel rows
const PIXEL = 3; // bytes between pixels
const CHANNELS = 4;
const HEIGHT = 5;
const WIDTH = 6;
const CODES = 7; // 1: elements are bytes, 0: int32

/** Elements of images first .. first + count in channel-first order. */
export function flattenRows(d: usize, first: i32, count: i32, scratch: usize, row: usize): void {
  const channels = word(d, CHANNELS);
  const height = word(d, HEIGHT);
  const width = word(d, WIDTH);
  const codes = word(d, CODES) != 0;
  for (let p = 0; p < count; p++) {
    const image = word(d, INPUT) + <usize>(first + p) * word(d, IMAGE);
    let out = scratch + <usize>p * row;
    for (let c: usize = 0; c < channels; c++) {
      for (let y: usize = 0; y < height; y++) {
        let pixel = image + y * word(d, LINE) + (codes ? c : c << 2);
        for (let x: usize = 0; x < width; x++) {
          store<i32>(out, codes ? <i32>load<u8>(pixel) : load<i32>(pixel));
          pixel += word(d, PIXEL);
          out += 4;
        }
      }
    }
  }
}
