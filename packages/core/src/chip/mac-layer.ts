import type { Network, MacNode, Shape, Weights } from '../network/network.ts';
import type { TensorType } from '../network/tensor-type.ts';
import { fail } from '../diagnostics/index.ts';

/**
 * A convolution or fully connected layer as the macro sees it: every output is a dot product of
 * `channels / groups * kernel height * kernel width` entries. Fully connected: height = width = 1.
 */
export interface MacLayer {
  readonly id: string;
  readonly kind: 'conv' | 'fully-connected';
  /** As in the network: `[channels, height, width]` or `[features]`. */
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly outChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly groups: number;
  readonly kernel: readonly [height: number, width: number];
  readonly stride: readonly [vertical: number, horizontal: number];
  /** Rows of zeros above, columns of zeros to the left; below and right follow from the output size. */
  readonly padding: readonly [top: number, left: number];
  readonly dilation: readonly [vertical: number, horizontal: number];
  readonly weights: Weights;
  /** Added to each output channel's accumulator; null for none. */
  readonly bias: Int32Array | null;
  /** Width of the unsigned input codes, 1 to 8. */
  readonly activationBits: number;
}

/** Entries of one dot product. */
export function dotProductLength(layer: MacLayer): number {
  return (layer.channels / layer.groups) * layer.kernel[0] * layer.kernel[1];
}

/** Dot products (outputs) per image. */
export function dotProducts(layer: MacLayer): number {
  return layer.outChannels * layer.outHeight * layer.outWidth;
}

/** Multiply-accumulates per image, those on padding included. */
export function macCount(layer: MacLayer): number {
  return dotProducts(layer) * dotProductLength(layer);
}

/**
 * The macro's view of a node.
 *
 * @param input type of the node's input, proven by `inferTypes`
 * @param output type of the node's value
 * @throws TallyError `mac-input-not-codes` when the input is not unsigned codes
 */
export function macLayer(node: MacNode, input: TensorType, output: TensorType): MacLayer {
  if (input.kind !== 'codes') {
    fail(
      'mac-input-not-codes',
      node.id,
      `input is ${input.kind}, must be unsigned codes`,
      'put a threshold node before it',
    );
  }
  const shared = {
    id: node.id,
    kind: node.kind,
    inputShape: input.shape,
    outputShape: output.shape,
    weights: node.weights,
    bias: node.bias,
    activationBits: input.bits,
  };
  if (node.kind === 'fully-connected') {
    return {
      ...shared,
      channels: input.shape.reduce((product, size) => product * size, 1),
      height: 1,
      width: 1,
      outChannels: node.outFeatures,
      outHeight: 1,
      outWidth: 1,
      groups: 1,
      kernel: [1, 1],
      stride: [1, 1],
      padding: [0, 0],
      dilation: [1, 1],
    };
  }
  const [channels = 0, height = 0, width = 0] = input.shape;
  const [, outHeight = 0, outWidth = 0] = output.shape;
  const { outChannels, groups, kernel, stride, dilation } = node;
  const padding = [node.padding[0], node.padding[1]] as const;
  return {
    ...shared,
    channels,
    height,
    width,
    outChannels,
    outHeight,
    outWidth,
    groups,
    kernel,
    stride,
    padding,
    dilation,
  };
}

/** All MAC layers of a network in topological order. `types`: what `inferTypes(network)` returned. */
export function macLayers(network: Network, types: ReadonlyMap<string, TensorType>): readonly MacLayer[] {
  const typeOf = (id: string): TensorType =>
    types.get(id) ??
    fail('type-missing', id, 'has no inferred type', 'pass the map that inferTypes(network) returns');
  return network.nodes
    .filter((node) => node.kind === 'conv' || node.kind === 'fully-connected')
    .map((node) => macLayer(node, typeOf(node.input), typeOf(node.id)));
}
