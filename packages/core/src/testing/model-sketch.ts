import type { FloatTensor, ModelNode } from '../model/model.ts';
import { windowOutput } from '../network/window.ts';
import { INPUT_ID, type Shape } from '../network/network.ts';
import { randomWeightFormat, randomWindow } from './random-nodes.ts';
import type { Random } from './random.ts';

/** What only some sketches have. */
export interface SketchOptions {
  readonly leaky?: boolean;
  readonly upsamples?: boolean;
}

/** A model under construction, shapes known. */
export class ModelSketch {
  readonly nodes: ModelNode[] = [];
  readonly parameters = new Map<string, FloatTensor>();
  readonly shapes = new Map<string, Shape>();
  /** Of values that are codes, where they have one. */
  readonly zeroPoints = new Map<string, number>();
  readonly random: Random;
  readonly #leaky: boolean;
  readonly #upsamples: boolean;

  /** @param options `leaky`: some of the bounds are leaky ReLUs; `upsamples`: some of the slices are upsamplings. */
  constructor(random: Random, shape: Shape, { leaky = false, upsamples = false }: SketchOptions = {}) {
    this.random = random;
    this.#leaky = leaky;
    this.#upsamples = upsamples;
    this.shapes.set(INPUT_ID, shape);
  }

  add(node: ModelNode, shape: Shape): string {
    this.nodes.push(node);
    this.shapes.set(node.id, shape);
    return node.id;
  }

  fresh(kind: string): string {
    return `${kind}${this.nodes.length}`;
  }

  parameter(name: string, shape: Shape, value: () => number): string {
    const length = shape.reduce((product, size) => product * size, 1);
    this.parameters.set(name, { shape, data: Float32Array.from({ length }, value) });
    return name;
  }

  /** About normal, standard deviation `scale`. */
  normal(scale: number): number {
    return (this.random.unit() + this.random.unit() + this.random.unit() - 1.5) * 2 * scale;
  }

  /** Codes of the value; half of them with a zero point, some of these half-way between two codes. */
  quantize(input: string): string {
    const { random } = this;
    const bits = random.pick([1, 2, 2, 3, 3, 4, 8]);
    const levels = random.chance(0.6) ? 2 ** bits : random.integer(2, 2 ** bits);
    const half = random.chance(0.15);
    const zeroPoint = random.chance(0.5)
      ? 0
      : half
        ? random.integer(0, levels - 2) + 0.5
        : random.integer(0, levels - 1);
    const step = this.parameter(
      `${this.fresh('quantize')}.step`,
      [],
      () => (0.3 + random.unit()) / 2 ** (bits - 1),
    );
    return this.quantizeAs(input, { step, bits, levels, zeroPoint });
  }

  /** A quantizer that may share its step with others. */
  quantizeAs(
    input: string,
    grid: Pick<ModelNode & { kind: 'quantize' }, 'step' | 'bits' | 'levels' | 'zeroPoint'>,
  ): string {
    const id = this.fresh('quantize');
    this.zeroPoints.set(id, grid.zeroPoint);
    return this.add({ kind: 'quantize', id, input, ...grid }, this.shapes.get(input)!);
  }

  /** True for codes none of which is real 0. */
  lacksZero(codes: string): boolean {
    return !Number.isInteger(this.zeroPoints.get(codes) ?? 0);
  }

  /** A node that keeps the codes' meaning. */
  keep(node: ModelNode & { readonly input: string }, shape: Shape): string {
    this.zeroPoints.set(node.id, this.zeroPoints.get(node.input) ?? 0);
    return this.add(node, shape);
  }

  weights(
    id: string,
    shape: Shape,
  ): { weight: string; weightQuantizer: { step: string; format: ReturnType<typeof randomWeightFormat> } } {
    const format = randomWeightFormat(this.random);
    const fan = shape.slice(1).reduce((product, size) => product * size, 1);
    const weight = this.parameter(`${id}.weight`, shape, () => this.normal(1 / Math.sqrt(fan)));
    const perChannel = this.random.chance(0.2);
    const typical = 1.5 / Math.sqrt(fan) / 2 ** (format.bits - 1);
    const step = this.parameter(
      `${id}.step`,
      perChannel ? [shape[0]] : [],
      () => typical * (0.5 + this.random.unit()),
    );
    return { weight, weightQuantizer: { step, format } };
  }

  conv(input: string, outChannels: number, options: { kernel?: number; stride?: number } = {}): string {
    const id = this.fresh('conv');
    const shape = this.shapes.get(input)!;
    const [channels = 1, height = 1, width = 1] = shape;
    const { stride = 1 } = options;
    // Zero padding asks for a code of 0.
    const kernel = this.lacksZero(input) ? 1 : options.kernel;
    const pad = kernel === undefined ? 0 : (kernel - 1) / 2;
    const window =
      kernel === undefined
        ? randomWindow(this.random, height, width, 3)
        : ({
            kernel: [kernel, kernel],
            stride: [stride, stride],
            padding: [pad, pad, pad, pad],
            dilation: [1, 1],
          } as const);
    const groups = outChannels % channels === 0 && this.random.chance(0.2) ? channels : 1;
    const weights = this.weights(id, [outChannels, channels / groups, ...window.kernel]);
    const bias = this.random.chance(0.3)
      ? this.parameter(`${id}.bias`, [outChannels], () => this.normal(0.5))
      : null;
    return this.add({ kind: 'conv', id, input, bias, ...window, groups, ...weights }, [
      outChannels,
      ...windowOutput(window, shape, window.dilation),
    ]);
  }

