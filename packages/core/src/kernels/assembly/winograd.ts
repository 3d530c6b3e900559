// 3 x 3 convolution of stride 1 by exact integer Toom-Cook ("Winograd"): tiles of 2 rows x 4 columns of
// outputs take 24 products per channel pair where 72 stand in the definition.
//
// Rows use the points 0, 1, -1, infinity, columns 0, 1, -1, 2, -2, infinity. The transformed weights
// (plan/winograd.ts) carry factors that make them integers, 48 in all, which the last transform divides
// out without remainder. Codes of 0..a put the transformed input within -16a..10a, so + 16a makes it
// unsigned: 7 bits for codes of up to 2 bits, 8 for 3 (where the planner knows that the dot product takes
// them). What that adds is part of the first accumulators.
import { panel2, panel4, panel6 } from './panel';
import { shallowPanel2, shallowPanel4, shallowPanel6 } from './shallow-panel';
import { TILE_BYTES, word } from './words';

const INPUT = 0; // address of image 0's first window
const IMAGE = 1; // bytes between images
const LINE = 2; // bytes between pixel rows
const DEPTH = 3; // channels: bytes of a pixel, a multiple of 16
const HEIGHT = 4; // of the output
const WIDTH = 5;
const WEIGHTS = 6; // [block of 8 outputs][24][depth / 4][8][4]
const BIAS = 7; // i32 [block][24][8]
const BLOCKS = 8;
const LINES = 9; // room for four transformed lines
const TILES = 10; // room for transformed tiles, [24][tiles][depth]
const PRODUCTS = 11; // room for products, [tiles][24][8] int32
const OFFSET = 12; // what is added to make the transformed input unsigned

const POINTS: usize = 24;

/** Rows 0..3 of a line of tiles to d0 - d2, d1 + d2, d2 - d1, d1 - d3. */
function transformLines(input: usize, line: usize, bytes: usize, lines: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const at = input + i;
    const d0 = v128.load(at);
    const d1 = v128.load(at + line);
    const d2 = v128.load(at + 2 * line);
    const d3 = v128.load(at + 3 * line);
    const to = lines + i;
    v128.store(to, i8x16.sub(d0, d2));
    v128.store(to + bytes, i8x16.add(d1, d2));
    v128.store(to + 2 * bytes, i8x16.sub(d2, d1));
    v128.store(to + 3 * bytes, i8x16.sub(d1, d3));
  }
}

// @ts-ignore: decorator
@inline
function double(x: v128): v128 {
  return i8x16.add(x, x);
}

/** Columns of the four lines: six points for each tile of four outputs. */
function transformTiles(lines: usize, bytes: usize, depth: usize, tiles: i32, out: usize, point: usize, offset: i32): void {
  const lift = i8x16.splat(<i8>offset);
  for (let row = 0; row < 4; row++) {
    let from = lines + <usize>row * bytes;
    let to = out + <usize>row * 6 * point;
    for (let t = 0; t < tiles; t++) {
      for (let c: usize = 0; c < depth; c += 16) {
        let at = from + c;
        const d0 = v128.load(at);
        at += depth;
        const d1 = v128.load(at);
        at += depth;
        const d2 = v128.load(at);
        at += depth;
        const d3 = v128.load(at);
        at += depth;
        const d4 = v128.load(at);
        at += depth;
        const d5 = v128.load(at);
        const u = i8x16.add(i8x16.sub(d4, d2), lift);
        const v = double(i8x16.sub(d3, d1));
        let store = to + c;
        v128.store(store, i8x16.add(u, double(double(i8x16.sub(d0, d2)))));
        store += point;
        v128.store(store, i8x16.sub(i8x16.add(i8x16.add(d3, d4), lift), double(double(i8x16.add(d1, d2)))));
        store += point;
        v128.store(store, i8x16.add(i8x16.add(i8x16.sub(d4, d3), lift), double(double(i8x16.sub(d1, d2)))));
        store += point;
        v128.store(store, i8x16.add(u, v));
        store += point;
        v128.store(store, i8x16.sub(u, v));
        store += point;
        v128.store(store, i8x16.sub(i8x16.add(i8x16.sub(d5, d3), lift), double(v)));
      }
      from += 4 * depth;
      to += depth;
    }
  }
}

