/**
 * y = (x - mean) / std of the network's input, one element for all channels or one for each, in float64
 * until a layer takes it in. What is 0 in y is `mean` in x.
 */
export interface InputAffine {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

const IDENTITY: InputAffine = { mean: [0], std: [1] };

function zip(
  a: readonly number[],
  b: readonly number[],
  combine: (a: number, b: number) => number,
): readonly number[] {
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, i) =>
    combine(a[a.length === 1 ? 0 : i] ?? NaN, b[b.length === 1 ? 0 : i] ?? NaN),
  );
}

/** Null for the identity, so that it costs nothing. */
function normal(affine: InputAffine): InputAffine | null {
  const { mean, std } = affine;
  return mean.every((value) => value === 0) && std.every((value) => value === 1) ? null : affine;
}

/** y - values. */
export function minus(affine: InputAffine | null, values: readonly number[]): InputAffine | null {
  const { mean, std } = affine ?? IDENTITY;
  return normal({
    std,
    mean: zip(
      mean,
      zip(values, std, (v, s) => v * s),
      (m, d) => m + d,
    ),
  });
}

/** y / values, which are not zero. */
export function dividedBy(affine: InputAffine | null, values: readonly number[]): InputAffine | null {
  const { mean, std } = affine ?? IDENTITY;
  return normal({ mean, std: zip(std, values, (s, v) => s * v) });
}

/** Whether every value is a finite number and no divisor is zero. */
export function isUsable({ mean, std }: InputAffine): boolean {
  return mean.every((value) => Number.isFinite(value)) && std.every((s) => Number.isFinite(1 / s) && s !== 0);
}

/** The element of a channel. */
export function ofChannel(values: readonly number[], channel: number): number {
  return values[values.length === 1 ? 0 : channel] ?? NaN;
}

/** The same over the features of a flattened value, `size` of each channel. */
export function perFeature(affine: InputAffine, channels: number, size: number): InputAffine {
  const spread = (values: readonly number[]): readonly number[] =>
    values.length === 1
      ? values
      : Array.from({ length: channels * size }, (_, i) => ofChannel(values, Math.floor(i / size)));
  return { mean: spread(affine.mean), std: spread(affine.std) };
}

/**
 * The input codes that become 0, one per channel: round(mean / scale). Null when one of them is no code
 * of `bits` bits.
 */
export function zeroCodes(
  affine: InputAffine | null,
  channels: number,
  scale: number,
  bits: number,
): { readonly codes: readonly number[]; readonly exact: readonly number[] } | null {
  const exact = Array.from({ length: channels }, (_, c) =>
    affine === null ? 0 : ofChannel(affine.mean, c) / scale,
  );
  const codes = exact.map((value) => Math.round(value));
  return codes.every((code) => code >= 0 && code < 2 ** bits) ? { codes, exact } : null;
}
