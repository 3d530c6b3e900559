import {
  INPUT_ID,
  inferTypes,
  inputsOf,
  type AffineNode,
  type AveragePoolNode,
  type ConvNode,
  type FullyConnectedNode,
  type MaxPoolNode,
  type Network,
  type NetworkNode,
  type PadNode,
  type SliceNode,
  type UpsampleNode,
  type TensorType,
  type ThresholdNode,
} from '@tally/core';
import { OnnxGraphBuilder } from '@tally/core';

/** ConvInteger's weights as uint8 around this zero point: the int8 kernels of CPUs without VNNI saturate 16-bit pairs. */
const WEIGHT_ZERO_POINT = 128;

/** Above this many thresholds they become an axis of their own instead of a chain of comparisons. */
const LONGEST_CHAIN = 15;

/** Writes the nodes of one network as ONNX operators on integers. */
class GraphWriter {
  readonly builder: OnnxGraphBuilder;
  readonly #types: ReadonlyMap<string, TensorType>;
  readonly #values = new Map<string, string>();

  constructor(network: Network) {
    this.builder = new OnnxGraphBuilder(`${network.name}-integers`);
    this.#types = inferTypes(network);
  }

  type(id: string): TensorType {
    return this.#types.get(id)!;
  }

  set(id: string, value: string): void {
    this.#values.set(id, value);
  }

  get(id: string): string {
    return this.#values.get(id)!;
  }

  cast(value: string, to: 'int32' | 'int64' | 'uint8' | 'float64'): string {
    return this.builder.node('Cast', [value], { to: { type: to } });
  }

  /** The value as int32, whatever its type. */
  integers(id: string): string {
    return this.type(id).kind === 'codes' ? this.cast(this.get(id), 'int32') : this.get(id);
  }

  /** `rows` values as a tensor that broadcasts along the channels of `id`'s shape. */
  perChannel(type: 'int32' | 'int64' | 'float64', values: ArrayLike<number>, id: string): string {
    const trailing = this.type(id)
      .shape.slice(1)
      .map(() => 1);
    return this.builder.constant(type, [1, values.length, ...trailing], values);
  }
}

function shiftedWeights(codes: Int8Array): Uint8Array {
  return Uint8Array.from(codes, (code) => code + WEIGHT_ZERO_POINT);
}

function withBias(writer: GraphWriter, node: ConvNode | FullyConnectedNode, value: string): string {
  if (node.bias === null) return value;
  return writer.builder.node('Add', [value, writer.perChannel('int32', node.bias, node.id)]);
}

function conv(writer: GraphWriter, node: ConvNode): string {
  const { builder } = writer;
  const depth = writer.type(node.input).shape[0] / node.groups;
  const shape = [node.outChannels, depth, ...node.kernel];
  const weights = builder.constant('uint8', shape, shiftedWeights(node.weights.codes));
  const zero = builder.constant('uint8', [], [0]);
  const zeroPoint = builder.constant('uint8', [], [WEIGHT_ZERO_POINT]);
  const value = builder.node('ConvInteger', [writer.get(node.input), weights, zero, zeroPoint], {
    kernel_shape: { ints: node.kernel },
    strides: { ints: node.stride },
    pads: { ints: node.padding },
    dilations: { ints: node.dilation },
    group: { int: node.groups },
  });
  return withBias(writer, node, value);
}

function fullyConnected(writer: GraphWriter, node: FullyConnectedNode): string {
  const { builder } = writer;
  const features = writer.type(node.input).shape[0];
  const transposed = new Uint8Array(node.weights.codes.length);
  for (const [index, code] of shiftedWeights(node.weights.codes).entries()) {
    transposed[(index % features) * node.outFeatures + Math.floor(index / features)] = code;
  }
  const weights = builder.constant('uint8', [features, node.outFeatures], transposed);
  const zero = builder.constant('uint8', [], [0]);
  const zeroPoint = builder.constant('uint8', [], [WEIGHT_ZERO_POINT]);
  return withBias(
    writer,
    node,
    builder.node('MatMulInteger', [writer.get(node.input), weights, zero, zeroPoint]),
  );
}

