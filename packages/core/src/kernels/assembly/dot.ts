// Sixteen products into four 32-bit lanes: lane i gets sum_{j<4} w[4i + j] * a[4i + j].
//
// RELAXED (build constant): 1 uses i32x4.relaxed_dot_i8x16_i7x16_add_s, deterministic while a is 0..127;
// 0 uses plain SIMD128. U8_DIRECT: 1 says that this engine's relaxed dot takes a as 0..255 exactly (probed).

/** acc + w . a per lane; w signed bytes, a in 0..127. */
// @ts-ignore: decorator
@inline
export function dotCodes(w: v128, a: v128, acc: v128): v128 {
  if (RELAXED) return i32x4.relaxed_dot_i8x16_i7x16_add_s(w, a, acc);
  return dotPlain(w, a, acc);
}

/** acc + w . a per lane; w signed bytes, a in 0..255. */
// @ts-ignore: decorator
@inline
export function dotBytes(w: v128, a: v128, acc: v128): v128 {
  if (RELAXED) {
    if (U8_DIRECT) return i32x4.relaxed_dot_i8x16_i7x16_add_s(w, a, acc);
    // a = half + half + (a & 1), each within 0..127.
    const half = i8x16.shr_u(a, 1);
    const once = i32x4.relaxed_dot_i8x16_i7x16_add_s(w, half, acc);
    const twice = i32x4.relaxed_dot_i8x16_i7x16_add_s(w, half, once);
    return i32x4.relaxed_dot_i8x16_i7x16_add_s(w, v128.and(a, i8x16.splat(1)), twice);
  }
  return dotPlain(w, a, acc);
}

/** Products fit int16 (128 * 255 = 32640), so plain multiplies are exact; pairs are then added as int32. */
// @ts-ignore: decorator
@inline
function dotPlain(w: v128, a: v128, acc: v128): v128 {
  const low = i16x8.mul(i16x8.extend_low_i8x16_s(w), i16x8.extend_low_i8x16_u(a));
  const high = i16x8.mul(i16x8.extend_high_i8x16_s(w), i16x8.extend_high_i8x16_u(a));
  const lowPairs = i32x4.extadd_pairwise_i16x8_s(low);
  const highPairs = i32x4.extadd_pairwise_i16x8_s(high);
  const even = i8x16.shuffle(lowPairs, highPairs, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
  const odd = i8x16.shuffle(lowPairs, highPairs, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  return i32x4.add(acc, i32x4.add(even, odd));
}

/** One dot of the relaxed instruction with a byte of 255: 4 * 127 * 255 exactly where bytes are taken unsigned without saturation. */
export function probeUnsigned(): i32 {
  if (RELAXED) {
    const dot = i32x4.relaxed_dot_i8x16_i7x16_add_s(i8x16.splat(127), i8x16.splat(-1), i32x4.splat(0));
    return i32x4.extract_lane(dot, 0);
  }
  return 4 * 127 * 255;
}
