import {
  inputsOf,
  type FloatTensor,
  type ModelBatchNormNode,
  type ModelConvNode,
  type ModelFullyConnectedNode,
  type ModelGraph,
  type ModelNode,
} from '../model/model.ts';

/** A node with weights. */
export type Layer = ModelConvNode | ModelFullyConnectedNode;

export const isLayer = (node: ModelNode | undefined): node is Layer =>
  node?.kind === 'conv' || node?.kind === 'fully-connected';

/** The nodes that read a value. */
export function readersOf({ nodes }: ModelGraph, id: string): readonly ModelNode[] {
  return nodes.filter((node) => inputsOf(node).includes(id));
}

/** What makes a value's channels. */
export interface Maker {
  /** Id of the batch norm, or of the layer where none follows it. */
  readonly id: string;
  /** Names of the parameters whose rows are the channels: divided by a number, they divide what is made. */
  readonly rows: readonly string[];
}

/** A batch norm as the maker of its channels. */
export function normMaker({ id, gamma, beta }: ModelBatchNormNode): Maker {
  return { id, rows: [gamma, beta] };
}

/** A layer as the maker of its channels. */
export function layerMaker({ id, weight, bias }: Layer): Maker {
  return { id, rows: bias === null ? [weight] : [weight, bias] };
}

/** Names of parameters that more than one node has: rescaled for one of them, they would be wrong for the other. */
export function sharedParameters({ nodes }: ModelGraph): ReadonlySet<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const node of nodes) {
    const rows = isLayer(node)
      ? layerMaker(node).rows
      : node.kind === 'batch-norm'
        ? normMaker(node).rows
        : [];
    for (const name of rows) (seen.has(name) ? shared : seen).add(name);
  }
  return shared;
}

/** A parameter of a model, or a programming error. */
export function parameterOf(parameters: ReadonlyMap<string, FloatTensor>, name: string): FloatTensor {
  const tensor = parameters.get(name);
  if (tensor === undefined) throw new Error(`no parameter '${name}'`);
  return tensor;
}

/** Index of the input channel that an element of a layer's weights reads. */
export function inputChannel(
  layer: Layer,
  shape: readonly number[],
  channels: number,
): (index: number) => number {
  const [outputs = 1, depth = 1, ...kernel] = shape;
  const taps = kernel.reduce((product, size) => product * size, 1);
  if (layer.kind === 'fully-connected') return (index) => index % channels;
  const outputsPerGroup = outputs / layer.groups;
  return (index) => {
    const output = Math.floor(index / (depth * taps));
    return Math.floor(output / outputsPerGroup) * depth + (Math.floor(index / taps) % depth);
  };
}

/** Divides what is made by a scale per channel. */
export function divideMade(
  parameters: Map<string, FloatTensor>,
  { rows }: Maker,
  scales: ArrayLike<number>,
): void {
  for (const name of rows) {
    const { shape, data } = parameterOf(parameters, name);
    const size = data.length / scales.length;
    parameters.set(name, {
      shape,
      data: data.map((value, index) => value / scales[Math.floor(index / size)]),
    });
  }
}

/** Multiplies the weights of a layer by the scale of the channel that each reads. */
export function multiplyRead(
  parameters: Map<string, FloatTensor>,
  layer: Layer,
  scales: ArrayLike<number>,
): void {
  const { shape, data } = parameterOf(parameters, layer.weight);
  const channelOf = inputChannel(layer, shape, scales.length);
  parameters.set(layer.weight, {
    shape,
    data: data.map((value, index) => value * scales[channelOf(index)]),
  });
}

/** The scales over their geometric mean; those that are not above 0 and finite become 1. Null where none is. */
export function aroundOne(raw: ArrayLike<number>): Float32Array | null {
  const usable = Array.from(raw).filter((scale) => scale > 0 && Number.isFinite(scale));
  if (usable.length === 0) return null;
  // Only ratios matter: a common factor would move the next layer's weights for nothing.
  const middle = Math.exp(usable.reduce((sum, scale) => sum + Math.log(scale), 0) / usable.length);
  return Float32Array.from(raw, (scale) => (scale > 0 && Number.isFinite(scale) ? scale / middle : 1));
}
