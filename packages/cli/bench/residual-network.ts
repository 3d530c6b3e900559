import type { ConvNode, Network, NetworkNode, Shape } from '@tally/core';
import { mulberry32 } from './random.ts';

/** A residual network of basic blocks, as He et al. 2015 draw them. */
export interface ResidualShape {
  readonly name: string;
  readonly input: Shape;
  readonly stem: {
    readonly channels: number;
    readonly kernel: number;
    readonly stride: number;
    /** 3 x 3 max pooling of stride 2 after the stem. */
    readonly pool: boolean;
  };
  readonly stages: readonly { readonly channels: number; readonly blocks: number; readonly stride: number }[];
  readonly classes: number;
  /** Width of the activations between the first and the last layer. */
  readonly activationBits: 2 | 3;
}

/** Mean and variance that codes are expected to have: what the next layer's thresholds are placed by. */
interface Moments {
  readonly mean: number;
  readonly variance: number;
}

/** Uniform bytes. */
const PIXELS: Moments = { mean: 127.5, variance: (256 ** 2 - 1) / 12 };
/** How codes are spread, by their width: their moments, and the standard normal quantiles between the levels. */
const SPREADS: Readonly<Record<2 | 3, { readonly moments: Moments; readonly quantiles: readonly number[] }>> =
  {
    // 0 .. 3 with probabilities 0.4, 0.25, 0.2, 0.15: mean 1.1, second moment 2.4; quantiles of 0.4, 0.65, 0.85.
    2: { moments: { mean: 1.1, variance: 2.4 - 1.1 ** 2 }, quantiles: [-0.253, 0.385, 1.036] },
    // 0 .. 7 with 0.35, 0.15, 0.13, 0.11, 0.09, 0.07, 0.06, 0.04: mean 2.09, second moment 8.97;
    // quantiles of 0.35, 0.5, 0.63, 0.74, 0.83, 0.9, 0.96.
    3: {
      moments: { mean: 2.09, variance: 8.97 - 2.09 ** 2 },
      quantiles: [-0.385, 0, 0.332, 0.643, 0.954, 1.282, 1.751],
    },
  };
/** Fixed-point residual stream: one standard deviation of a branch is 2^10. */
const STREAM_SCALE = 1024;
const SHIFT = 16;

/**
 * An integer network of this topology with random weights: 8-bit first and last layer, 3-bit
 * sign-magnitude weights and activations of 2 or 3 bits between, 8-bit codes before the classifier.
 * Thresholds are placed where normally distributed accumulators give each level its share.
 * The same seed gives the same network.
 */
