// Matrix products of the transformed domain: rows lie one behind the other, so one pointer and a length do.
// Here the transformed input takes all eight bits.
import { dotBytes } from './dot';
import { TILE_BYTES } from './words';

/** 6 rows of `depth` bytes (a multiple of 16) one behind the other x eight outputs; results of 32 bytes, `TILE_BYTES` apart. */
// @ts-ignore: decorator
@inline
export function panelBytes6(rows: usize, depth: usize, weights: usize, bias: usize, out: usize): void {
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
  let w = weights;
  let q0 = rows;
  let q1 = q0 + depth;
  let q2 = q1 + depth;
  let q3 = q2 + depth;
  let q4 = q3 + depth;
  let q5 = q4 + depth;
  const end = q0 + depth;
  do {
    {
      const w0 = v128.load(w, 0);
      const w1 = v128.load(w, 16);
      const x0 = v128.load32_splat(q0, 0);
      a00 = dotBytes(w0, x0, a00);
      a01 = dotBytes(w1, x0, a01);
      const x1 = v128.load32_splat(q1, 0);
      a10 = dotBytes(w0, x1, a10);
      a11 = dotBytes(w1, x1, a11);
      const x2 = v128.load32_splat(q2, 0);
      a20 = dotBytes(w0, x2, a20);
      a21 = dotBytes(w1, x2, a21);
      const x3 = v128.load32_splat(q3, 0);
      a30 = dotBytes(w0, x3, a30);
      a31 = dotBytes(w1, x3, a31);
      const x4 = v128.load32_splat(q4, 0);
      a40 = dotBytes(w0, x4, a40);
      a41 = dotBytes(w1, x4, a41);
      const x5 = v128.load32_splat(q5, 0);
      a50 = dotBytes(w0, x5, a50);
      a51 = dotBytes(w1, x5, a51);
    }
    {
      const w0 = v128.load(w, 32);
      const w1 = v128.load(w, 48);
      const x0 = v128.load32_splat(q0, 4);
      a00 = dotBytes(w0, x0, a00);
      a01 = dotBytes(w1, x0, a01);
      const x1 = v128.load32_splat(q1, 4);
      a10 = dotBytes(w0, x1, a10);
      a11 = dotBytes(w1, x1, a11);
      const x2 = v128.load32_splat(q2, 4);
      a20 = dotBytes(w0, x2, a20);
      a21 = dotBytes(w1, x2, a21);
      const x3 = v128.load32_splat(q3, 4);
      a30 = dotBytes(w0, x3, a30);
      a31 = dotBytes(w1, x3, a31);
      const x4 = v128.load32_splat(q4, 4);
      a40 = dotBytes(w0, x4, a40);
      a41 = dotBytes(w1, x4, a41);
      const x5 = v128.load32_splat(q5, 4);
      a50 = dotBytes(w0, x5, a50);
      a51 = dotBytes(w1, x5, a51);
    }
    {
      const w0 = v128.load(w, 64);
      const w1 = v128.load(w, 80);
      const x0 = v128.load32_splat(q0, 8);
      a00 = dotBytes(w0, x0, a00);
      a01 = dotBytes(w1, x0, a01);
      const x1 = v128.load32_splat(q1, 8);
      a10 = dotBytes(w0, x1, a10);
      a11 = dotBytes(w1, x1, a11);
      const x2 = v128.load32_splat(q2, 8);
      a20 = dotBytes(w0, x2, a20);
      a21 = dotBytes(w1, x2, a21);
      const x3 = v128.load32_splat(q3, 8);
      a30 = dotBytes(w0, x3, a30);
      a31 = dotBytes(w1, x3, a31);
      const x4 = v128.load32_splat(q4, 8);
      a40 = dotBytes(w0, x4, a40);
      a41 = dotBytes(w1, x4, a41);
      const x5 = v128.load32_splat(q5, 8);
      a50 = dotBytes(w0, x5, a50);
      a51 = dotBytes(w1, x5, a51);
    }
    {
      const w0 = v128.load(w, 96);
      const w1 = v128.load(w, 112);
      const x0 = v128.load32_splat(q0, 12);
      a00 = dotBytes(w0, x0, a00);
      a01 = dotBytes(w1, x0, a01);
      const x1 = v128.load32_splat(q1, 12);
      a10 = dotBytes(w0, x1, a10);
      a11 = dotBytes(w1, x1, a11);
      const x2 = v128.load32_splat(q2, 12);
      a20 = dotBytes(w0, x2, a20);
      a21 = dotBytes(w1, x2, a21);
      const x3 = v128.load32_splat(q3, 12);
      a30 = dotBytes(w0, x3, a30);
      a31 = dotBytes(w1, x3, a31);
      const x4 = v128.load32_splat(q4, 12);
      a40 = dotBytes(w0, x4, a40);
      a41 = dotBytes(w1, x4, a41);
      const x5 = v128.load32_splat(q5, 12);
      a50 = dotBytes(w0, x5, a50);
      a51 = dotBytes(w1, x5, a51);
    }
    w += 128;
    q0 += 16;
    q1 += 16;
    q2 += 16;
    q3 += 16;
    q4 += 16;
    q5 += 16;
  } while (q0 < end);
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

/** 4 rows of `depth` bytes (a multiple of 16) one behind the other x eight outputs; results of 32 bytes, `TILE_BYTES` apart. */
// @ts-ignore: decorator
@inline
export function panelBytes4(rows: usize, depth: usize, weights: usize, bias: usize, out: usize): void {
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
  let w = weights;
  let q0 = rows;
  let q1 = q0 + depth;
  let q2 = q1 + depth;
  let q3 = q2 + depth;
  const end = q0 + depth;
  do {
    {
      const w0 = v128.load(w, 0);
      const w1 = v128.load(w, 16);
      const x0 = v128.load32_splat(q0, 0);
      a00 = dotBytes(w0, x0, a00);
      a01 = dotBytes(w1, x0, a01);
      const x1 = v128.load32_splat(q1, 0);
      a10 = dotBytes(w0, x1, a10);
      a11 = dotBytes(w1, x1, a11);
      const x2 = v128.load32_splat(q2, 0);
      a20 = dotBytes(w0, x2, a20);
      a21 = dotBytes(w1, x2, a21);
      const x3 = v128.load32_splat(q3, 0);
      a30 = dotBytes(w0, x3, a30);
      a31 = dotBytes(w1, x3, a31);
    }
    {
      const w0 = v128.load(w, 32);
      const w1 = v128.load(w, 48);
      const x0 = v128.load32_splat(q0, 4);
      a00 = dotBytes(w0, x0, a00);
      a01 = dotBytes(w1, x0, a01);
      const x1 = v128.load32_splat(q1, 4);
      a10 = dotBytes(w0, x1, a10);
      a11 = dotBytes(w1, x1, a11);
      const x2 = v128.load32_splat(q2, 4);
      a20 = dotBytes(w0, x2, a20);
      a21 = dotBytes(w1, x2, a21);
      const x3 = v128.load32_splat(q3, 4);
      a30 = dotBytes(w0, x3, a30);
      a31 = dotBytes(w1, x3, a31);
    }
    {
      const w0 = v128.load(w, 64);
      const w1 = v128.load(w, 80);
      const x0 = v128.load32_splat(q0, 8);
      a00 = dotBytes(w0, x0, a00);
      a01 = dotBytes(w1, x0, a01);
      const x1 = v128.load32_splat(q1, 8);
      a10 = dotBytes(w0, x1, a10);
      a11 = dotBytes(w1, x1, a11);
      const x2 = v128.load32_splat(q2, 8);
      a20 = dotBytes(w0, x2, a20);
      a21 = dotBytes(w1, x2, a21);
      const x3 = v128.load32_splat(q3, 8);
      a30 = dotBytes(w0, x3, a30);
      a31 = dotBytes(w1, x3, a31);
    }
    {
      const w0 = v128.load(w, 96);
      const w1 = v128.load(w, 112);
      const x0 = v128.load32_splat(q0, 12);
      a00 = dotBytes(w0, x0, a00);
      a01 = dotBytes(w1, x0, a01);
      const x1 = v128.load32_splat(q1, 12);
      a10 = dotBytes(w0, x1, a10);
      a11 = dotBytes(w1, x1, a11);
      const x2 = v128.load32_splat(q2, 12);
      a20 = dotBytes(w0, x2, a20);
      a21 = dotBytes(w1, x2, a21);
      const x3 = v128.load32_splat(q3, 12);
      a30 = dotBytes(w0, x3, a30);
      a31 = dotBytes(w1, x3, a31);
    }
    w += 128;
    q0 += 16;
    q1 += 16;
    q2 += 16;
    q3 += 16;
  } while (q0 < end);
  v128.store(out, a00, 0 * TILE_BYTES);
  v128.store(out, a01, 0 * TILE_BYTES + 16);
  v128.store(out, a10, 1 * TILE_BYTES);
  v128.store(out, a11, 1 * TILE_BYTES + 16);
  v128.store(out, a20, 2 * TILE_BYTES);
  v128.store(out, a21, 2 * TILE_BYTES + 16);
  v128.store(out, a30, 3 * TILE_BYTES);
  v128.store(out, a31, 3 * TILE_BYTES + 16);
}

/** 2 rows of `depth` bytes (a multiple of 16) one behind the other x eight outputs; results of 32 bytes, `TILE_BYTES` apart. */
// @ts-ignore: decorator
@inline
export function panelBytes2(rows: usize, depth: usize, weights: usize, bias: usize, out: usize): void {
  const bias0 = v128.load(bias);
  const bias1 = v128.load(bias, 16);
  let a00 = bias0;
  let a01 = bias1;
  let a10 = bias0;
  let a11 = bias1;
  let w = weights;
  let q0 = rows;
  let q1 = q0 + depth;
  const end = q0 + depth;
  do {
    {
      const w0 = v128.load(w, 0);
      const w1 = v128.load(w, 16);
      const x0 = v128.load32_splat(q0, 0);
      a00 = dotBytes(w0, x0, a00);
      a01 = dotBytes(w1, x0, a01);
      const x1 = v128.load32_splat(q1, 0);
      a10 = dotBytes(w0, x1, a10);
      a11 = dotBytes(w1, x1, a11);
    }
    {
      const w0 = v128.load(w, 32);
      const w1 = v128.load(w, 48);
      const x0 = v128.load32_splat(q0, 4);
      a00 = dotBytes(w0, x0, a00);
      a01 = dotBytes(w1, x0, a01);
      const x1 = v128.load32_splat(q1, 4);
      a10 = dotBytes(w0, x1, a10);
      a11 = dotBytes(w1, x1, a11);
    }
    {
      const w0 = v128.load(w, 64);
      const w1 = v128.load(w, 80);
      const x0 = v128.load32_splat(q0, 8);
      a00 = dotBytes(w0, x0, a00);
      a01 = dotBytes(w1, x0, a01);
      const x1 = v128.load32_splat(q1, 8);
      a10 = dotBytes(w0, x1, a10);
      a11 = dotBytes(w1, x1, a11);
    }
    {
      const w0 = v128.load(w, 96);
      const w1 = v128.load(w, 112);
      const x0 = v128.load32_splat(q0, 12);
      a00 = dotBytes(w0, x0, a00);
      a01 = dotBytes(w1, x0, a01);
      const x1 = v128.load32_splat(q1, 12);
      a10 = dotBytes(w0, x1, a10);
      a11 = dotBytes(w1, x1, a11);
    }
    w += 128;
    q0 += 16;
    q1 += 16;
  } while (q0 < end);
  v128.store(out, a00, 0 * TILE_BYTES);
  v128.store(out, a01, 0 * TILE_BYTES + 16);
  v128.store(out, a10, 1 * TILE_BYTES);
  v128.store(out, a11, 1 * TILE_BYTES + 16);
}
