import { inputsOf } from '../analyse.ts';
import type { CodeSystem } from '../codes.ts';
import { INPUT_ID, type Network, type NetworkNode, type Weights, type Window } from '../network.ts';
import { ByteWriter } from './bytes.ts';
import { packCodes } from './pack.ts';

/** Numbers of the node kinds in the file; never reused. */
export const KIND_NUMBERS = {
  conv: 1,
  'fully-connected': 2,
  threshold: 3,
  affine: 4,
  add: 5,
  relu: 6,
  'max-pool': 7,
  'average-pool': 8,
  'global-average-pool': 9,
  flatten: 10,
  pad: 11,
  slice: 12,
  concat: 13,
  upsample: 14,
} as const satisfies Record<NetworkNode['kind'], number>;

/** The last kind that each format version knows, from version 1 on; files are written in the oldest version that has their kinds. */
export const LAST_KINDS: readonly number[] = [10, 13, 14];

/** Numbers of the code systems in the file; never reused. */
export const SYSTEM_NUMBERS = {
  unsigned: 0,
  'sign-magnitude': 1,
  'twos-complement': 2,
} as const satisfies Record<CodeSystem, number>;

function writeWindow(writer: ByteWriter, window: Window): void {
  for (const value of [...window.kernel, ...window.stride, ...window.padding]) writer.varint(value);
}

function writeWeights(writer: ByteWriter, weights: Weights): void {
  writer.byte(SYSTEM_NUMBERS[weights.format.system]);
  writer.byte(weights.format.bits);
  writer.varint(weights.codes.length);
  writer.bytes(packCodes(weights.codes, weights.format));
}

function writeIntegers(writer: ByteWriter, values: ArrayLike<number> | null): void {
  writer.varint(values === null ? 0 : values.length);
  for (let i = 0; i < (values?.length ?? 0); i++) writer.signedVarint(values![i]);
}

/** Rows of monotone thresholds: the first as it is, then the steps in the row's direction. */
function writeThresholds(writer: ByteWriter, thresholds: Int32Array, direction: Int8Array): void {
  const steps = thresholds.length / direction.length;
  writer.bytes(
    packCodes(
      Array.from(direction, (d) => (d < 0 ? 1 : 0)),
      { system: 'unsigned', bits: 1 },
    ),
  );
  for (const [row, sign] of direction.entries()) {
    writer.signedVarint(thresholds[row * steps]);
    for (let k = 1; k < steps; k++) {
      writer.varint((thresholds[row * steps + k] - thresholds[row * steps + k - 1]) * sign);
    }
  }
}

function writeNode(writer: ByteWriter, node: NetworkNode): void {
  switch (node.kind) {
    case 'conv':
      writeWindow(writer, node);
      for (const value of [...node.dilation, node.groups, node.outChannels]) writer.varint(value);
      writeWeights(writer, node.weights);
      writeIntegers(writer, node.bias);
      return;
    case 'fully-connected':
      writer.varint(node.outFeatures);
      writeWeights(writer, node.weights);
      writeIntegers(writer, node.bias);
      return;
    case 'threshold':
      writer.byte(node.bits);
      writer.varint(node.direction.length);
      writeThresholds(writer, node.thresholds, node.direction);
      return;
    case 'affine':
      writer.byte(node.shift);
      writeIntegers(writer, node.multiplier);
      writeIntegers(writer, node.offset);
      return;
    case 'max-pool':
    case 'average-pool':
      writeWindow(writer, node);
      return;
    case 'pad':
      for (const value of [...node.before, ...node.after]) writer.varint(value);
      writeIntegers(writer, node.values);
      return;
    case 'slice':
      for (const value of [...node.start, ...node.size, ...node.step]) writer.varint(value);
      return;
    case 'upsample':
      for (const value of node.factors) writer.varint(value);
      return;
    case 'concat':
    case 'add':
    case 'relu':
    case 'global-average-pool':
    case 'flatten':
      return;
    default:
      return node satisfies never;
  }
}

/**
 * The canonical bytes of what a network computes: input, nodes in order, operands by position,
 * every integer. Names, ids and stated error bounds are left out: they do not change any result.
 * The layout is the `semantics` section of docs/format-network.md.
 *
 * @param network a legal network (see `verify`).
 */
export function encodeSemantics(network: Network): Uint8Array {
  const writer = new ByteWriter();
  const positions = new Map<string, number>([[INPUT_ID, 0]]);
  for (const [index, node] of network.nodes.entries()) positions.set(node.id, index + 1);
  writer.byte(network.input.bits);
  writer.varint(network.input.shape.length);
  for (const size of network.input.shape) writer.varint(size);
  writer.varint(network.nodes.length);
  for (const node of network.nodes) {
    writer.byte(KIND_NUMBERS[node.kind]);
    if (node.kind === 'concat') writer.varint(node.inputs.length);
    for (const id of inputsOf(node)) writer.varint(positions.get(id)!);
    writeNode(writer, node);
  }
  writer.varint(positions.get(network.output)!);
  return writer.finish();
}
