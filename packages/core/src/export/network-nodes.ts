import type {
  AffineNode,
  AveragePoolNode,
  ConvNode,
  FullyConnectedNode,
  MaxPoolNode,
  NetworkNode,
  PadNode,
  SliceNode,
  ThresholdNode,
} from '../network/network.ts';
import { insideMask } from './border.ts';
import { NEAREST } from './nearest.ts';
import type { NetworkWriter } from './network-writer.ts';

/** Weights as uint8 around this zero point: 8-bit kernels of processors without dot product instructions saturate int8 pairs. */
const WEIGHT_ZERO_POINT = 128;

/** Above this many thresholds they become an axis of their own instead of a chain of comparisons. */
const LONGEST_CHAIN = 15;

function operands(
  writer: NetworkWriter,
  input: string,
  shape: readonly number[],
  codes: ArrayLike<number>,
): readonly string[] {
  const shifted = Uint8Array.from(codes, (code) => code + WEIGHT_ZERO_POINT);
  return [
    input,
    writer.constant('uint8', shape, shifted),
    writer.constant('uint8', [], [0]),
    writer.constant('uint8', [], [WEIGHT_ZERO_POINT]),
  ];
}

/** Products and sums in int32, which hold them: `verify` proves the bound. */
function multiplyAccumulate(
  writer: NetworkWriter,
  node: ConvNode | FullyConnectedNode,
  opType: string,
  inputs: readonly string[],
  attributes: Parameters<NetworkWriter['final']>[3] = {},
): void {
  if (node.bias === null) {
    writer.final(node.id, opType, inputs, attributes);
    return;
  }
  const products = writer.helper(opType, inputs, attributes);
  writer.final(node.id, 'Add', [products, writer.perChannel('int32', node.bias, node.id)]);
}

function conv(writer: NetworkWriter, node: ConvNode): void {
  const depth = writer.shape(node.input)[0] / node.groups;
  const shape = [node.outChannels, depth, ...node.kernel];
  const inputs = operands(writer, node.input, shape, node.weights.codes);
  multiplyAccumulate(writer, node, 'ConvInteger', inputs, {
    kernel_shape: { ints: node.kernel },
    strides: { ints: node.stride },
    pads: { ints: node.padding },
    dilations: { ints: node.dilation },
    group: { int: node.groups },
  });
}

function fullyConnected(writer: NetworkWriter, node: FullyConnectedNode): void {
  const [features] = writer.shape(node.input);
  const transposed = new Int8Array(node.weights.codes.length);
  for (const [index, code] of node.weights.codes.entries()) {
    transposed[(index % features) * node.outFeatures + Math.floor(index / features)] = code;
  }
  const inputs = operands(writer, node.input, [features, node.outFeatures], transposed);
  multiplyAccumulate(writer, node, 'MatMulInteger', inputs);
}

/** Counts the comparisons `direction * x >= direction * threshold` that hold, in float64, which is exact for int32. */
function threshold(writer: NetworkWriter, node: ThresholdNode): void {
  const rows = node.direction.length;
  const steps = 2 ** node.bits - 1;
  const signed = writer.helper('Mul', [
    writer.cast(node.input, 'float64'),
    writer.perChannel('float64', node.direction, node.input),
  ]);
  const limit = (row: number, k: number): number => node.thresholds[row * steps + k] * node.direction[row];
  let count: string | null = null;
  if (steps > LONGEST_CHAIN) {
    const trailing = writer
      .shape(node.input)
      .slice(1)
      .map(() => 1);
    const all = Float64Array.from({ length: rows * steps }, (_, i) =>
      limit(Math.floor(i / steps), i % steps),
    );
    const limits = writer.constant('float64', [1, rows, ...trailing, steps], all);
    const last = writer.integers([-1]);
    const column = writer.helper('Unsqueeze', [signed, last]);
    const reached = writer.cast(writer.helper('GreaterOrEqual', [column, limits]), 'int32');
    count = writer.helper('ReduceSum', [reached, last], { keepdims: { int: 0 } });
  } else {
    for (let k = 0; k < steps; k++) {
      const row = Float64Array.from({ length: rows }, (_, index) => limit(index, k));
      const limits = writer.perChannel('float64', row, node.input);
      const reached = writer.cast(writer.helper('GreaterOrEqual', [signed, limits]), 'int32');
      count = count === null ? reached : writer.helper('Add', [count, reached]);
    }
  }
  writer.final(node.id, 'Cast', [count!], { to: { type: 'uint8' } });
}

/** 64-bit integers; the floor of the shift as (v - v mod 2^shift) / 2^shift, the remainder never negative. */
function affine(writer: NetworkWriter, node: AffineNode): void {
  const product = writer.helper('Mul', [
    writer.cast(node.input, 'int64'),
    writer.perChannel('int64', node.multiplier, node.input),
  ]);
  const sum = writer.helper('Add', [product, writer.perChannel('int64', node.offset, node.input)]);
  const divisor = writer.constant('int64', [], [2 ** node.shift]);
  const whole = writer.helper('Sub', [sum, writer.helper('Mod', [sum, divisor])]);
  writer.final(node.id, 'Cast', [writer.helper('Div', [whole, divisor])], { to: { type: 'int32' } });
}