/** Products of all tiles and points with one block of eight outputs. */
function multiply(tiles: usize, count: i32, depth: usize, weights: usize, bias: usize, products: usize): void {
  for (let point: usize = 0; point < POINTS; point++) {
    let rows = tiles;
    let out = products;
    let left = count;
    while (left >= 6) {
      panel6(rows, depth, weights, bias, out);
      rows += 6 * depth;
      out += 6 * TILE_BYTES;
      left -= 6;
    }
    while (left >= 4) {
      panel4(rows, depth, weights, bias, out);
      rows += 4 * depth;
      out += 4 * TILE_BYTES;
      left -= 4;
    }
    while (left > 0) {
      // Of an odd last pair the second result lies behind the last tile.
      panel2(rows, depth, weights, bias, out);
      rows += 2 * depth;
      out += 2 * TILE_BYTES;
      left -= 2;
    }
    tiles += <usize>count * depth;
    products += 32;
    weights += depth * 8;
    bias += 32;
  }
}

/** The same for 16 channels. */
function multiplyShallow(tiles: usize, count: i32, weights: usize, bias: usize, products: usize): void {
  for (let point: usize = 0; point < POINTS; point++) {
    let rows = tiles;
    let out = products;
    let left = count;
    while (left >= 6) {
      shallowPanel6(rows, weights, bias, out);
      rows += 6 * 16;
      out += 6 * TILE_BYTES;
      left -= 6;
    }
    while (left >= 4) {
      shallowPanel4(rows, weights, bias, out);
      rows += 4 * 16;
      out += 4 * TILE_BYTES;
      left -= 4;
    }
    while (left > 0) {
      // Of an odd last pair the second result lies behind the last tile.
      shallowPanel2(rows, weights, bias, out);
      rows += 2 * 16;
      out += 2 * TILE_BYTES;
      left -= 2;
    }
    tiles += <usize>count * 16;
    products += 32;
    weights += 16 * 8;
    bias += 32;
  }
}

/** x / 3 for multiples of 3, modulo 2^32. */
// @ts-ignore: decorator
@inline
function third(x: v128): v128 {
  return i32x4.mul(x, i32x4.splat(0xaaaaaaab));
}

/** Four outputs of one row from its six points, at most `width` of them. */
// @ts-ignore: decorator
@inline
function storeRow(m0: v128, m1: v128, m2: v128, m3: v128, m4: v128, m5: v128, out: usize, row: usize, width: i32): void {
  const s12 = i32x4.add(m1, m2);
  const d12 = i32x4.sub(m1, m2);
  const s34 = i32x4.add(m3, m4);
  const d34 = i32x4.sub(m3, m4);
  v128.store(out, i32x4.shr_s(third(i32x4.add(i32x4.add(m0, s12), i32x4.add(s12, s34))), 4));
  if (width < 2) return;
  v128.store(out + row, i32x4.shr_s(third(i32x4.add(d12, d34)), 3));
  if (width < 3) return;
  v128.store(out + 2 * row, i32x4.shr_s(third(i32x4.add(i32x4.add(s12, s34), s34)), 3));
  if (width < 4) return;
  const y3 = i32x4.add(i32x4.add(d12, i32x4.shl(d34, 2)), i32x4.add(m5, m5));
  v128.store(out + 3 * row, i32x4.shr_s(third(y3), 3));
}

