import type { Window } from '../../network/network.ts';
import { codeRange, type CodeFormat } from '../../network/codes.ts';

/**
 * A second, independent implementation of every operator's forward computation: nested loops in
 * float64, no ONNX. Central differences of these are what the hand-derived gradients are held against.
 */
export interface Naive {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export const size = (shape: readonly number[]): number =>
  shape.reduce((product, value) => product * value, 1);

export function zeros(shape: readonly number[]): Naive {
  return { shape, data: new Float64Array(size(shape)) };
}

const at = (tensor: Naive, n: number, c: number, y: number, x: number): number => {
  const [, channels = 0, height = 0, width = 0] = tensor.shape;
  if (y < 0 || y >= height || x < 0 || x >= width) return 0;
  return tensor.data[((n * channels + c) * height + y) * width + x];
};

interface Convolution extends Window {
  readonly groups: number;
  readonly dilation: readonly [number, number];
}

/** Every output position of a window: calls back with output index and the input's top left corner. */
function slide(
  input: Naive,
  channels: number,
  window: Window,
  dilation: readonly [number, number],
  value: (n: number, c: number, top: number, left: number) => number,
): Naive {
  const [n = 0, , h = 0, w = 0] = input.shape;
  const [top, left, bottom, right] = window.padding;
  const oh = Math.floor((h + top + bottom - dilation[0] * (window.kernel[0] - 1) - 1) / window.stride[0]) + 1;
  const ow = Math.floor((w + left + right - dilation[1] * (window.kernel[1] - 1) - 1) / window.stride[1]) + 1;
  const output = zeros([n, channels, oh, ow]);
  let index = 0;
  for (let image = 0; image < n; image++) {
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < oh; y++) {
        for (let x = 0; x < ow; x++) {
          output.data[index++] = value(image, c, y * window.stride[0] - top, x * window.stride[1] - left);
        }
      }
    }
  }
  return output;
}

export function conv(input: Naive, weight: Naive, attributes: Convolution): Naive {
  const [out = 0, perGroup = 0, kh = 0, kw = 0] = weight.shape;
  const outPerGroup = out / attributes.groups;
  const [, channels = 0, h = 0, w = 0] = input.shape;
  return slide(input, out, attributes, attributes.dilation, (n, o, top, left) => {
    const group = Math.floor(o / outPerGroup);
    let sum = 0;
    for (let i = 0; i < perGroup; i++) {
      for (let r = 0; r < kh; r++) {
        const y = top + r * attributes.dilation[0];
        if (y < 0 || y >= h) continue;
        const row = ((n * channels + group * perGroup + i) * h + y) * w;
        for (let c = 0; c < kw; c++) {
          const x = left + c * attributes.dilation[1];
          if (x >= 0 && x < w)
            sum += input.data[row + x] * weight.data[((o * perGroup + i) * kh + r) * kw + c];
        }
      }
    }
    return sum;
  });
}

export function maxPool(input: Naive, window: Window): Naive {
  const [, channels = 0, h = 0, w = 0] = input.shape;
  return slide(input, channels, window, [1, 1], (n, c, top, left) => {
    let best = -Infinity;
    for (let y = Math.max(top, 0); y < Math.min(top + window.kernel[0], h); y++) {
      for (let x = Math.max(left, 0); x < Math.min(left + window.kernel[1], w); x++) {
        best = Math.max(best, at(input, n, c, y, x));
      }
    }
    return best;
  });
}

export function averagePool(input: Naive, window: Window): Naive {
  const [, channels = 0] = input.shape;
  const area = window.kernel[0] * window.kernel[1];
  return slide(input, channels, window, [1, 1], (n, c, top, left) => {
    let sum = 0;
    for (let y = 0; y < window.kernel[0]; y++) {
      for (let x = 0; x < window.kernel[1]; x++) sum += at(input, n, c, top + y, left + x);
    }
    return sum / area;
  });
}

export function globalAveragePool(input: Naive): Naive {
  const [n = 0, channels = 0, h = 0, w = 0] = input.shape;
  const output = zeros([n, channels, 1, 1]);
  for (let i = 0; i < input.data.length; i++) {
    output.data[Math.floor(i / (h * w))] += input.data[i] / (h * w);
  }
  return output;
}

