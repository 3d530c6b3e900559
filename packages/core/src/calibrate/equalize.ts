import {
  inputsOf,
  type FloatTensor,
  type Model,
  type ModelConvNode,
  type ModelFullyConnectedNode,
  type ModelNode,
} from '../model/model.ts';
import { onlyBatchNorm } from './correct.ts';

type Layer = ModelConvNode | ModelFullyConnectedNode;

/** Two layers between which channels can be rescaled. */
export interface EqualizedPair {
  readonly first: string;
  readonly second: string;
  /** Factor by which each channel between them is divided. */
  readonly scales: Float32Array;
}

/** What {@link equalized} made, and which chains it left alone. */
export interface Equalized {
  readonly model: Model;
  readonly pairs: readonly EqualizedPair[];
  readonly remarks: readonly string[];
}

interface Chain {
  readonly first: Layer;
  readonly second: Layer;
}

const isLayer = (node: ModelNode | undefined): node is Layer =>
  node?.kind === 'conv' || node?.kind === 'fully-connected';

/** The one node that reads a value; null when several do or the value is the output. */
function onlyReader(model: Model, id: string): ModelNode | null {
  const readers = model.graph.nodes.filter((node) => inputsOf(node).includes(id));
  return readers.length === 1 && model.graph.output !== id ? (readers[0] ?? null) : null;
}

/** Chains of a layer, at most a batch norm, positively homogeneous nodes per channel, and a layer. */
function findChains(model: Model): {
  readonly chains: readonly Chain[];
  readonly remarks: readonly string[];
} {
  const chains: Chain[] = [];
  const remarks: string[] = [];
  for (const first of model.graph.nodes) {
    if (!isLayer(first)) continue;
    const norm = onlyBatchNorm(model, first.id);
    let node = onlyReader(model, norm?.id ?? first.id);
    while (
      node?.kind === 'relu' ||
      node?.kind === 'leaky-relu' ||
      node?.kind === 'max-pool' ||
      node?.kind === 'upsample' ||
      node?.kind === 'average-pool'
    ) {
      node = onlyReader(model, node.id);
    }
    if (node?.kind === 'clip') {
      remarks.push(
        `'${first.id}' is not equalised with what follows: the clip '${node.id}' has one bound for all channels`,
      );
    }
    if (node !== null && isLayer(node)) chains.push({ first, second: node });
  }
  return { chains, remarks };
}

function parameterOf(parameters: ReadonlyMap<string, FloatTensor>, name: string): FloatTensor {
  const tensor = parameters.get(name);
  if (tensor === undefined) throw new Error(`no parameter '${name}'`);
  return tensor;
}

/** Index of the input channel that an element of a layer's weights reads. */
function inputChannel(layer: Layer, shape: readonly number[], channels: number): (index: number) => number {
  const [outputs = 1, depth = 1, ...kernel] = shape;
  const taps = kernel.reduce((product, size) => product * size, 1);
  if (layer.kind === 'fully-connected') return (index) => index % channels;
  const outputsPerGroup = outputs / layer.groups;
  return (index) => {
    const output = Math.floor(index / (depth * taps));
    return Math.floor(output / outputsPerGroup) * depth + (Math.floor(index / taps) % depth);
  };
}

/** Largest magnitude of each row of the first axis. */
function rowRanges({ shape, data }: FloatTensor): Float64Array {
  const [rows = 1] = shape;
  const size = data.length / rows;
  const ranges = new Float64Array(rows);
  data.forEach((value, index) => {
    const row = Math.floor(index / size);
    ranges[row] = Math.max(ranges[row], Math.abs(value));
  });
  return ranges;
}

/**
 * Cross-layer equalisation (Nagel et al., ICCV 2019, section 4.1): between two layers whose value has one
 * reader each, channel i is divided by s_i where it is made and the weights that read it multiplied by s_i,
 * with s_i = sqrt(r1_i / r2_i), r1 the ranges of the rows that make the channels and r2 those of the weights that
 * read them. The network's function does not change (up to float32 rounding), because ReLU (leaky or not), pooling and upsampling are
 * positively homogeneous.
 *
 * Where a batch norm follows the first layer its gamma and beta are divided, the layer's weights stay, and
 * r1_i includes gamma_i / sqrt(variance_i + epsilon). Channels with a range of 0 keep their scale. Chains over a
 * clip (ReLU6) are left alone, with a remark.
 */
export function equalized(parent: Model): Equalized {
  const parameters = new Map(parent.parameters);
  const { chains, remarks } = findChains(parent);
  const pairs: EqualizedPair[] = [];
  for (const { first, second } of chains) {
    const norm = onlyBatchNorm(parent, first.id);
    const made = rowRanges(parameterOf(parameters, first.weight));
    if (norm !== null) {
      const gamma = parameterOf(parameters, norm.gamma).data;
      const variance = parameterOf(parameters, norm.variance).data;
      made.forEach((range, c) => {
        made[c] = (range * Math.abs(gamma[c])) / Math.sqrt(variance[c] + norm.epsilon);
      });
    }
    const channels = made.length;
    const weight = parameterOf(parameters, second.weight);
    const channelOf = inputChannel(second, weight.shape, channels);
    const read = new Float64Array(channels);
    weight.data.forEach((value, index) => {
      const c = channelOf(index);
      read[c] = Math.max(read[c], Math.abs(value));
    });
    const raw = made.map((range, c) => Math.sqrt(range / read[c]));
    const usable = raw.filter((scale) => scale > 0 && Number.isFinite(scale));
    if (usable.length === 0) continue;
    // Only ratios matter: a common factor would move the next layer's weights for nothing.
    const middle = Math.exp(usable.reduce((sum, scale) => sum + Math.log(scale), 0) / usable.length);
    const scales = Float32Array.from(raw, (scale) =>
      scale > 0 && Number.isFinite(scale) ? scale / middle : 1,
    );
    const divide = (name: string): void => {
      const { shape, data } = parameterOf(parameters, name);
      const size = data.length / channels;
      const divided = data.map((value, index) => value / scales[Math.floor(index / size)]);
      parameters.set(name, { shape, data: divided });
    };
    for (const name of norm === null ? [first.weight, first.bias] : [norm.gamma, norm.beta]) {
      if (name !== null) divide(name);
    }
    const scaled = weight.data.map((value, index) => value * scales[channelOf(index)]);
    parameters.set(second.weight, { shape: weight.shape, data: scaled });
    pairs.push({ first: first.id, second: second.id, scales });
  }
  return { model: { graph: parent.graph, parameters }, pairs, remarks };
}
