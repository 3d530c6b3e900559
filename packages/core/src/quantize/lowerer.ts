import { fail } from '../diagnostics/index.ts';
import type {
  Model,
  ModelAddNode,
  ModelAveragePoolNode,
  ModelBatchNormNode,
  ModelConvNode,
  ModelFullyConnectedNode,
  ModelGlobalAveragePoolNode,
  ModelNode,
  ModelQuantizeNode,
} from '../model/model.ts';
import { valueRange } from '../network/integers.ts';
import { INPUT_ID, type NetworkNode } from '../network/network.ts';
import { NetworkBuilder } from './builder.ts';
import { affineParameters } from './fixed-point.ts';
import { lowerMacNode } from './mac.ts';
import {
  approximate,
  hasNoBatchNorm,
  isPlainScale,
  plainMap,
  withBatchNorm,
  type ChannelMap,
} from './normalization.ts';
import { ParameterReader } from './parameters.ts';
import { compare, divide, exactly, powerOfTwo, type Rational } from './rational.ts';
import { channelThresholds } from './thresholds.ts';
import type { DeferredNode, IntegersValue, LoweredValue } from './values.ts';

/** Lowers one model, node by node, with residual streams at 2^-fractionBits. */
export class Lowerer {
  readonly builder: NetworkBuilder;
  readonly values = new Map<string, LoweredValue>();
  /** Bound on the error of each network value in its own last places, all codes before it taken as they are. */
  readonly errors = new Map<string, number>();
  readonly #streams = new Map<string, string>();
  readonly #parameters: ParameterReader;
  readonly #fractionBits: number;
  readonly #streamScale: Rational;

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
    this.builder = new NetworkBuilder({ shape, bits });
    this.#parameters = new ParameterReader(model);
    this.#fractionBits = fractionBits;
    this.#streamScale = powerOfTwo(-fractionBits);
    this.values.set(INPUT_ID, { kind: 'codes', id: INPUT_ID, step: exactly(Math.fround(scale)) });
  }

  #add(node: NetworkNode, path: string, error: number): string {
    const id = this.builder.freshId(node.id);
    this.builder.add({ ...node, id }, path);
    this.errors.set(id, error);
    return id;
  }

  #error(id: string): number {
    return this.errors.get(id) ?? 0;
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
      case 'relu':
      case 'max-pool':
      case 'flatten':
        return this.#deferred(node, path);
      case 'quantize':
        return this.#quantize(node, path);
      case 'add':
        return this.#sum(node, path);
      case 'average-pool':
      case 'global-average-pool':
        return this.#averagePool(node, path);
      case 'clip':
      case 'pad':
      case 'slice':
      case 'concat':
        return fail('node-not-lowered', path, `a ${node.kind} node has no integer form yet`, 'remove it');
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
    const lowered = lowerMacNode(node, input, this.builder.type(input.id), this.#parameters, path);
    const id = this.#add(lowered.node, path, 0);
    return { kind: 'integers', id, maps: lowered.maps };
  }

  /** Any value as integers of which a new batch norm or quantizer may be a function. */
  #asIntegers(id: string, path: string): IntegersValue {
    const value = this.#value(id, path);
    if (value.kind === 'integers' && value.maps.every(hasNoBatchNorm)) return value;
    if (value.kind === 'codes') return { kind: 'integers', id: value.id, maps: [plainMap(value.step)] };
    return { kind: 'integers', id: this.stream(id, path), maps: [plainMap(this.#streamScale)] };
  }

  #batchNorm(node: ModelBatchNormNode, path: string): LoweredValue {
    const { id, maps } = this.#asIntegers(node.input, `${path}.input`);
    const channels = this.builder.type(id).shape[0] ?? 0;
    const read = (field: 'gamma' | 'beta' | 'mean' | 'variance'): Float32Array =>
      this.#parameters.read(node[field], `${path}.${field}`, [[channels]]);
    const [gamma, beta, mean, variance] = [read('gamma'), read('beta'), read('mean'), read('variance')];
    const epsilon = Math.fround(node.epsilon);
    const wrong = variance.findIndex((value) => !(value >= 0 && value + epsilon > 0));
    if (wrong >= 0 || !(epsilon >= 0)) {
      fail(
        'variance-not-positive',
        `${path}.variance`,
        `'${node.variance}'[${wrong}] is ${variance[wrong]} with epsilon ${epsilon}, their sum must be above 0 and neither below`,
        'recompute the running statistics',
      );
    }
    const normalized = Array.from({ length: channels }, (_, c): ChannelMap =>
      withBatchNorm(maps[maps.length === 1 ? 0 : c], {
        gamma: gamma[c],
        beta: beta[c],
        mean: mean[c],
        variance: variance[c],
        epsilon,
      }),
    );
    return { kind: 'integers', id, maps: normalized };
  }

  #deferred(node: DeferredNode, path: string): LoweredValue {
    const input = this.#value(node.input, `${path}.input`);
    if (input.kind !== 'codes') return { kind: 'deferred', node, source: node.input };
    if (node.kind === 'relu') return input;
    return { ...input, id: this.#add({ ...node, input: input.id }, path, 0) };
  }

  /** Codes by thresholds on the integers behind the value; pools and reshapes in between run on the codes. */
  #quantize(node: ModelQuantizeNode, path: string): LoweredValue {
    if (!Number.isInteger(node.bits) || node.bits < 1 || node.bits > 8) {
      fail(
        'code-width-out-of-range',
        `${path}.bits`,
        `is ${node.bits}, activation codes have 1 to 8 bits`,
        'use 1 to 8 bits',
      );
    }
    const [stepValue] = this.#parameters.readPositive(node.step, `${path}.step`, [[], [1]]);
    const step = exactly(stepValue);
    const after: DeferredNode[] = [];
    let source = node.input;
    let value = this.#value(source, `${path}.input`);
    while (value.kind === 'deferred') {
      after.unshift(value.node);
      source = value.source;
      value = this.#value(source, path);
    }
    const root: IntegersValue =
      value.kind === 'integers' ? value : { kind: 'integers', id: value.id, maps: [plainMap(value.step)] };
    const bound = valueRange(this.builder.type(root.id));
    const rows = root.maps.map((map) => channelThresholds(map, step, node.bits, bound));
    let id = this.#add(
      {
        kind: 'threshold',
        id: node.id,
        input: root.id,
        bits: node.bits,
        thresholds: Int32Array.from(rows.flatMap((row) => row.thresholds)),
        direction: Int8Array.from(rows, (row) => row.direction),
      },
      path,
      0,
    );
    for (const deferred of after) {
      if (deferred.kind !== 'relu') id = this.#add({ ...deferred, input: id }, path, 0);
    }
    return { kind: 'codes', id, step };
  }

  #sum(node: ModelAddNode, path: string): LoweredValue {
    const [a, b] = [
      this.stream(node.inputs[0], `${path}.inputs[0]`),
      this.stream(node.inputs[1], `${path}.inputs[1]`),
    ];
    const id = this.#add({ kind: 'add', id: node.id, inputs: [a, b] }, path, this.#error(a) + this.#error(b));
    return { kind: 'integers', id, maps: [plainMap(this.#streamScale)] };
  }

  #averagePool(node: ModelAveragePoolNode | ModelGlobalAveragePoolNode, path: string): LoweredValue {
    const value = this.#value(node.input, `${path}.input`);
    const source: IntegersValue =
      value.kind === 'integers' && value.maps.every(isPlainScale)
        ? value
        : value.kind === 'codes'
          ? { kind: 'integers', id: value.id, maps: [plainMap(value.step)] }
          : { kind: 'integers', id: this.stream(node.input, path), maps: [plainMap(this.#streamScale)] };
    const [, height = 1, width = 1] = this.builder.type(source.id).shape;
    const count = node.kind === 'average-pool' ? node.kernel[0] * node.kernel[1] : height * width;
    const id = this.#add({ ...node, input: source.id }, path, count * this.#error(source.id));
    return {
      kind: 'integers',
      id,
      maps: source.maps.map((map) => plainMap(divide(map.scale, exactly(count)))),
    };
  }

  /** The network's id of a model value in fixed point at 2^-fractionBits; made once. */
  stream(id: string, path: string): string {
    const known = this.#streams.get(id);
    if (known !== undefined) return known;
    const made = this.#makeStream(id, path);
    this.#streams.set(id, made);
    return made;
  }

  #makeStream(id: string, path: string): string {
    const value = this.#value(id, path);
    if (value.kind === 'deferred') {
      const input = this.stream(value.source, path);
      if (value.node.kind === 'relu' && valueRange(this.builder.type(input)).min >= 0) return input;
      return this.#add({ ...value.node, input }, path, this.#error(input));
    }
    const maps = value.kind === 'codes' ? [plainMap(value.step)] : value.maps;
    const [first] = maps;
    if (
      value.kind === 'integers' &&
      maps.length === 1 &&
      isPlainScale(first) &&
      compare(first.scale, this.#streamScale) === 0
    ) {
      return value.id;
    }
    const parameters = affineParameters(
      maps,
      this.#fractionBits,
      valueRange(this.builder.type(value.id)),
      path,
    );
    const gain = Math.max(...maps.map((map) => Math.abs(approximate(map).slope))) * 2 ** this.#fractionBits;
    const node: NetworkNode = { kind: 'affine', id: `${id}.stream`, input: value.id, ...parameters };
    return this.#add(node, path, parameters.errorBoundLsb + gain * this.#error(value.id));
  }

  /** True when the value is integers of one scale without batch norm or bias, or codes. */
  scaleOf(id: string): { readonly id: string; readonly scale: Rational } | null {
    const value = this.values.get(id);
    const streamed = this.#streams.get(id);
    if (value?.kind === 'codes') return { id: value.id, scale: value.step };
    if (value?.kind === 'integers') {
      const [first, ...rest] = value.maps;
      const single = rest.every((map) => compare(map.scale, first.scale) === 0);
      if (single && value.maps.every(isPlainScale)) return { id: value.id, scale: first.scale };
    }
    return streamed === undefined ? null : { id: streamed, scale: this.#streamScale };
  }
}
