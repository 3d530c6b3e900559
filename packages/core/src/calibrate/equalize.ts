import type { FloatTensor, Model, ModelNode } from '../model/model.ts';
import {
  aroundOne,
  divideMade,
  inputChannel,
  isLayer,
  layerMaker,
  multiplyRead,
  normMaker,
  parameterOf,
  readersOf,
  sharedParameters,
  type Layer,
} from './channel-scales.ts';
import { onlyBatchNorm } from './correct.ts';

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

/** The one node that reads a value; null when several do or the value is the output. */
function onlyReader({ graph }: Model, id: string): ModelNode | null {
  const readers = readersOf(graph, id);
  return readers.length === 1 && graph.output !== id ? readers[0] : null;
}

/** Chains of a layer, at most a batch norm, positively homogeneous nodes per channel, and a layer. */
function findChains(model: Model): {
  readonly chains: readonly Chain[];
  readonly remarks: readonly string[];
} {
  const chains: Chain[] = [];
  const remarks: string[] = [];
  const shared = sharedParameters(model.graph);
  const isOwn = (layer: Layer): boolean => layerMaker(layer).rows.every((name) => !shared.has(name));
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
    if (node === null || !isLayer(node)) continue;
    if (isOwn(first) && isOwn(node)) chains.push({ first, second: node });
    else remarks.push(`'${first.id}' and '${node.id}' are not equalised: other layers share their weights`);
  }
  return { chains, remarks };
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
 * clip (ReLU6) and layers that share weights are left alone, with a remark.
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
    const weight = parameterOf(parameters, second.weight);
    const channelOf = inputChannel(second, weight.shape, made.length);
    const read = new Float64Array(made.length);
    weight.data.forEach((value, index) => {
      const c = channelOf(index);
      read[c] = Math.max(read[c], Math.abs(value));
    });
    const scales = aroundOne(made.map((range, c) => Math.sqrt(range / read[c])));
    if (scales === null) continue;
    divideMade(parameters, norm === null ? layerMaker(first) : normMaker(norm), scales);
    multiplyRead(parameters, second, scales);
    pairs.push({ first: first.id, second: second.id, scales });
  }
  return { model: { graph: parent.graph, parameters }, pairs, remarks };
}
