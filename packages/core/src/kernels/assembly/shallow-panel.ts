// Matrix products of the transformed domain of layers with 16 channels.
import { dotCodes } from './dot';
import { TILE_BYTES } from './words';

/** The same for a depth of 16 bytes: every address is a constant away. */
// @ts-ignore: decorator
@inline
export function shallowPanel6(rows: usize, weights: usize, bias: usize, out: usize): void {
  const bias0 = v128.load(bias);
  const bias1 = v128.load(bias, 16);
  let a00 = bias0;
  let a01 = bias1;
  let a10 = bias0;
  let a11 = bias1;
  let a20 = bias0;
  let a21 = bias1;
  let a30 = bias0;
  let a31 = bias1;
  let a40 = bias0;
  let a41 = bias1;
  let a50 = bias0;
  let a51 = bias1;
  {
    const w0 = v128.load(weights, 0);
    const w1 = v128.load(weights, 16);
    const x0 = v128.load32_splat(rows, 0);
    a00 = dotCodes(w0, x0, a00);
    a01 = dotCodes(w1, x0, a01);
    const x1 = v128.load32_splat(rows, 16);
    a10 = dotCodes(w0, x1, a10);
    a11 = dotCodes(w1, x1, a11);
    const x2 = v128.load32_splat(rows, 32);
    a20 = dotCodes(w0, x2, a20);
    a21 = dotCodes(w1, x2, a21);
    const x3 = v128.load32_splat(rows, 48);
    a30 = dotCodes(w0, x3, a30);
    a31 = dotCodes(w1, x3, a31);
    const x4 = v128.load32_splat(rows, 64);
    a40 = dotCodes(w0, x4, a40);
    a41 = dotCodes(w1, x4, a41);
    const x5 = v128.load32_splat(rows, 80);
    a50 = dotCodes(w0, x5, a50);
    a51 = dotCodes(w1, x5, a51);
  }
  {
    const w0 = v128.load(weights, 32);
    const w1 = v128.load(weights, 48);
    const x0 = v128.load32_splat(rows, 4);
    a00 = dotCodes(w0, x0, a00);
    a01 = dotCodes(w1, x0, a01);
    const x1 = v128.load32_splat(rows, 20);
    a10 = dotCodes(w0, x1, a10);
    a11 = dotCodes(w1, x1, a11);
    const x2 = v128.load32_splat(rows, 36);
    a20 = dotCodes(w0, x2, a20);
    a21 = dotCodes(w1, x2, a21);
    const x3 = v128.load32_splat(rows, 52);
    a30 = dotCodes(w0, x3, a30);
    a31 = dotCodes(w1, x3, a31);
    const x4 = v128.load32_splat(rows, 68);
    a40 = dotCodes(w0, x4, a40);
    a41 = dotCodes(w1, x4, a41);
    const x5 = v128.load32_splat(rows, 84);
    a50 = dotCodes(w0, x5, a50);
    a51 = dotCodes(w1, x5, a51);
  }
  {
    const w0 = v128.load(weights, 64);
    const w1 = v128.load(weights, 80);
    const x0 = v128.load32_splat(rows, 8);
    a00 = dotCodes(w0, x0, a00);
    a01 = dotCodes(w1, x0, a01);
    const x1 = v128.load32_splat(rows, 24);
    a10 = dotCodes(w0, x1, a10);
    a11 = dotCodes(w1, x1, a11);
    const x2 = v128.load32_splat(rows, 40);
    a20 = dotCodes(w0, x2, a20);
    a21 = dotCodes(w1, x2, a21);
    const x3 = v128.load32_splat(rows, 56);
    a30 = dotCodes(w0, x3, a30);
    a31 = dotCodes(w1, x3, a31);
    const x4 = v128.load32_splat(rows, 72);
    a40 = dotCodes(w0, x4, a40);
    a41 = dotCodes(w1, x4, a41);
    const x5 = v128.load32_splat(rows, 88);
    a50 = dotCodes(w0, x5, a50);
    a51 = dotCodes(w1, x5, a51);
  }
  {
    const w0 = v128.load(weights, 96);
    const w1 = v128.load(weights, 112);
    const x0 = v128.load32_splat(rows, 12);
    a00 = dotCodes(w0, x0, a00);
    a01 = dotCodes(w1, x0, a01);
    const x1 = v128.load32_splat(rows, 28);
    a10 = dotCodes(w0, x1, a10);
    a11 = dotCodes(w1, x1, a11);
    const x2 = v128.load32_splat(rows, 44);
    a20 = dotCodes(w0, x2, a20);
    a21 = dotCodes(w1, x2, a21);
    const x3 = v128.load32_splat(rows, 60);
    a30 = dotCodes(w0, x3, a30);
    a31 = dotCodes(w1, x3, a31);
    const x4 = v128.load32_splat(rows, 76);
    a40 = dotCodes(w0, x4, a40);
    a41 = dotCodes(w1, x4, a41);
    const x5 = v128.load32_splat(rows, 92);
    a50 = dotCodes(w0, x5, a50);
    a51 = dotCodes(w1, x5, a51);
  }
  v128.store(out, a00, 0 * TILE_BYTES);
  v128.store(out, a01, 0 * TILE_BYTES + 16);
  v128.store(out, a10, 1 * TILE_BYTES);
  v128.store(out, a11, 1 * TILE_BYTES + 16);
  v128.store(out, a20, 2 * TILE_BYTES);
  v128.store(out, a21, 2 * TILE_BYTES + 16);
  v128.store(out, a30, 3 * TILE_BYTES);
  v128.store(out, a31, 3 * TILE_BYTES + 16);
  v128.store(out, a40, 4 * TILE_BYTES);
  v128.store(out, a41, 4 * TILE_BYTES + 16);
  v128.store(out, a50, 5 * TILE_BYTES);
  v128.store(out, a51, 5 * TILE_BYTES + 16);
}