const channelOf = (shape: readonly number[], index: number): number => {
  const [, channels = 1, ...rest] = shape;
  return Math.floor(index / size(rest)) % channels;
};

/** Mean and (biased) variance of each channel over images and pixels. */
export function channelStatistics(input: Naive): { mean: Float64Array; variance: Float64Array } {
  const channels = input.shape[1] ?? 1;
  const count = input.data.length / channels;
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  input.data.forEach((value, i) => (mean[channelOf(input.shape, i)] += value / count));
  input.data.forEach((value, i) => {
    const c = channelOf(input.shape, i);
    variance[c] += (value - mean[c]) ** 2 / count;
  });
  return { mean, variance };
}

export function batchNorm(
  input: Naive,
  gamma: Naive,
  beta: Naive,
  mean: Float64Array,
  variance: Float64Array,
  epsilon: number,
): Naive {
  return {
    shape: input.shape,
    data: input.data.map((value, i) => {
      const c = channelOf(input.shape, i);
      return (gamma.data[c] * (value - mean[c])) / Math.sqrt(variance[c] + epsilon) + beta.data[c];
    }),
  };
}

export function fullyConnected(input: Naive, weight: Naive, bias: Naive | undefined): Naive {
  const [n = 0, features = 0] = input.shape;
  const [out = 0] = weight.shape;
  const output = zeros([n, out]);
  for (let image = 0; image < n; image++) {
    for (let o = 0; o < out; o++) {
      let sum = bias?.data[o] ?? 0;
      for (let i = 0; i < features; i++)
        sum += input.data[image * features + i] * weight.data[o * features + i];
      output.data[image * out + o] = sum;
    }
  }
  return output;
}

export const map = (input: Naive, f: (value: number, index: number) => number): Naive => ({
  shape: input.shape,
  data: input.data.map(f),
});

export const relu = (input: Naive): Naive => map(input, (value) => Math.max(value, 0));

export const add = (a: Naive, b: Naive): Naive => map(a, (value, i) => value + b.data[i]);

export function crossEntropy(logits: Naive, labels: readonly number[]): number {
  const [n = 0, classes = 0] = logits.shape;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const row = [...logits.data.subarray(i * classes, (i + 1) * classes)];
    const largest = Math.max(...row);
    sum +=
      largest + Math.log(row.reduce((total, value) => total + Math.exp(value - largest), 0)) - row[labels[i]];
  }
  return sum / n;
}

/** Nearest integer, ties to even. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const fraction = value - floor;
  if (fraction !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** What rounding and clipping decided at one point, so that they can be held there. */
export interface Frozen {
  /** round(c) - c of each element inside the range, 0 outside. */
  readonly residual: Float64Array;
  /** The extreme code of each element outside the range, NaN inside. */
  readonly outside: Float64Array;
}

/** Decides rounding and clipping of v / step. */
export function freeze(v: Naive, step: number, format: CodeFormat): Frozen {
  const { min, max } = codeRange(format);
  const outside = v.data.map((value) => (value / step >= max ? max : value / step <= min ? min : NaN));
  const residual = v.data.map((value, i) =>
    Number.isNaN(outside[i]) ? roundHalfToEven(value / step) - value / step : 0,
  );
  return { residual, outside };
}

/** The LSQ quantizer with its rounding frozen: the function whose derivative the straight-through gradient is. */
export function quantizeFrozen(v: Naive, step: number, frozen: Frozen): Naive {
  return map(v, (value, i) => {
    const outside = frozen.outside[i];
    return step * (Number.isNaN(outside) ? value / step + frozen.residual[i] : outside);
  });
}

/** min(max(x, low), high). */
export function clip(x: Naive, low: number, high: number): Naive {
  return map(x, (value) => Math.min(Math.max(value, low), high));
}

/** x, or alpha x below 0. */
export function leakyRelu(x: Naive, alpha: number): Naive {
  return map(x, (value) => (value < 0 ? alpha * value : value));
}

/** x plus one value per channel. */
export function addPerChannel(x: Naive, perChannel: Naive): Naive {
  const plane = size(x.shape.slice(2));
  return map(x, (value, i) => value + perChannel.data[Math.floor(i / plane) % x.shape[1]]);
}
