import type { Model } from '../model/model.ts';
import { INPUT_ID } from '../network/network.ts';
import { ModelSketch } from './model-sketch.ts';
import { seededRandom } from './random.ts';

/** What follows a convolution, up to the next quantizer: normalisation, bounds, pools, pads, slices, in any number. */
function afterConv(sketch: ModelSketch, value: string): string {
  const { random } = sketch;
  let made = value;
  if (random.chance(0.8)) made = sketch.batchNorm(made);
  if (random.chance(0.15)) made = sketch.affine(made);
  if (random.chance(0.8)) made = sketch.bound(made);
  if (random.chance(0.1)) made = sketch.affine(made);
  if (random.chance(0.3)) made = sketch.pool(made, random.pick(['max-pool', 'average-pool']));
  if (random.chance(0.15)) made = sketch.pad(made);
  if (random.chance(0.15)) made = sketch.slice(made);
  return made;
}

/** `value` is codes; returns a value that is not. */
function plainStage(sketch: ModelSketch, value: string): string {
  return afterConv(sketch, sketch.conv(value, sketch.random.integer(1, 6)));
}

/** Two or three branches of the codes, joined: as they are, or normalised, bounded and pooled together. */
function branchStage(sketch: ModelSketch, codes: string): string {
  const { random } = sketch;
  const parts = Array.from({ length: random.integer(2, 3) }, () => {
    let made = sketch.conv(codes, random.integer(1, 4), { kernel: random.pick([1, 3]) });
    if (random.chance(0.5)) made = sketch.batchNorm(made);
    if (random.chance(0.5)) made = sketch.bound(made);
    return made;
  });
  if (random.chance(0.2)) parts.push(codes);
  return afterConv(sketch, sketch.concat(parts));
}

/** What may stand between a quantizer and the layer that reads its codes. */
function rearrangeCodes(sketch: ModelSketch, codes: string): string {
  const { random } = sketch;
  const lacksZero = sketch.lacksZero(codes);
  switch (random.integer(0, 9)) {
    case 0:
      return sketch.pool(codes, 'max-pool');
    case 1:
      return lacksZero ? codes : sketch.pad(codes);
    case 2:
      return sketch.slice(codes);
    case 3:
      return lacksZero ? codes : sketch.relu(codes);
    case 4: {
      const node = sketch.nodes.find(({ id }) => id === codes);
      if (node?.kind !== 'quantize') return codes;
      const { step, bits, levels, zeroPoint } = node;
      const joined = sketch.concat([codes, sketch.quantizeAs(node.input, { step, bits, levels, zeroPoint })]);
      sketch.zeroPoints.set(joined, zeroPoint);
      return joined;
    }
    case 5:
      return sketch.quantize(sketch.pool(codes, 'average-pool'));
    case 6:
      return sketch.quantize(sketch.bound(codes));
    default:
      return codes;
  }
}

/** A post-activation residual block on the unquantized stream, as in ResNet. */
function residualStage(sketch: ModelSketch, stream: string, codes: string): string {
  const { random } = sketch;
  const channels = sketch.shapes.get(stream)![0];
  const identity =
    random.chance(0.5) && sketch.shapes.get(codes)!.join() === sketch.shapes.get(stream)!.join();
  const width = identity ? channels : random.integer(1, 6);
  const stride = identity ? 1 : 2;
  const first = sketch.bound(sketch.batchNorm(sketch.conv(codes, width, { kernel: 3, stride })));
  const branch = sketch.batchNorm(sketch.conv(sketch.quantize(first), width, { kernel: 3 }));
  const shortcut = identity ? stream : sketch.batchNorm(sketch.conv(codes, width, { kernel: 1, stride }));
  const id = sketch.fresh('add');
  return sketch.bound(
    sketch.add({ kind: 'add', id, inputs: [branch, shortcut] }, sketch.shapes.get(branch)!),
  );
}

/** The network's input, sometimes with a border of codes of its own. */
function startStage(sketch: ModelSketch, bits: number): string {
  const { random } = sketch;
  if (random.chance(0.7)) return INPUT_ID;
  const [channels = 1, height = 1, width = 1] = sketch.shapes.get(INPUT_ID)!;
  const codes = Array.from({ length: channels }, () => random.integer(0, 2 ** bits - 1));
  const [before, after] = [[0, 1, 2] as const, [0, 1, 1] as const];
  return sketch.add({ kind: 'pad', id: sketch.fresh('border'), input: INPUT_ID, before, after, codes }, [
    channels,
    height + 2,
    width + 3,
  ]);
}

/** What a random model may have that plain ones lack. */
export interface RandomModelOptions {
  /** Residual blocks. */
  readonly residual?: boolean;
  /** Leaky ReLUs among the bounds. */
  readonly leaky?: boolean;
  /** Upsamplings among the slices. */
  readonly upsamples?: boolean;
}

/**
 * A fully quantized random model drawn from the seed: convolutions with and without bias, batch norm and
 * ReLU or clip, constant affine maps, negative and zero gammas, zero points and levels that are not in use,
 * pools, pads and slices before and after quantizers, concatenated branches, residual blocks and leaky ReLUs (when asked
 * for), hidden fully connected layers with bias.
 */
export function randomModel(seed: number, options: RandomModelOptions = {}): Model {
  const random = seededRandom(seed);
  const shape = [random.integer(1, 3), random.integer(3, 8), random.integer(3, 8)];
  const sketch = new ModelSketch(random, shape, options);
  const bits = random.integer(1, 8);
  let value = plainStage(sketch, startStage(sketch, bits));
  for (let stage = random.integer(0, 3); stage > 0; stage--) {
    const codes = rearrangeCodes(sketch, sketch.quantize(value));
    const residual = options.residual === true && random.chance(0.7);
    const shortcut = random.chance(0.2) ? codes : value;
    value = residual
      ? residualStage(sketch, shortcut, codes)
      : random.chance(0.3)
        ? branchStage(sketch, codes)
        : plainStage(sketch, codes);
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
