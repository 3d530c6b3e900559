import { TallyError, type Issue } from '../diagnostics/index.ts';
import { inferNode, inputsOf } from '../network/analyse.ts';
import { Check } from '../network/check.ts';
import { elementCount } from '../network/integers.ts';
import { INPUT_ID, type ConvNode, type Network, type NetworkNode } from '../network/network.ts';
import type { CodesType, TensorType } from '../network/tensor-type.ts';
import {
  asCodes,
  randomAffine,
  randomConv,
  randomFullyConnected,
  randomPad,
  randomSlice,
  randomThreshold,
  randomUpsample,
  randomWeightFormat,
  randomWeights,
  randomWindow,
} from './random-nodes.ts';
import { seededRandom, type Random } from './random.ts';

/** Limits of a random network. */
export interface RandomNetworkOptions {
  /** Largest number of channels of any value, default 10. */
  readonly maxChannels?: number;
  /** Largest height and width of the input, default 11. */
  readonly maxSize?: number;
  /** Stages (layer, pool or residual block) before the classifier, default 4. */
  readonly maxStages?: number;
}

/** Pixels of a value that is upsampled, at most. */
const MOST_UPSAMPLED = 36;

/** A network under construction: the nodes so far and the type of every value. */
class Sketch {
  readonly nodes: NetworkNode[] = [];
  readonly types = new Map<string, TensorType>();
  /** Whether small values may be upsampled. */
  readonly upsamples: boolean;

  constructor(input: CodesType, upsamples: boolean) {
    this.upsamples = upsamples;
    this.types.set(INPUT_ID, input);
  }

  fresh(kind: string): string {
    return `${kind}${this.nodes.length}`;
  }

  type(id: string): TensorType {
    return this.types.get(id)!;
  }

  add(node: NetworkNode): string {
    const [first, ...rest] = inputsOf(node).map((id) => this.type(id));
    const issues: Issue[] = [];
    const type = inferNode(node, [first, ...rest], new Check(node.id, issues));
    if (type === null) throw new TallyError(issues);
    this.nodes.push(node);
    this.types.set(node.id, type);
    return node.id;
  }

  /** `value` itself when it is codes, else thresholded. */
  codes(random: Random, value: string): string {
    if (asCodes(this.type(value)) !== null && !random.chance(0.05)) return value;
    return this.add(randomThreshold(random, this.fresh('threshold'), value, this.type(value)));
  }
}

function conv(random: Random, sketch: Sketch, value: string, maxChannels: number): string {
  const input = sketch.codes(random, value);
  return sketch.add(
    randomConv(random, sketch.fresh('conv'), input, asCodes(sketch.type(input))!, maxChannels),
  );
}

function affine(random: Random, sketch: Sketch, value: string): string {
  return sketch.add(randomAffine(random, sketch.fresh('affine'), value, sketch.type(value)));
}

/** conv -> threshold -> conv -> affine, added to an identity shortcut or a 1 x 1 projection; then often relu. */
function residualBlock(random: Random, sketch: Sketch, value: string, maxChannels: number): string {
  const input = sketch.codes(random, value);
  const { shape } = sketch.type(input);
  const stride = random.pick([1, 1, 2]);
  const identity = stride === 1 && random.chance(0.5);
  const outChannels = identity ? shape[0] : random.integer(1, maxChannels);
  const build = (from: string, out: number, kernel: number, step: number): ConvNode => {
    const count = out * sketch.type(from).shape[0] * kernel * kernel;
    const pad = (kernel - 1) / 2;
    return {
      kind: 'conv',
      id: sketch.fresh('conv'),
      input: from,
      kernel: [kernel, kernel],
      stride: [step, step],
      padding: [pad, pad, pad, pad],
      dilation: [1, 1],
      groups: 1,
      outChannels: out,
      weights: randomWeights(random, randomWeightFormat(random), count, 0.3),
      bias: null,
    };
  };
  const first = sketch.codes(random, sketch.add(build(input, outChannels, 3, stride)));
  const main = affine(random, sketch, sketch.add(build(first, outChannels, 3, 1)));
  const shortcut = affine(
    random,
    sketch,
    identity ? input : sketch.add(build(input, outChannels, 1, stride)),
  );
  const inputs: [string, string] = random.chance(0.5) ? [main, shortcut] : [shortcut, main];
  const sum = sketch.add({ kind: 'add', id: sketch.fresh('add'), inputs });
  return random.chance(0.8) ? sketch.add({ kind: 'relu', id: sketch.fresh('relu'), input: sum }) : sum;
}

