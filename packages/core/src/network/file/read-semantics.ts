import type { CodeFormat } from '../codes.ts';
import { isCodeFormat } from '../codes.ts';
import type { NetworkNode, Shape, Triple, Weights, Window } from '../network.ts';
import type { ByteReader } from './bytes.ts';
import { readCodes } from './pack.ts';
import { KIND_NUMBERS, SYSTEM_NUMBERS } from './semantics.ts';

/** What the file says of a network apart from names; operands are named by {@link Names.id}. */
export interface Semantics {
  readonly input: { readonly shape: Shape; readonly bits: number };
  readonly nodes: readonly NetworkNode[];
  readonly output: string;
}

/** Names and statements from the file's other sections, by position (0 is the input). */
export interface Names {
  id(position: number): string;
  errorBoundLsb(position: number): number;
}

function readWindow(reader: ByteReader): Window {
  const next = (what: string): number => reader.varint(what, 2 ** 16);
  return {
    kernel: [next('kernel height'), next('kernel width')],
    stride: [next('vertical stride'), next('horizontal stride')],
    padding: [next('top padding'), next('left padding'), next('bottom padding'), next('right padding')],
  };
}

function readWeights(reader: ByteReader): Weights {
  const number = reader.byte('the code system');
  const entry = (['sign-magnitude', 'twos-complement'] as const).find(
    (name) => SYSTEM_NUMBERS[name] === number,
  );
  if (entry === undefined) reader.malformed(`weights have code system ${number}, known are 1 and 2`);
  const format: CodeFormat = { system: entry, bits: reader.byte('the weight width') };
  if (!isCodeFormat(format)) reader.malformed(`weights have ${format.bits} bits, not a width of ${entry}`);
  const count = reader.varint('the number of weights', 2 ** 31);
  return { format, codes: readCodes(reader, count, format, 'weights') };
}

/** Reads a counted list; each element takes at least one byte, which bounds the allocation. */
function readCount(reader: ByteReader, what: string): number {
  const count = reader.varint(what, 2 ** 31);
  if (count > reader.remaining) reader.malformed(`${what} is ${count}, more than the bytes left`);
  return count;
}

function readInt32(reader: ByteReader, what: string): number {
  const value = reader.signedVarint(what);
  if (value < -(2 ** 31) || value >= 2 ** 31) reader.malformed(`${what} is ${value}, not a 32-bit integer`);
  return value;
}

function readInt32s(reader: ByteReader, what: string): Int32Array {
  const values = new Int32Array(readCount(reader, `the number of ${what}`));
  for (let i = 0; i < values.length; i++) values[i] = readInt32(reader, what);
  return values;
}

function readBias(reader: ByteReader): Int32Array | null {
  const bias = readInt32s(reader, 'bias');
  return bias.length === 0 ? null : bias;
}

function readThresholds(
  reader: ByteReader,
): Pick<NetworkNode & { kind: 'threshold' }, 'bits' | 'thresholds' | 'direction'> {
  const bits = reader.byte('the threshold width');
  if (bits < 1 || bits > 8) reader.malformed(`thresholds have ${bits} bits, must be 1 to 8`);
  const rows = readCount(reader, 'the number of threshold rows');
  const falls = readCodes(reader, rows, { system: 'unsigned', bits: 1 }, 'threshold directions');
  const steps = 2 ** bits - 1;
  if (rows * steps > reader.remaining)
    reader.malformed(`${rows} rows of ${steps} thresholds are more than the bytes left`);
  const direction = falls.map((fall) => (fall === 1 ? -1 : 1));
  const thresholds = new Int32Array(rows * steps);
  for (const [row, sign] of direction.entries()) {
    let value = readInt32(reader, 'a threshold');
    thresholds[row * steps] = value;
    for (let k = 1; k < steps; k++) {
      value += sign * reader.varint('a threshold step', 2 ** 32);
      if (value < -(2 ** 31) || value >= 2 ** 31)
        reader.malformed(`a threshold is ${value}, not a 32-bit integer`);
      thresholds[row * steps + k] = value;
    }
  }
  return { bits, thresholds, direction };
}