/** Counts satisfied comparisons `direction * x >= direction * threshold` in float64, exact for int32. */
function threshold(writer: GraphWriter, node: ThresholdNode): string {
  const { builder } = writer;
  const rows = node.direction.length;
  const steps = 2 ** node.bits - 1;
  const signed = builder.node('Mul', [
    writer.cast(writer.get(node.input), 'float64'),
    writer.perChannel('float64', node.direction, node.input),
  ]);
  const limit = (row: number, k: number): number => node.thresholds[row * steps + k] * node.direction[row];
  if (steps > LONGEST_CHAIN) {
    const trailing = writer
      .type(node.input)
      .shape.slice(1)
      .map(() => 1);
    const all = Float64Array.from({ length: rows * steps }, (_, i) =>
      limit(Math.floor(i / steps), i % steps),
    );
    const limits = builder.constant('float64', [1, rows, ...trailing, steps], all);
    const axis = builder.constant('int64', [1], [-1]);
    const column = builder.node('Unsqueeze', [signed, axis]);
    const reached = writer.cast(builder.node('GreaterOrEqual', [column, limits]), 'int32');
    return writer.cast(builder.node('ReduceSum', [reached, axis], { keepdims: { int: 0 } }), 'uint8');
  }
  let count: string | null = null;
  for (let k = 0; k < steps; k++) {
    const limits = writer.perChannel(
      'float64',
      Array.from({ length: rows }, (_, row) => limit(row, k)),
      node.input,
    );
    const reached = writer.cast(builder.node('GreaterOrEqual', [signed, limits]), 'int32');
    count = count === null ? reached : builder.node('Add', [count, reached]);
  }
  return writer.cast(count!, 'uint8');
}

/** 64-bit integers; the floor of the shift as (v - v mod 2^shift) / 2^shift, the remainder never negative. */
function affine(writer: GraphWriter, node: AffineNode): string {
  const { builder } = writer;
  const product = builder.node('Mul', [
    writer.cast(writer.get(node.input), 'int64'),
    writer.perChannel('int64', node.multiplier, node.input),
  ]);
  const sum = builder.node('Add', [product, writer.perChannel('int64', node.offset, node.input)]);
  const divisor = builder.constant('int64', [], [2 ** node.shift]);
  const whole = builder.node('Sub', [sum, builder.node('Mod', [sum, divisor])]);
  return writer.cast(builder.node('Div', [whole, divisor]), 'int32');
}

function maxPool(writer: GraphWriter, node: MaxPoolNode): string {
  const isCodes = writer.type(node.input).kind === 'codes';
  const input = isCodes ? writer.get(node.input) : writer.cast(writer.get(node.input), 'float64');
  const value = writer.builder.node('MaxPool', [input], {
    kernel_shape: { ints: node.kernel },
    strides: { ints: node.stride },
    pads: { ints: node.padding },
  });
  return isCodes ? value : writer.cast(value, 'int32');
}

/** Zero padding, then the sum over the kernel's taps of strided slices. */
function windowSum(writer: GraphWriter, node: AveragePoolNode): string {
  const { builder } = writer;
  const [top, left, bottom, right] = node.padding;
  const pads = builder.constant('int64', [8], [0, 0, top, left, 0, 0, bottom, right]);
  const zero = builder.constant('int32', [], [0]);
  const padded = builder.node('Pad', [writer.integers(node.input), pads, zero]);
  const [, rows = 0, columns = 0] = writer.type(node.id).shape;
  const axes = builder.constant('int64', [2], [2, 3]);
  const steps = builder.constant('int64', [2], node.stride);
  let sum: string | null = null;
  for (let u = 0; u < node.kernel[0]; u++) {
    for (let v = 0; v < node.kernel[1]; v++) {
      const starts = builder.constant('int64', [2], [u, v]);
      const ends = builder.constant(
        'int64',
        [2],
        [u + (rows - 1) * node.stride[0] + 1, v + (columns - 1) * node.stride[1] + 1],
      );
      const tap = builder.node('Slice', [padded, starts, ends, axes, steps]);
      sum = sum === null ? tap : builder.node('Add', [sum, tap]);
    }
  }
  return sum!;
}

