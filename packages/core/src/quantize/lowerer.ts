import { fail } from '../diagnostics/index.ts';
import type {
  Model,
  ModelAddNode,
  ModelBatchNormNode,
  ModelConcatNode,
  ModelConvNode,
  ModelFullyConnectedNode,
  ModelLeakyReluNode,
  ModelNode,
  ModelQuantizeNode,
} from '../model/model.ts';
import { valueRange } from '../network/integers.ts';
import { INPUT_ID } from '../network/network.ts';
import { readBatchNorm, type BatchNormParameters } from './batch-norm.ts';
import { addCodes, boundedCodes } from './coding.ts';
import { isBounding, moved, shapeOf } from './deferred.ts';
import { lowerMacNode } from './mac.ts';
import { isPlainScale, withBatchNorm, type ChannelMap } from './normalization.ts';
import { ParameterReader } from './parameters.ts';
import { quantizerGrid } from './quantizer.ts';
import { compare, exactly, type Rational } from './rational.ts';
import { codesMap, Streams } from './streams.ts';
import type { CodesValue, DeferredNode, LoweredValue } from './values.ts';
import { Windows } from './windows.ts';

/** Where a model's value is: real value = scale * (integer - zeroPoint). */
export interface Scaled {
  readonly id: string;
  readonly scale: Rational;
  readonly zeroPoint: number;
}

/** Lowers one model, node by node, with residual streams at 2^-fractionBits. */
export class Lowerer {
  readonly values = new Map<string, LoweredValue>();
  readonly streams: Streams;
  /** By batch norm: the ids of the values that it reads as streams. */
  readonly normalizedStreams = new Map<string, readonly string[]>();
  readonly #parameters: ParameterReader;
  readonly #windows: Windows;

  constructor(model: Model, fractionBits: number) {
    const { shape, bits, scale } = model.graph.input;
    if (!(Math.fround(scale) > 0 && Math.fround(scale) < Infinity)) {
      fail(
        'scale-not-positive',
        'model.input.scale',
        `is ${scale}, must be a positive number`,
        'set it to the real value of one step of a pixel, e.g. 1/255',
      );
    }
    this.streams = new Streams({ shape, bits }, fractionBits);
    this.#windows = new Windows(this.streams);
    this.#parameters = new ParameterReader(model);
    this.values.set(INPUT_ID, {
      kind: 'codes',
      name: INPUT_ID,
      id: INPUT_ID,
      step: exactly(Math.fround(scale)),
      zeroPoint: 0,
      most: 2 ** bits - 1,
    });
  }

