import { codeRange, type CodeFormat } from '../network/codes.ts';
import { elementCount, INT32_MAX, INT32_MIN, valueRange } from '../network/integers.ts';
import type {
  AffineNode,
  ConvNode,
  FullyConnectedNode,
  PadNode,
  SliceNode,
  UpsampleNode,
  ThresholdNode,
  Triple,
  Weights,
  Window,
} from '../network/network.ts';
import type { CodesType, IntegersType, TensorType } from '../network/tensor-type.ts';
import type { Random } from './random.ts';

/** A weight format of the code system's legal widths. */
export function randomWeightFormat(random: Random): CodeFormat {
  const system = random.pick(['sign-magnitude', 'twos-complement']);
  return { system, bits: random.integer(system === 'sign-magnitude' ? 2 : 1, 8) };
}

/** `count` codes, each zero with the probability `sparsity`, extremes included often. */
export function randomWeights(random: Random, format: CodeFormat, count: number, sparsity: number): Weights {
  const { min, max } = codeRange(format);
  const codes = Int8Array.from({ length: count }, () => {
    if (random.chance(sparsity)) return 0;
    return random.chance(0.1) ? random.pick([min, max]) : random.integer(min, max);
  });
  return { format, codes };
}

/** A window that fits into `[c, height, width]`; each padding is below the kernel extent. */
export function randomWindow(
  random: Random,
  height: number,
  width: number,
  maxKernel: number,
): Window & { readonly dilation: readonly [number, number] } {
  const axis = (size: number): { kernel: number; dilation: number; before: number; after: number } => {
    for (;;) {
      const kernel = random.integer(1, maxKernel);
      const dilation = random.chance(0.8) ? 1 : random.integer(2, 3);
      const extent = dilation * (kernel - 1) + 1;
      const before = random.chance(0.4) ? 0 : random.integer(0, Math.min(3, extent - 1));
      const after = random.chance(0.5) ? before : random.integer(0, Math.min(3, extent - 1));
      if (extent <= size + before + after) return { kernel, dilation, before, after };
    }
  };
  const [v, h] = [axis(height), axis(width)];
  const stride = (): number => (random.chance(0.6) ? 1 : random.integer(2, 3));
  return {
    kernel: [v.kernel, h.kernel],
    stride: [stride(), stride()],
    padding: [v.before, h.before, v.after, h.after],
    dilation: [v.dilation, h.dilation],
  };
}

function randomBias(random: Random, length: number): Int32Array | null {
  return random.chance(0.5) ? null : Int32Array.from({ length }, () => random.integer(-500, 500));
}

/** A convolution of codes `[c, h, w]`; sometimes grouped, sometimes depthwise. */
export function randomConv(
  random: Random,
  id: string,
  input: string,
  type: CodesType,
  maxChannels: number,
): ConvNode {
  const [channels = 1, height = 1, width = 1] = type.shape;
  const divisors = Array.from({ length: channels }, (_, i) => i + 1).filter((d) => channels % d === 0);
  const groups = random.chance(0.6) ? 1 : random.pick([channels, ...divisors]);
  const outChannels = groups * random.integer(1, Math.max(1, Math.floor(maxChannels / groups)));
  const window = randomWindow(random, height, width, 4);
  const count = outChannels * (channels / groups) * window.kernel[0] * window.kernel[1];
  return {
    kind: 'conv',
    id,
    input,
    ...window,
    groups,
    outChannels,
    weights: randomWeights(random, randomWeightFormat(random), count, random.pick([0, 0.3, 0.9])),
    bias: randomBias(random, outChannels),
  };
}

/** A fully connected layer on flat codes. */
export function randomFullyConnected(
  random: Random,
  id: string,
  input: string,
  type: CodesType,
  outFeatures: number,
): FullyConnectedNode {
  const count = outFeatures * elementCount(type.shape);
  return {
    kind: 'fully-connected',
    id,
    input,
    outFeatures,
    weights: randomWeights(random, randomWeightFormat(random), count, random.pick([0, 0.3, 0.9])),
    bias: randomBias(random, outFeatures),
  };
}

/**
 * Thresholds around the middle of the proven range, where most accumulators fall, of both
 * directions; some repeat (a code is skipped), some lie beyond the range (never or always reached).
 */