export function residualNetwork(shape: ResidualShape, seed: number): Network {
  const random = mulberry32(seed);
  const bits = shape.activationBits;
  const spread = SPREADS[bits];
  const nodes: NetworkNode[] = [];
  const add = <T extends NetworkNode>(node: T): T => {
    nodes.push(node);
    return node;
  };
  const codes = (count: number, limit: number): Int8Array =>
    Int8Array.from({ length: count }, () => Math.floor(random() * (2 * limit + 1)) - limit);

  const conv = (
    id: string,
    input: string,
    from: number,
    to: number,
    kernel: number,
    stride: number,
    weightBits = 3,
  ): ConvNode => {
    const pad = (kernel - 1) >> 1;
    return add({
      kind: 'conv',
      id,
      input,
      outChannels: to,
      groups: 1,
      kernel: [kernel, kernel],
      stride: [stride, stride],
      dilation: [1, 1],
      padding: [pad, pad, pad, pad],
      weights: {
        format: { system: 'sign-magnitude', bits: weightBits },
        codes: codes(to * from * kernel ** 2, 2 ** (weightBits - 1) - 1),
      },
      bias: null,
    });
  };
  /** Mean and deviation of each channel's accumulators. */
  const statistics = ({ weights, outChannels }: ConvNode, moments: Moments) => {
    const length = weights.codes.length / outChannels;
    return Array.from({ length: outChannels }, (_, c) => {
      let sum = 0;
      let squares = 0;
      for (const w of weights.codes.subarray(c * length, (c + 1) * length)) {
        sum += w;
        squares += w * w;
      }
      return { mean: moments.mean * sum, deviation: Math.sqrt(moments.variance * squares) + 1e-9 };
    });
  };
  const threshold = (id: string, layer: ConvNode, moments: Moments): string => {
    const channels = statistics(layer, moments);
    // A quarter of the channels falls, as where batch norm's gamma is negative.
    const direction = Int8Array.from(channels, () => (random() < 0.25 ? -1 : 1));
    const thresholds = Int32Array.from(
      channels.flatMap(({ mean, deviation }, c) =>
        spread.quantiles.map((quantile) => Math.round(mean + direction[c] * quantile * deviation)),
      ),
    );
    return add({ kind: 'threshold', id, input: layer.id, bits, thresholds, direction }).id;
  };
  const affine = (id: string, layer: ConvNode): string => {
    const channels = statistics(layer, spread.moments);
    const multiplier = Int32Array.from(channels, ({ deviation }) =>
      Math.round((STREAM_SCALE * 2 ** SHIFT) / deviation),
    );
    const offset = Float64Array.from(
      channels,
      ({ mean }, c) => Math.round(-mean * multiplier[c]) + 2 ** (SHIFT - 1),
    );
    return add({ kind: 'affine', id, input: layer.id, multiplier, offset, shift: SHIFT, errorBoundLsb: 1 })
      .id;
  };
  /** All channels share the thresholds: quantiles of the positive part of a sum of `branches` branches. */
  const streamThreshold = (id: string, input: string): string => {
    const levels = 2 ** bits - 1;
    const top = 2.2 * STREAM_SCALE;
    const thresholds = Int32Array.from({ length: levels }, (_, k) => Math.round(((k + 0.5) * top) / levels));
    return add({ kind: 'threshold', id, input, bits, thresholds, direction: Int8Array.of(1) }).id;
  };

  const { stem, stages, classes } = shape;
  const first = conv('stem', 'input', shape.input[0], stem.channels, stem.kernel, stem.stride, 8);
  let activations = threshold('stem.codes', first, PIXELS);
  if (stem.pool) {
    const window = { kernel: [3, 3], stride: [2, 2], padding: [1, 1, 1, 1] } as const;
    activations = add({ kind: 'max-pool', id: 'stem.pool', input: activations, ...window }).id;
  }
  let channels = stem.channels;
  let stream: string | null = null;
  for (const [s, stage] of stages.entries()) {
    for (let b = 0; b < stage.blocks; b++) {
      const name = `stage${s + 1}.${b + 1}`;
      const stride = b === 0 ? stage.stride : 1;
      const inner = conv(`${name}.conv1`, activations, channels, stage.channels, 3, stride);
      const innerCodes = threshold(`${name}.codes`, inner, spread.moments);
      const outer = conv(`${name}.conv2`, innerCodes, stage.channels, stage.channels, 3, 1);
      const branch = affine(`${name}.scale`, outer);
      let shortcut: string | null = stream;
      if (stride !== 1 || channels !== stage.channels) {
        shortcut = affine(
          `${name}.down.scale`,
          conv(`${name}.down`, activations, channels, stage.channels, 1, stride),
        );
      } else if (shortcut === null) {
        const multiplier = Int32Array.of(STREAM_SCALE);
        const node = { multiplier, offset: Float64Array.of(-STREAM_SCALE), shift: 0, errorBoundLsb: 0 };
        shortcut = add({ kind: 'affine', id: `${name}.shortcut`, input: activations, ...node }).id;
      }
      const sum: string = add({ kind: 'add', id: `${name}.sum`, inputs: [branch, shortcut] }).id;
      stream = add({ kind: 'relu', id: `${name}.relu`, input: sum }).id;
      channels = stage.channels;
      const last = s === stages.length - 1 && b === stage.blocks - 1;
      if (!last) activations = streamThreshold(`${name}.out`, stream);
    }
  }
  add({ kind: 'global-average-pool', id: 'pool', input: stream ?? activations });
  const pixels = poolPixels(shape);
  const levels = 255;
  const thresholds = Int32Array.from({ length: levels }, (_, k) =>
    Math.round(((k + 0.5) * 2.2 * STREAM_SCALE * pixels) / levels),
  );
  add({
    kind: 'threshold',
    id: 'pool.codes',
    input: 'pool',
    bits: 8,
    thresholds,
    direction: Int8Array.of(1),
  });
  add({ kind: 'flatten', id: 'flat', input: 'pool.codes' });
  const weights = {
    format: { system: 'sign-magnitude', bits: 8 },
    codes: codes(classes * channels, 127),
  } as const;
  add({
    kind: 'fully-connected',
    id: 'classifier',
    input: 'flat',
    outFeatures: classes,
    weights,
    bias: null,
  });
  return {
    kind: 'network',
    name: shape.name,
    input: { shape: shape.input, bits: 8 },
    nodes,
    output: 'classifier',
  };
}

/** Pixels of the last stage. */
function poolPixels({ input, stem, stages }: ResidualShape): number {
  const halvings = stages.reduce(
    (product, { stride }) => product * stride,
    stem.stride * (stem.pool ? 2 : 1),
  );
  return Math.ceil(input[1] / halvings) * Math.ceil(input[2] / halvings);
}