/** The same for a depth of 16 bytes: every address is a constant away. */
// @ts-ignore: decorator
@inline
export function shallowPanel4(rows: usize, weights: usize, bias: usize, out: usize): void {
  const bias0 = v128.load(bias);
  const bias1 = v128.load(bias, 16);
  let a00 = bias0;
  let a01 = bias1;
  let a10 = bias0;
  let a11 = bias1;
  let a20 = bias0;
  let a21 = bias1;
  let a30 = bias0;
  let a31 = bias1;
  {
    const w0 = v128.load(weights, 0);
    const w1 = v128.load(weights, 16);
    const x0 = v128.load32_splat(rows, 0);
    a00 = dotCodes(w0, x0, a00);
    a01 = dotCodes(w1, x0, a01);
    const x1 = v128.load32_splat(rows, 16);
    a10 = dotCodes(w0, x1, a10);
    a11 = dotCodes(w1, x1, a11);
    const x2 = v128.load32_splat(rows, 32);
    a20 = dotCodes(w0, x2, a20);
    a21 = dotCodes(w1, x2, a21);
    const x3 = v128.load32_splat(rows, 48);
    a30 = dotCodes(w0, x3, a30);
    a31 = dotCodes(w1, x3, a31);
  }
  {
    const w0 = v128.load(weights, 32);
    const w1 = v128.load(weights, 48);
    const x0 = v128.load32_splat(rows, 4);
    a00 = dotCodes(w0, x0, a00);
    a01 = dotCodes(w1, x0, a01);
    const x1 = v128.load32_splat(rows, 20);
    a10 = dotCodes(w0, x1, a10);
    a11 = dotCodes(w1, x1, a11);
    const x2 = v128.load32_splat(rows, 36);
    a20 = dotCodes(w0, x2, a20);
    a21 = dotCodes(w1, x2, a21);
    const x3 = v128.load32_splat(rows, 52);
    a30 = dotCodes(w0, x3, a30);
    a31 = dotCodes(w1, x3, a31);
  }
  {
    const w0 = v128.load(weights, 64);
    const w1 = v128.load(weights, 80);
    const x0 = v128.load32_splat(rows, 8);
    a00 = dotCodes(w0, x0, a00);
    a01 = dotCodes(w1, x0, a01);
    const x1 = v128.load32_splat(rows, 24);
    a10 = dotCodes(w0, x1, a10);
    a11 = dotCodes(w1, x1, a11);
    const x2 = v128.load32_splat(rows, 40);
    a20 = dotCodes(w0, x2, a20);
    a21 = dotCodes(w1, x2, a21);
    const x3 = v128.load32_splat(rows, 56);
    a30 = dotCodes(w0, x3, a30);
    a31 = dotCodes(w1, x3, a31);
  }
  {
    const w0 = v128.load(weights, 96);
    const w1 = v128.load(weights, 112);
    const x0 = v128.load32_splat(rows, 12);
    a00 = dotCodes(w0, x0, a00);
    a01 = dotCodes(w1, x0, a01);
    const x1 = v128.load32_splat(rows, 28);
    a10 = dotCodes(w0, x1, a10);
    a11 = dotCodes(w1, x1, a11);
    const x2 = v128.load32_splat(rows, 44);
    a20 = dotCodes(w0, x2, a20);
    a21 = dotCodes(w1, x2, a21);
    const x3 = v128.load32_splat(rows, 60);
    a30 = dotCodes(w0, x3, a30);
    a31 = dotCodes(w1, x3, a31);
  }
  v128.store(out, a00, 0 * TILE_BYTES);
  v128.store(out, a01, 0 * TILE_BYTES + 16);
  v128.store(out, a10, 1 * TILE_BYTES);
  v128.store(out, a11, 1 * TILE_BYTES + 16);
  v128.store(out, a20, 2 * TILE_BYTES);
  v128.store(out, a21, 2 * TILE_BYTES + 16);
  v128.store(out, a30, 3 * TILE_BYTES);
  v128.store(out, a31, 3 * TILE_BYTES + 16);
}