export function randomThreshold(random: Random, id: string, input: string, type: TensorType): ThresholdNode {
  const [channels = 1] = type.shape;
  const bits = random.pick([1, 2, 2, 2, 3, 3, 4, 5, 6, 7, 8]);
  const steps = 2 ** bits - 1;
  const rows = random.chance(0.8) ? channels : 1;
  const { min, max } = valueRange(type);
  const direction = Int8Array.from({ length: rows }, () => (random.chance(0.7) ? 1 : -1));
  const thresholds = new Int32Array(rows * steps);
  for (let row = 0; row < rows; row++) {
    const spread = (max - min) * random.pick([0.05, 0.2, 0.6]);
    const centre = Math.min(max, Math.max(min, 0));
    const values = Array.from({ length: steps }, () => {
      const raw = random.chance(0.03)
        ? random.pick([min, max + 1])
        : Math.round(centre + (random.unit() - 0.4) * spread);
      return Math.min(INT32_MAX, Math.max(INT32_MIN, raw));
    });
    values.sort((a, b) => (a - b) * direction[row]);
    thresholds.set(values, row * steps);
  }
  return { kind: 'threshold', id, input, bits, thresholds, direction };
}

/** A fixed-point affine map of both signs whose results stay within about 2^20, per channel or shared. */
export function randomAffine(random: Random, id: string, input: string, type: TensorType): AffineNode {
  const [channels = 1] = type.shape;
  const { min, max } = valueRange(type);
  const reach = Math.max(1, Math.abs(min), Math.abs(max));
  const shift = random.integer(0, 24);
  const largest = Math.max(1, Math.floor(Math.min(2 ** 31 - 1, (2 ** 18 * 2 ** shift) / reach)));
  const rows = (): number => (random.chance(0.8) ? channels : 1);
  return {
    kind: 'affine',
    id,
    input,
    multiplier: Int32Array.from({ length: rows() }, () => random.integer(-largest, largest)),
    offset: Float64Array.from(
      { length: rows() },
      () => random.integer(-(2 ** 10), 2 ** 10) * 2 ** shift + Math.floor(2 ** (shift - 1)),
    ),
    shift,
    errorBoundLsb: random.pick([0, 0.5]),
  };
}

function triple(make: (axis: 0 | 1 | 2) => number): Triple {
  return [make(0), make(1), make(2)];
}

/** Up to two elements on each side, sometimes channels, of values of any size. */
export function randomPad(random: Random, id: string, input: string, type: TensorType): PadNode {
  const [channels = 1] = type.shape;
  const addsChannels = random.chance(0.4);
  const side = (): Triple =>
    triple((axis) => (axis === 0 ? (addsChannels ? random.integer(0, 3) : 0) : random.integer(0, 2)));
  const { min, max } = valueRange(type);
  const [before, after] = [side(), side()];
  const shared = before[0] + after[0] > 0 || random.chance(0.5);
  const values = Int32Array.from({ length: shared ? 1 : channels }, () =>
    random.chance(0.2) ? random.pick([min, max]) : random.integer(min, max),
  );
  return { kind: 'pad', id, input, before, after, values };
}

/** A part of a value, every axis with a start, a size and a step of its own. */
export function randomSlice(random: Random, id: string, input: string, type: TensorType): SliceNode {
  const start = triple((axis) => random.integer(0, Math.min(2, type.shape[axis] - 1)));
  const step = triple(() => (random.chance(0.5) ? 1 : random.integer(2, 3)));
  const size = triple((axis) => {
    const most = Math.floor((type.shape[axis] - 1 - start[axis]) / step[axis]) + 1;
    return random.chance(0.6) ? most : random.integer(1, most);
  });
  return { kind: 'slice', id, input, start, size, step };
}

/** Rows and columns one to three times each. */
export function randomUpsample(random: Random, id: string, input: string): UpsampleNode {
  return { kind: 'upsample', id, input, factors: [random.integer(1, 3), random.integer(1, 3)] };
}

/** The type when it is codes. */
export function asCodes(type: TensorType): CodesType | null {
  return type.kind === 'codes' ? type : null;
}

/** The type when it is integers. */
export function asIntegers(type: TensorType): IntegersType | null {
  return type.kind === 'integers' ? type : null;
}
