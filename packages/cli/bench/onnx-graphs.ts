import {
  inferTypes,
  OnnxGraphBuilder,
  type Attribute,
  type ConvNode,
  type Network,
  type NetworkNode,
} from '@tally/core';

/** Name of the graphs' input. */
export const IMAGE = 'image';

function windowAttributes(
  node: Extract<NetworkNode, { kind: 'conv' | 'max-pool' }>,
): Record<string, Attribute> {
  return {
    kernel_shape: { ints: node.kernel },
    strides: { ints: node.stride },
    pads: { ints: node.padding },
    ...(node.kind === 'conv' ? { dilations: { ints: node.dilation }, group: { int: node.groups } } : {}),
  };
}

function weightShape(node: ConvNode): readonly number[] {
  const length = node.weights.codes.length / node.outChannels / (node.kernel[0] * node.kernel[1]);
  return [node.outChannels, length, ...node.kernel];
}

/** Keeps activations near unit variance, so that no float is denormal or infinite. */
function unitScale(codes: Int8Array, outputs: number): number {
  const squares = codes.reduce((sum, code) => sum + code * code, 0) / outputs;
  return 1 / Math.sqrt(Math.max(squares, 1));
}

function unsupported(node: NetworkNode): never {
  throw new Error(`the benchmark's graphs have no ${node.kind} ('${node.id}')`);
}

/** A writer's table of values by node id. */
type Values = Map<string, string>;

/**
 * The network's topology in float32: convolutions with folded batch norm (a bias), ReLU where the
 * integer network has thresholds after a convolution, the same additions and poolings.
 */
export function floatGraph(network: Network, batch: number): Uint8Array {
  const builder = new OnnxGraphBuilder(`${network.name}-fp32`);
  const kinds = new Map(network.nodes.map((node) => [node.id, node.kind]));
  const values: Values = new Map([
    ['input', builder.input(IMAGE, 'float32', [batch, ...network.input.shape])],
  ]);
  for (const node of network.nodes) {
    const from = (id: string): string => values.get(id)!;
    switch (node.kind) {
      case 'conv': {
        const scale = unitScale(node.weights.codes, node.outChannels);
        const weights = Float32Array.from(node.weights.codes, (code) => code * scale);
        const inputs = [
          from(node.input),
          builder.constant('float32', weightShape(node), weights),
          builder.constant('float32', [node.outChannels], new Float32Array(node.outChannels).fill(0.1)),
        ];
        values.set(node.id, builder.node('Conv', inputs, windowAttributes(node)));
        break;
      }
      case 'fully-connected': {
        const { codes } = node.weights;
        const scale = unitScale(codes, node.outFeatures);
        const shape = [node.outFeatures, codes.length / node.outFeatures];
        const weights = builder.constant(
          'float32',
          shape,
          Float32Array.from(codes, (code) => code * scale),
        );
        const bias = builder.constant('float32', [node.outFeatures], new Float32Array(node.outFeatures));
        values.set(node.id, builder.node('Gemm', [from(node.input), weights, bias], { transB: { int: 1 } }));
        break;
      }
      case 'threshold': {
        const convolved = kinds.get(node.input) === 'conv';
        values.set(node.id, convolved ? builder.node('Relu', [from(node.input)]) : from(node.input));
        break;
      }
      case 'affine':
        values.set(node.id, from(node.input));
        break;
      case 'add':
        values.set(node.id, builder.node('Add', node.inputs.map(from)));
        break;
      case 'relu':
        values.set(node.id, builder.node('Relu', [from(node.input)]));
        break;
      case 'max-pool':
        values.set(node.id, builder.node('MaxPool', [from(node.input)], windowAttributes(node)));
        break;
      case 'global-average-pool':
        values.set(node.id, builder.node('GlobalAveragePool', [from(node.input)]));
        break;
      case 'flatten':
        values.set(node.id, builder.node('Flatten', [from(node.input)]));
        break;
      case 'average-pool':
      case 'pad':
      case 'slice':
      case 'upsample':
      case 'concat':
        return unsupported(node);
      default:
        return node satisfies never;
    }
  }
  const [classes] = inferTypes(network).get(network.output)!.shape;
  builder.output('logits', values.get(network.output)!, 'float32', [batch, classes]);
  return builder.encode();
}

