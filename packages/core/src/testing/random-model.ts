import type { FloatTensor, Model, ModelNode } from '../model/model.ts';
import { windowOutput } from '../network/window.ts';
import { INPUT_ID, type Shape } from '../network/network.ts';
import { randomWeightFormat, randomWindow } from './random-nodes.ts';
import { seededRandom, type Random } from './random.ts';

/** A model under construction, shapes known. */
class ModelSketch {
  readonly nodes: ModelNode[] = [];
  readonly parameters = new Map<string, FloatTensor>();
  readonly shapes = new Map<string, Shape>();
  readonly random: Random;

  constructor(random: Random, shape: Shape) {
    this.random = random;
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

  quantize(input: string): string {
    const id = this.fresh('quantize');
    const bits = this.random.pick([1, 2, 2, 3, 3, 4, 8]);
    const step = this.parameter(`${id}.step`, [], () => (0.3 + this.random.unit()) / 2 ** (bits - 1));
    return this.add(
      { kind: 'quantize', id, input, step, bits, zeroPoint: 0, levels: 2 ** bits },
      this.shapes.get(input)!,
    );
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
    const { kernel, stride = 1 } = options;
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
    return this.add({ kind: 'conv', id, input, bias: null, ...window, groups, ...weights }, [
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

  relu(input: string): string {
    return this.add({ kind: 'relu', id: this.fresh('relu'), input }, this.shapes.get(input)!);
  }

  pool(input: string, kind: 'max-pool' | 'average-pool'): string {
    const shape = this.shapes.get(input)!;
    for (;;) {
      const { dilation, ...window } = randomWindow(this.random, shape[1], shape[2], 3);
      if (dilation[0] !== 1 || dilation[1] !== 1) continue;
      return this.add({ kind, id: this.fresh(kind), input, ...window }, [
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
    return this.add({ kind: 'flatten', id: this.fresh('flatten'), input }, [
      shape.reduce((a, b) => a * b, 1),
    ]);
  }
}

/** `value` is codes; returns a value that is not. */
function plainStage(sketch: ModelSketch, value: string): string {
  const { random } = sketch;
  let made = sketch.conv(value, random.integer(1, 6));
  if (random.chance(0.85)) made = sketch.batchNorm(made);
  if (random.chance(0.85)) made = sketch.relu(made);
  if (random.chance(0.3)) made = sketch.pool(made, random.pick(['max-pool', 'average-pool']));
  return made;
}

/** A post-activation residual block on the unquantized stream, as in ResNet. */
function residualStage(sketch: ModelSketch, stream: string, codes: string): string {
  const { random } = sketch;
  const channels = sketch.shapes.get(stream)![0];
  const identity = random.chance(0.5);
  const width = identity ? channels : random.integer(1, 6);
  const stride = identity ? 1 : 2;
  const first = sketch.relu(sketch.batchNorm(sketch.conv(codes, width, { kernel: 3, stride })));
  const branch = sketch.batchNorm(sketch.conv(sketch.quantize(first), width, { kernel: 3 }));
  const shortcut = identity ? stream : sketch.batchNorm(sketch.conv(codes, width, { kernel: 1, stride }));
  const id = sketch.fresh('add');
  return sketch.relu(sketch.add({ kind: 'add', id, inputs: [branch, shortcut] }, sketch.shapes.get(branch)!));
}

/**
 * A fully quantized random model drawn from the seed: convolutions with and without batch norm and
 * ReLU, negative and zero gammas, pools before quantizers, residual blocks (when asked for), hidden
 * fully connected layers with bias.
 */
export function randomModel(seed: number, options: { readonly residual?: boolean } = {}): Model {
  const random = seededRandom(seed);
  const shape = [random.integer(1, 3), random.integer(3, 8), random.integer(3, 8)];
  const sketch = new ModelSketch(random, shape);
  const bits = random.integer(1, 8);
  let value = plainStage(sketch, INPUT_ID);
  for (let stage = random.integer(0, 3); stage > 0; stage--) {
    const codes = sketch.quantize(value);
    const residual = options.residual === true && random.chance(0.7);
    const shortcut = random.chance(0.2) ? codes : value;
    value = residual ? residualStage(sketch, shortcut, codes) : plainStage(sketch, codes);
  }
  if (random.chance(0.6)) {
    const id = sketch.fresh('global');
    value = sketch.add({ kind: 'global-average-pool', id, input: value }, [
      sketch.shapes.get(value)![0],
      1,
      1,
    ]);
  }
  value = random.chance(0.5)
    ? sketch.quantize(sketch.flatten(value))
    : sketch.flatten(sketch.quantize(value));
  if (random.chance(0.4)) {
    value = sketch.fullyConnected(value, random.integer(1, 8));
    if (random.chance(0.7)) value = sketch.relu(value);
    value = sketch.quantize(value);
  }
  const output = sketch.fullyConnected(value, random.integer(2, 6));
  const input = { shape, bits, scale: 1 / (2 ** bits - 1) };
  return {
    graph: { kind: 'model-graph', name: `random-model-${seed}`, input, nodes: sketch.nodes, output },
    parameters: sketch.parameters,
  };
}