/** The same for a depth of 16 bytes: every address is a constant away. */
// @ts-ignore: decorator
@inline
export function shallowPanel2(rows: usize, weights: usize, bias: usize, out: usize): void {
  const bias0 = v128.load(bias);
  const bias1 = v128.load(bias, 16);
  let a00 = bias0;
  let a01 = bias1;
  let a10 = bias0;
  let a11 = bias1;
  {
    const w0 = v128.load(weights, 0);
    const w1 = v128.load(weights, 16);
    const x0 = v128.load32_splat(rows, 0);
    a00 = dotCodes(w0, x0, a00);
    a01 = dotCodes(w1, x0, a01);
    const x1 = v128.load32_splat(rows, 16);
    a10 = dotCodes(w0, x1, a10);
    a11 = dotCodes(w1, x1, a11);
  }
  {
    const w0 = v128.load(weights, 32);
    const w1 = v128.load(weights, 48);
    const x0 = v128.load32_splat(rows, 4);
    a00 = dotCodes(w0, x0, a00);
    a01 = dotCodes(w1, x0, a01);
    const x1 = v128.load32_splat(rows, 20);
    a10 = dotCodes(w0, x1, a10);
    a11 = dotCodes(w1, x1, a11);
  }
  {
    const w0 = v128.load(weights, 64);
    const w1 = v128.load(weights, 80);
    const x0 = v128.load32_splat(rows, 8);
    a00 = dotCodes(w0, x0, a00);
    a01 = dotCodes(w1, x0, a01);
    const x1 = v128.load32_splat(rows, 24);
    a10 = dotCodes(w0, x1, a10);
    a11 = dotCodes(w1, x1, a11);
  }
  {
    const w0 = v128.load(weights, 96);
    const w1 = v128.load(weights, 112);
    const x0 = v128.load32_splat(rows, 12);
    a00 = dotCodes(w0, x0, a00);
    a01 = dotCodes(w1, x0, a01);
    const x1 = v128.load32_splat(rows, 28);
    a10 = dotCodes(w0, x1, a10);
    a11 = dotCodes(w1, x1, a11);
  }
  v128.store(out, a00, 0 * TILE_BYTES);
  v128.store(out, a01, 0 * TILE_BYTES + 16);
  v128.store(out, a10, 1 * TILE_BYTES);
  v128.store(out, a11, 1 * TILE_BYTES + 16);
}