/**
 * The network's topology in 8 bits: QLinearConv with unsigned activations and signed weights,
 * QLinearAdd, zero points that make ReLU a clamp; the input is bytes already.
 */
export function quantizedGraph(network: Network, batch: number): Uint8Array {
  const builder = new OnnxGraphBuilder(`${network.name}-int8`);
  const values: Values = new Map([['input', builder.input(IMAGE, 'uint8', [batch, ...network.input.shape])]]);
  const activation = builder.constant('float32', [], [0.02]);
  const zero = builder.constant('uint8', [], [0]);
  const middle = builder.constant('uint8', [], [128]);
  const signedZero = builder.constant('int8', [], [0]);
  const signed = new Set<string>();
  const pointOf = (id: string): string => (signed.has(id) ? middle : zero);
  for (const node of network.nodes) {
    const from = (id: string): string => values.get(id)!;
    switch (node.kind) {
      case 'conv': {
        const thresholded = network.nodes.some((next) => next.kind === 'threshold' && next.input === node.id);
        if (!thresholded) signed.add(node.id);
        const weights = builder.constant('int8', weightShape(node), node.weights.codes);
        const scale = builder.constant('float32', [], [unitScale(node.weights.codes, node.outChannels)]);
        const bias = builder.constant('int32', [node.outChannels], new Int32Array(node.outChannels).fill(5));
        const input = [from(node.input), activation, pointOf(node.input)];
        const inputs = [...input, weights, scale, signedZero, activation, pointOf(node.id), bias];
        values.set(node.id, builder.node('QLinearConv', inputs, windowAttributes(node)));
        break;
      }
      case 'fully-connected': {
        const { codes } = node.weights;
        const shape = [node.outFeatures, codes.length / node.outFeatures];
        const weights = builder.constant('int8', shape, codes);
        const scale = builder.constant('float32', [], [unitScale(codes, node.outFeatures)]);
        const bias = builder.constant('int32', [node.outFeatures], new Int32Array(node.outFeatures));
        const inputs = [from(node.input), activation, zero, weights, scale, signedZero, bias];
        values.set(node.id, builder.node('com.microsoft.QGemm', inputs, { transB: { int: 1 } }));
        break;
      }
      case 'threshold':
      case 'affine':
      case 'relu': {
        if (node.kind === 'affine' && signed.has(node.input)) signed.add(node.id);
        values.set(node.id, from(node.input));
        break;
      }
      case 'add': {
        const operands = node.inputs.flatMap((id) => [from(id), activation, pointOf(id)]);
        // Followed by ReLU: a zero point of zero clamps.
        values.set(node.id, builder.node('com.microsoft.QLinearAdd', [...operands, activation, zero]));
        break;
      }
      case 'max-pool':
        values.set(node.id, builder.node('MaxPool', [from(node.input)], windowAttributes(node)));
        break;
      case 'global-average-pool': {
        const inputs = [from(node.input), activation, pointOf(node.input), activation, zero];
        values.set(node.id, builder.node('com.microsoft.QLinearGlobalAveragePool', inputs));
        break;
      }
      case 'flatten':
        values.set(node.id, builder.node('Flatten', [from(node.input)]));
        break;
      case 'average-pool':
      case 'pad':
      case 'slice':
      case 'upsample':
      case 'concat':
        return unsupported(node);
      default:
        return node satisfies never;
    }
  }
  const [classes] = inferTypes(network).get(network.output)!.shape;
  builder.output('logits', values.get(network.output)!, 'float32', [batch, classes]);
  return builder.encode();
}