/** ORT pads with a constant of the operand's type; where channels differ, each is padded on its own. */
function pad(writer: GraphWriter, node: PadNode): string {
  const { builder } = writer;
  const type = writer.type(node.input).kind === 'codes' ? 'uint8' : 'int32';
  const pads = (before: readonly number[], after: readonly number[]): string =>
    builder.constant('int64', [8], [0, ...before, 0, ...after]);
  const around = (value: string, constant: number): string =>
    builder.node('Pad', [value, pads(node.before, node.after), builder.constant(type, [], [constant])]);
  const input = writer.get(node.input);
  if (node.values.length === 1) return around(input, node.values[0]);
  const channels = Array.from(node.values, (value, channel) => {
    const index = builder.constant('int64', [1], [channel]);
    return around(builder.node('Gather', [input, index], { axis: { int: 1 } }), value);
  });
  return builder.node('Concat', channels, { axis: { int: 1 } });
}

function slice(writer: GraphWriter, node: SliceNode): string {
  const { builder } = writer;
  const ends = node.size.map((size, axis) => node.start[axis] + (size - 1) * node.step[axis] + 1);
  const [starts, limits, axes, steps] = [node.start, ends, [1, 2, 3], node.step].map((values) =>
    builder.constant('int64', [3], values),
  );
  return builder.node('Slice', [writer.get(node.input), starts, limits, axes, steps]);
}

/** New axes behind rows and columns, along which the value is repeated. */
function upsample(writer: GraphWriter, { input, factors }: UpsampleNode): string {
  const { builder } = writer;
  const [channels, height, width] = writer.type(input).shape;
  const shaped = (shape: readonly number[]): string => builder.constant('int64', [shape.length], shape);
  // 0 keeps the batch in a Reshape, 1 in an Expand.
  const apart = builder.node('Reshape', [writer.get(input), shaped([0, channels, height, 1, width, 1])]);
  const repeated = builder.node('Expand', [
    apart,
    shaped([1, channels, height, factors[0], width, factors[1]]),
  ]);
  return builder.node('Reshape', [repeated, shaped([0, channels, height * factors[0], width * factors[1]])]);
}

function write(writer: GraphWriter, node: NetworkNode): string {
  const { builder } = writer;
  switch (node.kind) {
    case 'conv':
      return conv(writer, node);
    case 'fully-connected':
      return fullyConnected(writer, node);
    case 'threshold':
      return threshold(writer, node);
    case 'affine':
      return affine(writer, node);
    case 'add':
      return builder.node(
        'Add',
        inputsOf(node).map((id) => writer.get(id)),
      );
    case 'relu':
      return builder.node('Max', [writer.get(node.input), builder.constant('int32', [], [0])]);
    case 'max-pool':
      return maxPool(writer, node);
    case 'average-pool':
      return windowSum(writer, node);
    case 'global-average-pool':
      return builder.node(
        'ReduceSum',
        [writer.integers(node.input), builder.constant('int64', [2], [2, 3])],
        {
          keepdims: { int: 1 },
        },
      );
    case 'flatten':
      return builder.node('Flatten', [writer.get(node.input)], { axis: { int: 1 } });
    case 'pad':
      return pad(writer, node);
    case 'slice':
      return slice(writer, node);
    case 'upsample':
      return upsample(writer, node);
    case 'concat':
      return builder.node(
        'Concat',
        node.inputs.map((id) => writer.get(id)),
        { axis: { int: 1 } },
      );
    default:
      throw new Error(`unknown node ${String(node satisfies never)}`);
  }
}

/** Name of a value's output in the graph. */
export function outputName(id: string): string {
  return `value/${id}`;
}

/**
 * The network as an ONNX graph of integer operators (ConvInteger, MatMulInteger, comparisons, 64-bit
 * arithmetic): input `images`, uint8 `[n, ...input shape]`; one output per node, {@link outputName},
 * uint8 for codes and int32 for integers.
 *
 * @throws TallyError when the network is not legal.
 */
export function integerOnnxGraph(network: Network): Uint8Array {
  const writer = new GraphWriter(network);
  writer.set(INPUT_ID, writer.builder.input('images', 'uint8', ['n', ...network.input.shape]));
  for (const node of network.nodes) {
    const value = write(writer, node);
    writer.set(node.id, value);
    const type = writer.type(node.id);
    writer.builder.output(outputName(node.id), value, type.kind === 'codes' ? 'uint8' : 'int32', [
      'n',
      ...type.shape,
    ]);
  }
  return writer.builder.encode();
}
