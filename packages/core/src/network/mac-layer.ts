import type { MacNode, Network, NetworkNode, Shape, Weights, Window } from './network.ts';
import type { TensorType } from './tensor-type.ts';
import { inferTypes } from './verify.ts';

/**
 * A conv or fully-connected node seen as multiply-accumulate work. A fully-connected layer is a
 * convolution with a 1 x 1 kernel over one pixel.
 */
export interface MacLayer extends Window {
  readonly kind: 'mac-layer';
  readonly id: string;
  /** Position in `network.nodes`. */
  readonly nodeIndex: number;
  readonly node: MacNode;
  /** `[channels, height, width]`; `[features, 1, 1]` for fully-connected. */
  readonly input: Shape;
  /** `[channels, height, width]`; `[features, 1, 1]` for fully-connected. */
  readonly output: Shape;
  /** Width of the unsigned activation codes. */
  readonly inputBits: number;
  readonly groups: number;
  readonly dilation: readonly [vertical: number, horizontal: number];
  /** Shape `[output[0], input[0] / groups, ...kernel]`. */
  readonly weights: Weights;
  /** Output pixels, `output[1] * output[2]`: how often each weight is used. */
  readonly positions: number;
  /** Products per dot product, `input[0] / groups * kernel[0] * kernel[1]`. */
  readonly dotLength: number;
  /** Dot products per image, `output[0] * positions`. */
  readonly dotProducts: number;
  /** Multiply-accumulates per image including those with padding, `dotProducts * dotLength`. */
  readonly macs: number;
  /** Those of `macs` whose activation is a padded zero. */
  readonly paddingMacs: number;
}

/** How many of `outputs` window positions see tap `tap` of one axis inside the input. */
function positionsInside(size: number, outputs: number, stride: number, offset: number): number {
  let inside = 0;
  for (let position = 0; position < outputs; position++) {
    const at = position * stride + offset;
    if (at >= 0 && at < size) inside++;
  }
  return inside;
}

/** Sum over output positions and taps of one axis of those inside the input: the 2-D count is the product of both axes. */
function tapsInside(
  layer: Pick<MacLayer, 'kernel' | 'stride' | 'padding' | 'dilation' | 'input' | 'output'>,
  axis: 0 | 1,
): number {
  let total = 0;
  for (let tap = 0; tap < layer.kernel[axis]; tap++) {
    const offset = tap * layer.dilation[axis] - layer.padding[axis];
    total += positionsInside(layer.input[axis + 1], layer.output[axis + 1], layer.stride[axis], offset);
  }
  return total;
}

function macLayer(node: MacNode, nodeIndex: number, input: TensorType, output: TensorType): MacLayer {
  const flat = node.kind === 'fully-connected';
  const geometry = {
    kernel: flat ? ([1, 1] as const) : node.kernel,
    stride: flat ? ([1, 1] as const) : node.stride,
    padding: flat ? ([0, 0, 0, 0] as const) : node.padding,
    dilation: flat ? ([1, 1] as const) : node.dilation,
    input: flat ? [input.shape[0], 1, 1] : input.shape,
    output: flat ? [output.shape[0], 1, 1] : output.shape,
  };
  const groups = flat ? 1 : node.groups;
  const depth = geometry.input[0] / groups;
  const positions = geometry.output[1] * geometry.output[2];
  const dotLength = depth * geometry.kernel[0] * geometry.kernel[1];
  const dotProducts = geometry.output[0] * positions;
  const macs = dotProducts * dotLength;
  const realMacs = geometry.output[0] * depth * tapsInside(geometry, 0) * tapsInside(geometry, 1);
  return {
    kind: 'mac-layer',
    id: node.id,
    nodeIndex,
    node,
    ...geometry,
    inputBits: input.kind === 'codes' ? input.bits : NaN,
    groups,
    weights: node.weights,
    positions,
    dotLength,
    dotProducts,
    macs,
    paddingMacs: macs - realMacs,
  };
}

/** True for the nodes whose multiply-accumulates run on the macro. */
export function isMacNode(node: NetworkNode): node is MacNode {
  return node.kind === 'conv' || node.kind === 'fully-connected';
}

/**
 * The layers that run on the macro, in execution order.
 *
 * @throws TallyError when the network is not legal.
 */
export function listMacLayers(network: Network): readonly MacLayer[] {
  const types = inferTypes(network);
  const layers: MacLayer[] = [];
  for (const [index, node] of network.nodes.entries()) {
    if (isMacNode(node)) layers.push(macLayer(node, index, types.get(node.input)!, types.get(node.id)!));
  }
  return layers;
}
