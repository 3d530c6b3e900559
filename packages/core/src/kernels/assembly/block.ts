// The register-blocked microkernel: 12 accumulators, two weight vectors, one broadcast of four input bytes.
import { dotCodes } from './dot';

/** Six pixels x eight outputs; `p0..p5` are input addresses, segments are [offset, bytes] pairs, bytes a multiple of 4. */
// @ts-ignore: decorator
@inline
export function blockCodes(
  p0: usize, p1: usize, p2: usize, p3: usize, p4: usize, p5: usize,
  weights: usize, segments: usize, segmentsEnd: usize, bias: usize, out: usize, row: usize,
): void {
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
  for (let s = segments; s < segmentsEnd; s += 8) {
    const offset = <usize>load<u32>(s);
    const bytes = <usize>load<u32>(s, 4);
    let q0 = p0 + offset;
    let q1 = p1 + offset;
    let q2 = p2 + offset;
    let q3 = p3 + offset;
    let q4 = p4 + offset;
    let q5 = p5 + offset;
    const unrolled = q0 + (bytes & ~15);
    while (q0 < unrolled) {
      {
        const w0 = v128.load(w, 0);
        const w1 = v128.load(w, 16);
        const x0 = v128.load32_splat(q0, 0);
        a00 = dotCodes(w0, x0, a00);
        a01 = dotCodes(w1, x0, a01);
        const x1 = v128.load32_splat(q1, 0);
        a10 = dotCodes(w0, x1, a10);
        a11 = dotCodes(w1, x1, a11);
        const x2 = v128.load32_splat(q2, 0);
        a20 = dotCodes(w0, x2, a20);
        a21 = dotCodes(w1, x2, a21);
        const x3 = v128.load32_splat(q3, 0);
        a30 = dotCodes(w0, x3, a30);
        a31 = dotCodes(w1, x3, a31);
        const x4 = v128.load32_splat(q4, 0);
        a40 = dotCodes(w0, x4, a40);
        a41 = dotCodes(w1, x4, a41);
        const x5 = v128.load32_splat(q5, 0);
        a50 = dotCodes(w0, x5, a50);
        a51 = dotCodes(w1, x5, a51);
      }
      {
        const w0 = v128.load(w, 32);
        const w1 = v128.load(w, 48);
        const x0 = v128.load32_splat(q0, 4);
        a00 = dotCodes(w0, x0, a00);
        a01 = dotCodes(w1, x0, a01);
        const x1 = v128.load32_splat(q1, 4);
        a10 = dotCodes(w0, x1, a10);
        a11 = dotCodes(w1, x1, a11);
        const x2 = v128.load32_splat(q2, 4);
        a20 = dotCodes(w0, x2, a20);
        a21 = dotCodes(w1, x2, a21);
        const x3 = v128.load32_splat(q3, 4);
        a30 = dotCodes(w0, x3, a30);
        a31 = dotCodes(w1, x3, a31);
        const x4 = v128.load32_splat(q4, 4);
        a40 = dotCodes(w0, x4, a40);
        a41 = dotCodes(w1, x4, a41);
        const x5 = v128.load32_splat(q5, 4);
        a50 = dotCodes(w0, x5, a50);
        a51 = dotCodes(w1, x5, a51);
      }
      {
        const w0 = v128.load(w, 64);
        const w1 = v128.load(w, 80);
        const x0 = v128.load32_splat(q0, 8);
        a00 = dotCodes(w0, x0, a00);
        a01 = dotCodes(w1, x0, a01);
        const x1 = v128.load32_splat(q1, 8);
        a10 = dotCodes(w0, x1, a10);
        a11 = dotCodes(w1, x1, a11);
        const x2 = v128.load32_splat(q2, 8);
        a20 = dotCodes(w0, x2, a20);
        a21 = dotCodes(w1, x2, a21);
        const x3 = v128.load32_splat(q3, 8);
        a30 = dotCodes(w0, x3, a30);
        a31 = dotCodes(w1, x3, a31);
        const x4 = v128.load32_splat(q4, 8);
        a40 = dotCodes(w0, x4, a40);
        a41 = dotCodes(w1, x4, a41);
        const x5 = v128.load32_splat(q5, 8);
        a50 = dotCodes(w0, x5, a50);
        a51 = dotCodes(w1, x5, a51);
      }
      {
        const w0 = v128.load(w, 96);
        const w1 = v128.load(w, 112);
        const x0 = v128.load32_splat(q0, 12);
        a00 = dotCodes(w0, x0, a00);
        a01 = dotCodes(w1, x0, a01);
        const x1 = v128.load32_splat(q1, 12);
        a10 = dotCodes(w0, x1, a10);
        a11 = dotCodes(w1, x1, a11);
        const x2 = v128.load32_splat(q2, 12);
        a20 = dotCodes(w0, x2, a20);
        a21 = dotCodes(w1, x2, a21);
        const x3 = v128.load32_splat(q3, 12);
        a30 = dotCodes(w0, x3, a30);
        a31 = dotCodes(w1, x3, a31);
        const x4 = v128.load32_splat(q4, 12);
        a40 = dotCodes(w0, x4, a40);
        a41 = dotCodes(w1, x4, a41);
        const x5 = v128.load32_splat(q5, 12);
        a50 = dotCodes(w0, x5, a50);
        a51 = dotCodes(w1, x5, a51);
      }
      w += 128;
      q0 += 16;
      q1 += 16;
      q2 += 16;
      q3 += 16;
      q4 += 16;
      q5 += 16;
    }
    if (bytes & 8) {
      {
        const w0 = v128.load(w, 0);
        const w1 = v128.load(w, 16);
        const x0 = v128.load32_splat(q0, 0);
        a00 = dotCodes(w0, x0, a00);
        a01 = dotCodes(w1, x0, a01);
        const x1 = v128.load32_splat(q1, 0);
        a10 = dotCodes(w0, x1, a10);
        a11 = dotCodes(w1, x1, a11);
        const x2 = v128.load32_splat(q2, 0);
        a20 = dotCodes(w0, x2, a20);
        a21 = dotCodes(w1, x2, a21);
        const x3 = v128.load32_splat(q3, 0);
        a30 = dotCodes(w0, x3, a30);
        a31 = dotCodes(w1, x3, a31);
        const x4 = v128.load32_splat(q4, 0);
        a40 = dotCodes(w0, x4, a40);
        a41 = dotCodes(w1, x4, a41);
        const x5 = v128.load32_splat(q5, 0);
        a50 = dotCodes(w0, x5, a50);
        a51 = dotCodes(w1, x5, a51);
      }
      {
        const w0 = v128.load(w, 32);
        const w1 = v128.load(w, 48);
        const x0 = v128.load32_splat(q0, 4);
        a00 = dotCodes(w0, x0, a00);
        a01 = dotCodes(w1, x0, a01);
        const x1 = v128.load32_splat(q1, 4);
        a10 = dotCodes(w0, x1, a10);
        a11 = dotCodes(w1, x1, a11);
        const x2 = v128.load32_splat(q2, 4);
        a20 = dotCodes(w0, x2, a20);
        a21 = dotCodes(w1, x2, a21);
        const x3 = v128.load32_splat(q3, 4);
        a30 = dotCodes(w0, x3, a30);
        a31 = dotCodes(w1, x3, a31);
        const x4 = v128.load32_splat(q4, 4);
        a40 = dotCodes(w0, x4, a40);
        a41 = dotCodes(w1, x4, a41);
        const x5 = v128.load32_splat(q5, 4);
        a50 = dotCodes(w0, x5, a50);
        a51 = dotCodes(w1, x5, a51);
      }
      w += 64;
      q0 += 8;
      q1 += 8;
      q2 += 8;
      q3 += 8;
      q4 += 8;
      q5 += 8;
    }
    if (bytes & 4) {
      {
        const w0 = v128.load(w, 0);
        const w1 = v128.load(w, 16);
        const x0 = v128.load32_splat(q0, 0);
        a00 = dotCodes(w0, x0, a00);
        a01 = dotCodes(w1, x0, a01);
        const x1 = v128.load32_splat(q1, 0);
        a10 = dotCodes(w0, x1, a10);
        a11 = dotCodes(w1, x1, a11);
        const x2 = v128.load32_splat(q2, 0);
        a20 = dotCodes(w0, x2, a20);
        a21 = dotCodes(w1, x2, a21);
        const x3 = v128.load32_splat(q3, 0);
        a30 = dotCodes(w0, x3, a30);
        a31 = dotCodes(w1, x3, a31);
        const x4 = v128.load32_splat(q4, 0);
        a40 = dotCodes(w0, x4, a40);
        a41 = dotCodes(w1, x4, a41);
        const x5 = v128.load32_splat(q5, 0);
        a50 = dotCodes(w0, x5, a50);
        a51 = dotCodes(w1, x5, a51);
      }
      w += 32;
    }
  }
  v128.store(out, a00);
  v128.store(out, a01, 16);
  out += row;
  v128.store(out, a10);
  v128.store(out, a11, 16);
  out += row;
  v128.store(out, a20);
  v128.store(out, a21, 16);
  out += row;
  v128.store(out, a30);
  v128.store(out, a31, 16);
  out += row;
  v128.store(out, a40);
  v128.store(out, a41, 16);
  out += row;
  v128.store(out, a50);
  v128.store(out, a51, 16);
}