/** Products of one tile, four output channels, to at most 2 x `width` pixels. */
function finishTile(m: usize, out: usize, row: usize, line: usize, height: i32, width: i32): void {
  const a0 = v128.load(m, 0), a1 = v128.load(m, 32), a2 = v128.load(m, 64), a3 = v128.load(m, 96), a4 = v128.load(m, 128), a5 = v128.load(m, 160);
  const b0 = v128.load(m, 192), b1 = v128.load(m, 224), b2 = v128.load(m, 256), b3 = v128.load(m, 288), b4 = v128.load(m, 320), b5 = v128.load(m, 352);
  const c0 = v128.load(m, 384), c1 = v128.load(m, 416), c2 = v128.load(m, 448), c3 = v128.load(m, 480), c4 = v128.load(m, 512), c5 = v128.load(m, 544);
  storeRow(
    i32x4.add(a0, i32x4.add(b0, c0)), i32x4.add(a1, i32x4.add(b1, c1)), i32x4.add(a2, i32x4.add(b2, c2)),
    i32x4.add(a3, i32x4.add(b3, c3)), i32x4.add(a4, i32x4.add(b4, c4)), i32x4.add(a5, i32x4.add(b5, c5)),
    out, row, width,
  );
  if (height < 2) return;
  const e0 = v128.load(m, 576), e1 = v128.load(m, 608), e2 = v128.load(m, 640), e3 = v128.load(m, 672), e4 = v128.load(m, 704), e5 = v128.load(m, 736);
  storeRow(
    i32x4.sub(i32x4.sub(b0, c0), e0), i32x4.sub(i32x4.sub(b1, c1), e1), i32x4.sub(i32x4.sub(b2, c2), e2),
    i32x4.sub(i32x4.sub(b3, c3), e3), i32x4.sub(i32x4.sub(b4, c4), e4), i32x4.sub(i32x4.sub(b5, c5), e5),
    out + line, row, width,
  );
}

/** Accumulators of whole pairs of lines, pixels first .. first + count, into scratch rows. */
export function winogradRows(d: usize, first: i32, count: i32, scratch: usize, row: usize): void {
  const height = <i32>word(d, HEIGHT);
  const width = <i32>word(d, WIDTH);
  const depth = word(d, DEPTH);
  const across = (width + 3) >> 2;
  const lines = word(d, LINES);
  const lineBytes = <usize>(4 * across + 2) * depth;
  const firstImage = first / (height * width);
  const firstLine = (first % (height * width)) / width;

  // Lines of tiles in this chunk; a chunk that holds several images holds them whole.
  let tiles = 0;
  for (let y = firstLine, left = count; left > 0; ) {
    tiles += across;
    left -= min(2, height - y) * width;
    y = y + 2 < height ? y + 2 : 0;
  }
  const point = <usize>tiles * depth;
  let image = firstImage;
  let y = firstLine;
  for (let t = 0; t < tiles; t += across) {
    const input = word(d, INPUT) + <usize>image * word(d, IMAGE) + <usize>y * word(d, LINE);
    transformLines(input, word(d, LINE), lineBytes, lines);
    transformTiles(lines, lineBytes, depth, across, word(d, TILES) + <usize>t * depth, point, <i32>word(d, OFFSET));
    y += 2;
    if (y >= height) {
      y = 0;
      image++;
    }
  }
  const blocks = <i32>word(d, BLOCKS);
  const products = word(d, PRODUCTS);
  for (let b = 0; b < blocks; b++) {
    const weights = word(d, WEIGHTS) + <usize>b * POINTS * depth * 8;
    const bias = word(d, BIAS) + <usize>b * POINTS * 32;
    if (depth == 16) multiplyShallow(word(d, TILES), tiles, weights, bias, products);
    else multiply(word(d, TILES), tiles, depth, weights, bias, products);
    let pixel = scratch + <usize>b * 32;
    let line = firstLine;
    for (let t = 0; t < tiles; t += across) {
      const rows = min(2, height - line);
      for (let x = 0; x < across; x++) {
        const from = products + <usize>(t + x) * TILE_BYTES;
        const to = pixel + <usize>(4 * x) * row;
        const wide = width - 4 * x;
        finishTile(from, to, row, row * width, rows, wide);
        finishTile(from + 16, to + 16, row, row * width, rows, wide);
      }
      pixel += <usize>(rows * width) * row;
      line = line + 2 < height ? line + 2 : 0;
    }
  }
}