  #value(id: string, path: string): LoweredValue {
    const value = this.values.get(id);
    if (value === undefined) {
      fail(
        'unknown-input',
        path,
        `names '${id}', which no earlier node makes`,
        'order the nodes, and name existing ones',
      );
    }
    return value;
  }

  /** Lowers one model node. @param path `model.nodes.3(conv1)`. */
  lower(node: ModelNode, path: string): void {
    this.values.set(node.id, this.#lowerNode(node, path));
  }

  #lowerNode(node: ModelNode, path: string): LoweredValue {
    switch (node.kind) {
      case 'conv':
      case 'fully-connected':
        return this.#mac(node, path);
      case 'batch-norm':
        return this.#batchNorm(node, path);
      case 'leaky-relu':
        return this.#leakyRelu(node, path);
      case 'relu':
      case 'clip':
      case 'max-pool':
      case 'flatten':
      case 'pad':
      case 'slice':
      case 'upsample':
        return this.#deferred(node, path);
      case 'quantize':
        return this.#quantize(node, path);
      case 'add':
        return this.#sum(node, path);
      case 'concat':
        return this.#concat(node, path);
      case 'average-pool':
      case 'global-average-pool':
        return this.#windows.average(node, this.#value(node.input, `${path}.input`), node.id, path);
      default:
        return node satisfies never;
    }
  }

  #mac(node: ModelConvNode | ModelFullyConnectedNode, path: string): LoweredValue {
    const input = this.#value(node.input, `${path}.input`);
    if (input.kind !== 'codes') {
      fail(
        'input-not-quantized',
        `${path}.input`,
        `'${node.input}' is not quantized, a layer on the macro reads unsigned codes`,
        `put a quantize node between '${node.input}' and '${node.id}'`,
      );
    }
    const id = this.#windows.zeroPadded(node, input, path);
    const inside = id === input.id ? node : { ...node, padding: [0, 0, 0, 0] as const };
    const type = this.streams.builder.type(id);
    const lowered = lowerMacNode(inside, { ...input, id }, type, this.#parameters, path);
    return {
      kind: 'integers',
      name: node.id,
      id: this.streams.add(lowered.node, path, 0),
      maps: lowered.maps,
    };
  }

  #batchNorm(node: ModelBatchNormNode, path: string): LoweredValue {
    const input = this.#value(node.input, `${path}.input`);
    const [channels = 0] = this.#shape(input);
    return this.#normalized(
      input,
      readBatchNorm(node, channels, this.#parameters, path),
      node.id,
      node.id,
      `${path}.input`,
    );
  }

  #normalized(
    value: LoweredValue,
    parameters: BatchNormParameters,
    norm: string,
    name: string,
    path: string,
  ): LoweredValue {
    if (value.kind === 'concat') {
      let first = 0;
      const parts = value.parts.map((part, index) => {
        const [channels = 0] = this.#shape(part);
        first += channels;
        const own = parameters.slice(first - channels, first);
        return this.#normalized(part, own, norm, `${name}.${index + 1}`, path);
      });
      return { kind: 'concat', name, parts };
    }
    const compose = ({ id, maps }: { readonly id: string; readonly maps: readonly ChannelMap[] }) => {
      const composed = parameters.map((channel, c) =>
        withBatchNorm(maps[maps.length === 1 ? 0 : c], channel),
      );
      const exact = composed.filter((map) => map !== null);
      return exact.length === composed.length ? { kind: 'integers' as const, name, id, maps: exact } : null;
    };
    const known =
      value.kind === 'integers'
        ? value
        : value.kind === 'codes'
          ? { id: value.id, maps: [codesMap(value)] }
          : null;
    const exact = known === null ? null : compose(known);
    if (exact !== null) return exact;
    this.normalizedStreams.set(norm, [...(this.normalizedStreams.get(norm) ?? []), value.name]);
    return compose({ id: this.streams.stream(value, path), maps: [this.streams.map] })!;
  }

  #deferred(node: DeferredNode, path: string): LoweredValue {
    if (node.kind === 'pad' && node.codes !== null) return this.#padWithCodes(node, node.codes, path);
    const source = this.#value(node.input, `${path}.input`);
    const later: LoweredValue = { kind: 'deferred', name: node.id, node, source };
    if (source.kind !== 'codes') return later;
    if (isBounding(node)) return boundedCodes(this.streams, node, source, path) ?? later;
    // Unless codes are of values >= 0, what a slope makes of them is no code.
    if (node.kind === 'leaky-relu') return source.zeroPoint === 0 ? { ...source, name: node.id } : later;
    if (node.kind === 'pad' && !Number.isInteger(source.zeroPoint)) return later;
    const id = this.streams.add(moved(node, source.id, source.zeroPoint), path, 0);
    return { ...source, name: node.id, id };
  }

  #leakyRelu(node: ModelLeakyReluNode, path: string): LoweredValue {
    const alpha = Math.fround(node.alpha);
    if (!(alpha >= 0 && alpha < Infinity)) {
      fail(
        'alpha-out-of-range',
        `${path}.alpha`,
        `is ${node.alpha}: a leaky ReLU that falls below 0, or is not finite there, has no thresholds`,
        'use a finite slope of 0 or more',
      );
    }
    const { id, input } = node;
    return this.#deferred(alpha === 0 ? { kind: 'relu', id, input } : node, path);
  }

  /** The mean pixel around the network's input. */
  #padWithCodes(
    node: DeferredNode & { readonly kind: 'pad' },
    codes: readonly number[],
    path: string,
  ): LoweredValue {
    const source = this.#value(node.input, `${path}.input`);
    if (node.input !== INPUT_ID || source.kind !== 'codes') {
      fail(
        'pad-codes-misplaced',
        `${path}.codes`,
        `are codes of the network's input, but the node reads '${node.input}'`,
        `let the node read '${INPUT_ID}', or pad with zeros`,
      );
    }
    const { kind, id, before, after } = node;
    const pad = { kind, id, input: source.id, before, after, values: Int32Array.from(codes) };
    return { ...source, name: id, id: this.streams.add(pad, path, 0) };
  }

  #quantize(node: ModelQuantizeNode, path: string): LoweredValue {
    const grid = quantizerGrid(node, this.#parameters, path);
    const id = addCodes(this.streams, this.#value(node.input, `${path}.input`), grid, node.id, path);
    return { kind: 'codes', name: node.id, id, step: grid.step, zeroPoint: grid.zeroPoint, most: grid.most };
  }

  #sum(node: ModelAddNode, path: string): LoweredValue {
    const { streams } = this;
    const [a, b] = node.inputs.map((id, index) =>
      streams.stream(this.#value(id, `${path}.inputs[${index}]`), `${path}.inputs[${index}]`),
    ) as [string, string];
    const error = streams.error(a) + streams.error(b);
    const id = streams.add({ kind: 'add', id: node.id, inputs: [a, b] }, path, error);
    return { kind: 'integers', name: node.id, id, maps: [streams.map] };
  }

  #concat(node: ModelConcatNode, path: string): LoweredValue {
    const parts = node.inputs.flatMap((id, index): readonly LoweredValue[] => {
      const value = this.#value(id, `${path}.inputs[${index}]`);
      return value.kind === 'concat' ? value.parts : [value];
    });
    if (parts.length === 0) {
      fail(
        'no-inputs',
        `${path}.inputs`,
        'is empty, must name at least one value',
        'name the values to join',
      );
    }
    const codes = parts.filter((part) => part.kind === 'codes');
    const [first] = codes;
    const bitsOf = ({ id }: CodesValue): number => valueRange(this.streams.builder.type(id)).max;
    const alike = codes.every(
      (part) =>
        compare(part.step, first.step) === 0 &&
        part.zeroPoint === first.zeroPoint &&
        bitsOf(part) === bitsOf(first),
    );
    if (codes.length < parts.length || !alike) return { kind: 'concat', name: node.id, parts };
    const inputs = codes.map(({ id }) => id);
    const id = this.streams.add({ kind: 'concat', id: node.id, inputs }, path, 0);
    return { ...first, name: node.id, id, most: Math.max(...codes.map(({ most }) => most)) };
  }

  #shape(value: LoweredValue): readonly number[] {
    return shapeOf(value, (id) => this.streams.builder.type(id).shape);
  }

  /** Fraction bits of what an average pool sums where they are fewer than those of the streams, by the pool's id. */
  pooledFractionBits(): ReadonlyMap<string, number> {
    const { fractionBits } = this.streams;
    return new Map([...this.#windows.coarser].map(([name, shift]) => [name, fractionBits - shift]));
  }

  /** Where a model's value is, when that is codes, integers of one scale without batch norm or bias, or a stream. */
  scaleOf(id: string): Scaled | null {
    const value = this.values.get(id);
    if (value === undefined) return null;
    if (value.kind === 'codes') return { id: value.id, scale: value.step, zeroPoint: value.zeroPoint };
    if (value.kind === 'integers') {
      const [first, ...rest] = value.maps;
      const single = rest.every((map) => compare(map.scale, first.scale) === 0);
      if (single && value.maps.every(isPlainScale)) return { id: value.id, scale: first.scale, zeroPoint: 0 };
    }
    const streamed = this.streams.known(value);
    return streamed === null ? null : { id: streamed, scale: this.streams.scale, zeroPoint: 0 };
  }
}