/** MaxPool has no int32; float64 holds every one. */
function maxPool(writer: NetworkWriter, node: MaxPoolNode): void {
  const attributes = {
    kernel_shape: { ints: node.kernel },
    strides: { ints: node.stride },
    pads: { ints: node.padding },
  };
  if (writer.type(node.input).kind === 'codes') {
    writer.final(node.id, 'MaxPool', [node.input], attributes);
    return;
  }
  const value = writer.helper('MaxPool', [writer.cast(node.input, 'float64')], attributes);
  writer.final(node.id, 'Cast', [value], { to: { type: 'int32' } });
}

/** Zero padding, then the sum over the kernel's taps of strided slices. */
function windowSum(writer: NetworkWriter, node: AveragePoolNode): void {
  const [top, left, bottom, right] = node.padding;
  const padded = writer.helper('Pad', [
    writer.asInt32(node.input),
    writer.integers([0, 0, top, left, 0, 0, bottom, right]),
    writer.constant('int32', [], [0]),
  ]);
  const [, rows = 0, columns = 0] = writer.shape(node.id);
  const [down, across] = node.stride;
  const taps = Array.from({ length: node.kernel[0] * node.kernel[1] }, (_, index) => {
    const [u, v] = [Math.floor(index / node.kernel[1]), index % node.kernel[1]];
    return writer.helper('Slice', [
      padded,
      writer.integers([u, v]),
      writer.integers([u + (rows - 1) * down + 1, v + (columns - 1) * across + 1]),
      writer.integers([2, 3]),
      writer.integers(node.stride),
    ]);
  });
  // A window of one element sums nothing: it is the slice.
  const rest = taps.slice(1, -1);
  const sum = rest.reduce((total, tap) => writer.helper('Add', [total, tap]), taps[0]);
  if (taps.length === 1) writer.final(node.id, 'Identity', [sum]);
  else writer.final(node.id, 'Add', [sum, taps[taps.length - 1]]);
}

/** One value for all channels is Pad's own; several are chosen outside the borders of a value padded with zeros. */
function pad(writer: NetworkWriter, node: PadNode): void {
  const type = writer.elementType(node.input);
  const pads = writer.integers([0, ...node.before, 0, ...node.after]);
  const shared = node.values.every((value) => value === node.values[0]);
  const fill = writer.constant(type, [], [shared ? node.values[0] : 0]);
  if (shared) {
    writer.final(node.id, 'Pad', [node.input, pads, fill]);
    return;
  }
  const zeros = writer.helper('Pad', [node.input, pads, fill]);
  const [, height, width] = writer.shape(node.input);
  const { rows, columns, inside } = insideMask([height, width], node.before, node.after);
  const mask = writer.constant('bool', [1, 1, rows, columns], inside);
  writer.final(node.id, 'Where', [mask, zeros, writer.perChannel(type, node.values, node.input)]);
}

function slice(writer: NetworkWriter, node: SliceNode): void {
  const ends = node.size.map((size, axis) => node.start[axis] + (size - 1) * node.step[axis] + 1);
  writer.final(node.id, 'Slice', [
    node.input,
    writer.integers(node.start),
    writer.integers(ends),
    writer.integers([1, 2, 3]),
    writer.integers(node.step),
  ]);
}

/** Writes one network node as ONNX operators on integers; its value is named by its id. */
export function writeNetworkNode(writer: NetworkWriter, node: NetworkNode): void {
  switch (node.kind) {
    case 'conv':
      conv(writer, node);
      return;
    case 'fully-connected':
      fullyConnected(writer, node);
      return;
    case 'threshold':
      threshold(writer, node);
      return;
    case 'affine':
      affine(writer, node);
      return;
    case 'add':
      writer.final(node.id, 'Add', node.inputs);
      return;
    case 'relu':
      writer.final(node.id, 'Max', [node.input, writer.constant('int32', [], [0])]);
      return;
    case 'max-pool':
      maxPool(writer, node);
      return;
    case 'average-pool':
      windowSum(writer, node);
      return;
    case 'global-average-pool':
      writer.final(node.id, 'ReduceSum', [writer.asInt32(node.input), writer.integers([2, 3])], {
        keepdims: { int: 1 },
      });
      return;
    case 'flatten':
      writer.final(node.id, 'Flatten', [node.input], { axis: { int: 1 } });
      return;
    case 'pad':
      pad(writer, node);
      return;
    case 'slice':
      slice(writer, node);
      return;
    case 'upsample':
      writer.final(
        node.id,
        'Resize',
        [node.input, '', writer.constant('float32', [4], [1, 1, ...node.factors])],
        NEAREST,
      );
      return;
    case 'concat':
      writer.final(node.id, 'Concat', node.inputs, { axis: { int: 1 } });
      return;
    default:
      throw new Error(`unknown node ${String(node satisfies never)}`);
  }
}