function pool(random: Random, sketch: Sketch, value: string): string {
  const [, height = 1, width = 1] = sketch.type(value).shape;
  const kind = random.pick(['max-pool', 'average-pool']);
  for (;;) {
    const { dilation, ...window } = randomWindow(random, height, width, 3);
    if (dilation[0] !== 1 || dilation[1] !== 1) continue;
    return sketch.add({ kind, id: sketch.fresh(kind), input: value, ...window });
  }
}

/** Pads, slices, upsamples, or joins a value with another of its height, width and kind. */
function move(random: Random, sketch: Sketch, value: string): string {
  const type = sketch.type(value);
  const isSmall = elementCount(type.shape.slice(1)) <= MOST_UPSAMPLED;
  if (sketch.upsamples && isSmall && random.chance(0.5))
    return sketch.add(randomUpsample(random, sketch.fresh('upsample'), value));
  switch (random.integer(0, 2)) {
    case 0:
      return sketch.add(randomPad(random, sketch.fresh('pad'), value, type));
    case 1:
      return sketch.add(randomSlice(random, sketch.fresh('slice'), value, type));
    default: {
      const alike = [...sketch.types].flatMap(([id, other]) =>
        other.shape.slice(1).join() === type.shape.slice(1).join() && sameKind(type, other) ? [id] : [],
      );
      const inputs = [value, ...Array.from({ length: random.integer(0, 2) }, () => pickOne(random, alike))];
      if (random.chance(0.5)) inputs.reverse();
      return sketch.add({ kind: 'concat', id: sketch.fresh('concat'), inputs });
    }
  }
}

function pickOne(random: Random, ids: readonly string[]): string {
  return ids[random.integer(0, ids.length - 1)];
}

/** True for integers and integers, and for codes of one width. */
function sameKind(a: TensorType, b: TensorType): boolean {
  return a.kind === 'codes' ? b.kind === 'codes' && a.bits === b.bits : b.kind === 'integers';
}

function stage(random: Random, sketch: Sketch, value: string, maxChannels: number): string {
  switch (random.integer(0, 7)) {
    case 0:
    case 1:
      return conv(random, sketch, value, maxChannels);
    case 2:
    case 3:
      return residualBlock(random, sketch, value, maxChannels);
    case 4:
      return pool(random, sketch, value);
    case 5:
    case 6:
      return move(random, sketch, value);
    default:
      return affine(random, sketch, value);
  }
}

/**
 * A legal network with every kind of node, drawn from the seed: residual blocks, strides,
 * asymmetric padding, groups (depthwise too), dilation, all widths, both code systems, both
 * threshold directions, sparse weights. Small, so that naive executors and counters take milliseconds.
 */
export function randomNetwork(seed: number, options: RandomNetworkOptions = {}): Network {
  const { maxChannels = 10, maxSize = 11, maxStages = 4 } = options;
  const random = seededRandom(seed);
  const flat = random.chance(0.1);
  const shape = flat
    ? [random.integer(1, 40)]
    : [random.integer(1, Math.min(4, maxChannels)), random.integer(1, maxSize), random.integer(1, maxSize)];
  const input = { shape, bits: random.integer(1, 8) };
  const sketch = new Sketch({ kind: 'codes', ...input }, seed % 4 === 3);
  let value = INPUT_ID;
  if (!flat) {
    const stages = random.integer(0, maxStages);
    for (let i = 0; i < stages; i++) value = stage(random, sketch, value, maxChannels);
    if (random.chance(0.5)) {
      value = sketch.add({ kind: 'global-average-pool', id: sketch.fresh('global'), input: value });
    }
    if (random.chance(0.5)) value = sketch.codes(random, value);
    value = sketch.add({ kind: 'flatten', id: sketch.fresh('flatten'), input: value });
  }
  const hidden = random.integer(0, 1);
  for (let i = 0; i <= hidden; i++) {
    const codes = sketch.codes(random, value);
    const type = asCodes(sketch.type(codes))!;
    const features = elementCount(type.shape) > 2000 ? 2 : random.integer(1, 10);
    value = sketch.add(randomFullyConnected(random, sketch.fresh('fc'), codes, type, features));
  }
  return { kind: 'network', name: `random-${seed}`, input, nodes: sketch.nodes, output: value };
}

/** `count` random images for the network, shape `[count, ...input.shape]`, about a third of the codes zero. */
export function randomImages(network: Network, count: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const max = 2 ** network.input.bits - 1;
  return Uint8Array.from({ length: count * elementCount(network.input.shape) }, () =>
    random.chance(0.3) ? 0 : random.integer(0, max),
  );
}