function readTriple(reader: ByteReader, what: string): Triple {
  const next = (): number => reader.varint(what, 2 ** 24);
  return [next(), next(), next()];
}

function readNode(reader: ByteReader, position: number, names: Names): NetworkNode {
  const number = reader.byte('a node kind');
  const kind = (Object.keys(KIND_NUMBERS) as NetworkNode['kind'][]).find(
    (name) => KIND_NUMBERS[name] === number,
  );
  if (kind === undefined)
    reader.malformed(
      `node ${position} has kind ${number}, known are 1 to ${Object.keys(KIND_NUMBERS).length}`,
    );
  const operand = (): string => {
    const at = reader.varint('an operand');
    if (at >= position) reader.malformed(`node ${position} reads value ${at}, which is not made before it`);
    return names.id(at);
  };
  const id = names.id(position);
  if (kind === 'concat') {
    const count = readCount(reader, 'the number of operands');
    return { kind, id, inputs: Array.from({ length: count }, operand) };
  }
  const input = operand();
  switch (kind) {
    case 'conv': {
      const window = readWindow(reader);
      const dilation = [
        reader.varint('vertical dilation', 2 ** 16),
        reader.varint('horizontal dilation', 2 ** 16),
      ] as const;
      const groups = reader.varint('groups');
      const outChannels = reader.varint('output channels');
      return {
        kind,
        id,
        input,
        ...window,
        dilation,
        groups,
        outChannels,
        weights: readWeights(reader),
        bias: readBias(reader),
      };
    }
    case 'fully-connected': {
      const outFeatures = reader.varint('output features');
      return { kind, id, input, outFeatures, weights: readWeights(reader), bias: readBias(reader) };
    }
    case 'threshold':
      return { kind, id, input, ...readThresholds(reader) };
    case 'affine': {
      const shift = reader.byte('the shift');
      const multiplier = readInt32s(reader, 'multipliers');
      const offset = new Float64Array(readCount(reader, 'the number of offsets'));
      for (let i = 0; i < offset.length; i++) offset[i] = reader.signedVarint('an offset');
      return { kind, id, input, multiplier, offset, shift, errorBoundLsb: names.errorBoundLsb(position) };
    }
    case 'add':
      return { kind, id, inputs: [input, operand()] };
    case 'max-pool':
    case 'average-pool':
      return { kind, id, input, ...readWindow(reader) };
    case 'pad': {
      const before = readTriple(reader, 'padding before');
      const after = readTriple(reader, 'padding after');
      return { kind, id, input, before, after, values: readInt32s(reader, 'pad values') };
    }
    case 'slice': {
      const start = readTriple(reader, 'a slice start');
      const size = readTriple(reader, 'a slice size');
      return { kind, id, input, start, size, step: readTriple(reader, 'a slice step') };
    }
    case 'upsample':
      return {
        kind,
        id,
        input,
        factors: [reader.varint('a vertical factor', 2 ** 16), reader.varint('a horizontal factor', 2 ** 16)],
      };
    case 'relu':
    case 'global-average-pool':
    case 'flatten':
      return { kind, id, input };
    default:
      return kind satisfies never;
  }
}

/** Reads the `semantics` section. The result may still be illegal as a network: `verify` decides. */
export function readSemantics(reader: ByteReader, names: Names): Semantics {
  const bits = reader.byte('the input width');
  const rank = reader.varint('the input rank', 3);
  const shape = Array.from({ length: rank }, () => reader.varint('an input size', 2 ** 32));
  const count = readCount(reader, 'the number of nodes');
  const nodes: NetworkNode[] = [];
  for (let position = 1; position <= count; position++) nodes.push(readNode(reader, position, names));
  const output = names.id(reader.varint('the output', count));
  reader.end('the semantics section');
  return { input: { shape, bits }, nodes, output };
}
