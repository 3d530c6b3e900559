/** How one output index takes its value from one axis: input indices and their weights. */
export interface Taps {
  readonly indices: readonly number[];
  readonly weights: readonly number[];
  /** Beyond the input: the value is the extrapolation value (tf_crop_and_resize). */
  readonly outside: boolean;
}

export const COORDINATE_MODES = [
  'half_pixel',
  'half_pixel_symmetric',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'tf_half_pixel_for_nn',
  'tf_crop_and_resize',
] as const;
export const NEAREST_MODES = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'] as const;
export type CoordinateMode = (typeof COORDINATE_MODES)[number];
export type NearestMode = (typeof NEAREST_MODES)[number];

/** One axis that is resized. */
export interface ResizedAxis {
  readonly input: number;
  readonly output: number;
  /** Output over input, as stated or as sizes give it. */
  readonly scale: number;
  /** Region of tf_crop_and_resize, as fractions of the input. */
  readonly start: number;
  readonly end: number;
}

/** Place in the input, in elements, of index `x` of the output. */
export function inputCoordinate(x: number, axis: ResizedAxis, mode: CoordinateMode): number {
  const { input, output, scale, start, end } = axis;
  switch (mode) {
    case 'half_pixel':
      return (x + 0.5) / scale - 0.5;
    case 'half_pixel_symmetric': {
      const adjustment = output / (scale * input);
      return (input / 2) * (1 - adjustment) + (x + 0.5) / scale - 0.5;
    }
    case 'pytorch_half_pixel':
      return output > 1 ? (x + 0.5) / scale - 0.5 : 0;
    case 'align_corners': {
      // The stated scale counts, not the truncated size: so says ONNX's own test of a fractional size.
      const length = scale * input;
      return length === 1 || output === 1 ? 0 : (x * (input - 1)) / (length - 1);
    }
    case 'asymmetric':
      return x / scale;
    case 'tf_half_pixel_for_nn':
      return (x + 0.5) / scale;
    case 'tf_crop_and_resize':
      return output > 1
        ? start * (input - 1) + (x * (end - start) * (input - 1)) / (output - 1)
        : 0.5 * (start + end) * (input - 1);
    default:
      throw new Error(`no such mode: ${String(mode satisfies never)}`);
  }
}

/** The integer next to a coordinate. */
export function nearestIndex(coordinate: number, mode: NearestMode): number {
  switch (mode) {
    case 'round_prefer_floor':
      return Math.ceil(coordinate - 0.5);
    case 'round_prefer_ceil':
      return Math.floor(coordinate + 0.5);
    case 'floor':
      return Math.floor(coordinate);
    case 'ceil':
      return Math.ceil(coordinate);
    default:
      throw new Error(`no such mode: ${String(mode satisfies never)}`);
  }
}

/** Weights of the four neighbours of a point at `fraction` past the second (Keys, 1981, with his a). */
function cubicWeights(fraction: number, a: number): number[] {
  const near = (t: number): number => ((a + 2) * t - (a + 3)) * t * t + 1;
  const far = (t: number): number => ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
  return [far(fraction + 1), near(fraction), near(1 - fraction), far(2 - fraction)];
}

/** Interpolation of one output index at `coordinate`; neighbours beyond the ends are the ends, or left out. */
export function interpolationTaps(
  coordinate: number,
  input: number,
  cubic: { readonly a: number } | null,
  excludeOutside: boolean,
): Omit<Taps, 'outside'> {
  const floor = Math.floor(coordinate);
  const fraction = coordinate - floor;
  const first = cubic === null ? floor : floor - 1;
  const weights = cubic === null ? [1 - fraction, fraction] : cubicWeights(fraction, cubic.a);
  if (excludeOutside) {
    const inside = weights.map((weight, i) => (first + i >= 0 && first + i < input ? weight : 0));
    const sum = inside.reduce((total, weight) => total + weight, 0);
    weights.splice(0, weights.length, ...inside.map((weight) => weight / sum));
  }
  const indices = weights.map((_, i) => Math.max(0, Math.min(input - 1, first + i)));
  return { indices, weights };
}