  batchNorm(input: string): string {
    const id = this.fresh('bn');
    const shape = this.shapes.get(input)!;
    const channels = [shape[0]];
    const gamma = this.parameter(`${id}.gamma`, channels, () =>
      this.random.chance(0.1) ? 0 : this.normal(1),
    );
    const beta = this.parameter(`${id}.beta`, channels, () => this.normal(0.5));
    const mean = this.parameter(`${id}.mean`, channels, () => this.normal(0.3));
    const variance = this.parameter(`${id}.variance`, channels, () => 0.05 + this.random.unit());
    return this.add({ kind: 'batch-norm', id, input, gamma, beta, mean, variance, epsilon: 1e-5 }, shape);
  }

  /** A batch norm that is a constant affine map: variance 1, epsilon 0. */
  affine(input: string): string {
    const id = this.fresh('affine');
    const shape = this.shapes.get(input)!;
    const of = (name: string, value: () => number): string =>
      this.parameter(`${id}.${name}`, [shape[0]], value);
    const gamma = of('gamma', () => this.normal(1));
    const beta = of('beta', () => this.normal(0.3));
    const mean = of('mean', () => 0);
    const variance = of('variance', () => 1);
    return this.add(
      { kind: 'batch-norm', id, input, gamma, beta, mean, variance, epsilon: 0, frozen: true },
      shape,
    );
  }

  relu(input: string): string {
    return this.keep({ kind: 'relu', id: this.fresh('relu'), input }, this.shapes.get(input)!);
  }

  /** A leaky ReLU of any slope: 0, tiny, 1, above 1. What it makes of codes is none. */
  leakyRelu(input: string): string {
    const alpha = Math.fround(this.random.pick([0.01, 0.1, 0.25, this.random.unit(), 0, 2 ** -12, 1, 1.5]));
    const id = this.fresh('leaky');
    return this.add({ kind: 'leaky-relu', id, input, alpha }, this.shapes.get(input)!);
  }

  /** A ReLU, or a clip at both ends, above or below; a leaky ReLU, perhaps with one of these behind it. */
  bound(input: string): string {
    if (this.#leaky && this.random.chance(0.6)) {
      const made = this.leakyRelu(input);
      return this.random.chance(0.7) ? made : this.bound(made);
    }
    if (this.random.chance(0.6)) return this.relu(input);
    const min = this.random.chance(0.3) ? null : this.random.pick([0, 0, -0.25]);
    const max = min !== null && this.random.chance(0.3) ? null : 0.25 + this.random.unit();
    return this.keep({ kind: 'clip', id: this.fresh('clip'), input, min, max }, this.shapes.get(input)!);
  }

  /** Zeros around the value, often new channels. */
  pad(input: string): string {
    const shape = this.shapes.get(input)!;
    const channels = this.random.chance(0.5) ? this.random.integer(0, 2) : 0;
    const side = (): number => this.random.integer(0, 1);
    const [before, after] = [
      [channels, side(), side()],
      [channels, side(), side()],
    ] as const;
    return this.keep(
      { kind: 'pad', id: this.fresh('pad'), input, before, after, codes: null },
      shape.map((size, axis) => size + before[axis] + after[axis]),
    );
  }

  /** Every element, or every second one, of each axis. */
  slice(input: string): string {
    if (this.#upsamples && this.random.chance(0.6)) return this.upsample(input);
    const shape = this.shapes.get(input)!;
    const axis = (size: number): readonly [start: number, size: number, step: number] => {
      const step = this.random.integer(1, size > 3 ? 2 : 1);
      const start = size > 2 ? this.random.integer(0, 1) : 0;
      return [start, Math.floor((size - 1 - start) / step) + 1, step];
    };
    const [c, h, w] = [axis(shape[0]), axis(shape[1]), axis(shape[2])];
    const size = [c[1], h[1], w[1]] as const;
    const id = this.fresh('slice');
    return this.keep(
      { kind: 'slice', id, input, start: [c[0], h[0], w[0]], size, step: [c[2], h[2], w[2]] },
      size,
    );
  }

  /** Rows and columns once to three times. */
  upsample(input: string): string {
    const [channels = 1, height = 1, width = 1] = this.shapes.get(input)!;
    const factors = [this.random.integer(1, 3), this.random.integer(1, 3)] as const;
    const shape = [channels, height * factors[0], width * factors[1]];
    return this.keep({ kind: 'upsample', id: this.fresh('upsample'), input, factors }, shape);
  }

  concat(inputs: readonly string[]): string {
    const shapes = inputs.map((input) => this.shapes.get(input)!);
    const channels = shapes.reduce((sum, [size]) => sum + size, 0);
    return this.add({ kind: 'concat', id: this.fresh('concat'), inputs }, [channels, ...shapes[0].slice(1)]);
  }

  pool(input: string, kind: 'max-pool' | 'average-pool'): string {
    const shape = this.shapes.get(input)!;
    for (;;) {
      const { dilation, ...window } = randomWindow(this.random, shape[1], shape[2], 3);
      if (dilation[0] !== 1 || dilation[1] !== 1) continue;
      return this.keep({ kind, id: this.fresh(kind), input, ...window }, [
        shape[0],
        ...windowOutput(window, shape),
      ]);
    }
  }

  fullyConnected(input: string, outFeatures: number): string {
    const id = this.fresh('fc');
    const weights = this.weights(id, [outFeatures, this.shapes.get(input)![0]]);
    const bias = this.random.chance(0.7)
      ? this.parameter(`${id}.bias`, [outFeatures], () => this.normal(0.5))
      : null;
    return this.add({ kind: 'fully-connected', id, input, ...weights, bias }, [outFeatures]);
  }

  flatten(input: string): string {
    const shape = this.shapes.get(input)!;
    return this.keep({ kind: 'flatten', id: this.fresh('flatten'), input }, [
      shape.reduce((a, b) => a * b, 1),
    ]);
  }
}
