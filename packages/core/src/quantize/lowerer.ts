import { fail } from '../diagnostics/index.ts';
import type {
  Model,
  ModelAddNode,
  ModelAveragePoolNode,
  ModelBatchNormNode,
  ModelConcatNode,
  ModelConvNode,
  ModelFullyConnectedNode,
  ModelGlobalAveragePoolNode,
  ModelNode,
  ModelQuantizeNode,
} from '../model/model.ts';
import { valueRange } from '../network/integers.ts';
import { INPUT_ID } from '../network/network.ts';
import { readBatchNorm, type BatchNormParameters } from './batch-norm.ts';
import type { CodeGrid } from './code-grid.ts';
import { commute, isBounding, moved, realBounds, shapeOf } from './deferred.ts';
import { lowerMacNode } from './mac.ts';
import { isPlainScale, withBatchNorm, type ChannelMap } from './normalization.ts';
import { ParameterReader } from './parameters.ts';
import { quantizerGrid } from './quantizer.ts';
import { add, compare, divide, exactly, floor, type Rational } from './rational.ts';
import { codesMap, Streams } from './streams.ts';
import { channelThresholds } from './thresholds.ts';
import type { CodesValue, DeferredNode, IntegersValue, LoweredValue } from './values.ts';

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
  readonly #parameters: ParameterReader;
  /** Inputs of convolutions with their zeros put around them, by value and padding. */
  readonly #padded = new Map<string, string>();

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
      case 'relu':
      case 'clip':
      case 'max-pool':
      case 'flatten':
      case 'pad':
      case 'slice':
        return this.#deferred(node, path);
      case 'quantize':
        return this.#quantize(node, path);
      case 'add':
        return this.#sum(node, path);
      case 'concat':
        return this.#concat(node, path);
      case 'average-pool':
      case 'global-average-pool':
        return this.#averagePool(node, this.#value(node.input, `${path}.input`), node.id, path);
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
    const id = this.#zeroPadded(node, input, path);
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

  /** What a window of codes reads: where real 0 is not code 0, the window's zero padding is a node of its own. */
  #zeroPadded(
    node: ModelConvNode | ModelFullyConnectedNode | ModelAveragePoolNode,
    input: CodesValue,
    path: string,
  ): string {
    if (
      node.kind === 'fully-connected' ||
      input.zeroPoint === 0 ||
      node.padding.every((side) => side === 0)
    ) {
      return input.id;
    }
    if (!Number.isInteger(input.zeroPoint)) {
      fail(
        'zero-not-representable',
        `${path}.padding`,
        `pads '${node.input}' with zeros, but with zero point ${input.zeroPoint} none of its codes is 0`,
        'quantize with an integer zero point, or do without padding',
      );
    }
    const [top, left, bottom, right] = node.padding;
    const key = JSON.stringify([input.id, node.padding]);
    const known = this.#padded.get(key);
    if (known !== undefined) return known;
    const made = this.streams.add(
      {
        kind: 'pad',
        id: `${node.id}.pad`,
        input: input.id,
        before: [0, top, left],
        after: [0, bottom, right],
        values: Int32Array.of(input.zeroPoint),
      },
      path,
      0,
    );
    this.#padded.set(key, made);
    return made;
  }

  #batchNorm(node: ModelBatchNormNode, path: string): LoweredValue {
    const input = this.#value(node.input, `${path}.input`);
    const [channels = 0] = this.#shape(input);
    return this.#normalized(
      input,
      readBatchNorm(node, channels, this.#parameters, path),
      node.id,
      `${path}.input`,
    );
  }

  #normalized(
    value: LoweredValue,
    parameters: BatchNormParameters,
    name: string,
    path: string,
  ): LoweredValue {
    if (value.kind === 'concat') {
      let first = 0;
      const parts = value.parts.map((part, index) => {
        const [channels = 0] = this.#shape(part);
        first += channels;
        const own = parameters.slice(first - channels, first);
        return this.#normalized(part, own, `${name}.${index + 1}`, path);
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
    return exact ?? compose({ id: this.streams.stream(value, path), maps: [this.streams.map] })!;
  }

  #deferred(node: DeferredNode, path: string): LoweredValue {
    if (node.kind === 'pad' && node.codes !== null) return this.#padWithCodes(node, node.codes, path);
    const source = this.#value(node.input, `${path}.input`);
    const later: LoweredValue = { kind: 'deferred', name: node.id, node, source };
    if (source.kind !== 'codes') return later;
    if (isBounding(node)) return this.#boundedCodes(node, source, path) ?? later;
    if (node.kind === 'pad' && !Number.isInteger(source.zeroPoint)) return later;
    const id = this.streams.add(moved(node, source.id, source.zeroPoint), path, 0);
    return { ...source, name: node.id, id };
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

  /** A ReLU or clip of codes as codes of the same step, or null where its bounds fall between them. */
  #boundedCodes(
    node: DeferredNode & { readonly kind: 'relu' | 'clip' },
    source: CodesValue,
    path: string,
  ): LoweredValue | null {
    const { min, max } = realBounds(node);
    const place = (bound: Rational | null): Rational | null =>
      bound === null ? null : add(divide(bound, source.step), exactly(source.zeroPoint));
    const [low, high] = [place(min), place(max)];
    const isCode = (code: Rational): boolean =>
      compare(code, exactly(Number(floor(code)))) === 0 &&
      code.numerator >= 0n &&
      compare(code, exactly(source.most)) <= 0;
    const lowActs = low !== null && low.numerator > 0n;
    const highActs = high !== null && compare(high, exactly(source.most)) < 0;
    if (!lowActs && !highActs) return source;
    if ((lowActs && !isCode(low)) || (highActs && !isCode(high))) return null;
    const type = this.streams.builder.type(source.id);
    const bits = type.kind === 'codes' ? type.bits : 8;
    const most = highActs ? Number(floor(high)) : source.most;
    const least = Math.min(most, lowActs ? Number(floor(low)) : 0);
    const grid = { step: source.step, zeroPoint: source.zeroPoint, bits, least, most };
    const id = this.#threshold(source.id, [codesMap(source)], grid, node.id, path);
    return { ...source, name: node.id, id, most };
  }

  #threshold(input: string, maps: readonly ChannelMap[], grid: CodeGrid, id: string, path: string): string {
    const bound = valueRange(this.streams.builder.type(input));
    const rows = maps.map((map) => channelThresholds(map, grid, bound));
    return this.streams.add(
      {
        kind: 'threshold',
        id,
        input,
        bits: grid.bits,
        thresholds: Int32Array.from(rows.flatMap((row) => row.thresholds)),
        direction: Int8Array.from(rows, (row) => row.direction),
      },
      path,
      0,
    );
  }

  #quantize(node: ModelQuantizeNode, path: string): LoweredValue {
    const grid = quantizerGrid(node, this.#parameters, path);
    const id = this.#codes(this.#value(node.input, `${path}.input`), grid, node.id, path);
    return { kind: 'codes', name: node.id, id, step: grid.step, zeroPoint: grid.zeroPoint, most: grid.most };
  }

  /** Codes by thresholds on the integers behind the value; what moves or selects elements in between runs on the codes. */
  #codes(value: LoweredValue, grid: CodeGrid, name: string, path: string): string {
    const after: DeferredNode[] = [];
    let root = value;
    while (root.kind === 'deferred') {
      after.unshift(root.node);
      root = root.source;
    }
    const { least, most, padCodes } = commute(after, grid);
    const inner = { ...grid, least, most };
    let id: string;
    if (root.kind === 'concat') {
      const parts = root.parts.map((part, index) => this.#codes(part, inner, `${name}.${index + 1}`, path));
      id = this.streams.add({ kind: 'concat', id: name, inputs: parts }, path, 0);
    } else {
      const maps = root.kind === 'codes' ? [codesMap(root)] : root.maps;
      id = this.#threshold(root.id, maps, inner, name, path);
    }
    for (const node of after) {
      if (isBounding(node)) continue;
      const zero = node.kind === 'pad' ? padCodes.get(node)! : 0;
      id = this.streams.add(moved(node, id, zero), path, 0);
    }
    return id;
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

  #averagePool(
    node: ModelAveragePoolNode | ModelGlobalAveragePoolNode,
    value: LoweredValue,
    name: string,
    path: string,
  ): LoweredValue {
    if (value.kind === 'concat') {
      const parts = value.parts.map((part, index) =>
        this.#averagePool(node, part, `${name}.${index + 1}`, path),
      );
      return { kind: 'concat', name, parts };
    }
    const padded = node.kind === 'average-pool' && node.padding.some((side) => side > 0);
    const source = this.#summed(node, value, padded, path);
    const inside = source.hasPadding ? { ...node, padding: [0, 0, 0, 0] as const } : node;
    const [, height = 1, width = 1] = this.streams.builder.type(source.id).shape;
    const count = node.kind === 'average-pool' ? node.kernel[0] * node.kernel[1] : height * width;
    const error = count * this.streams.error(source.id);
    const id = this.streams.add({ ...inside, id: name, input: source.id }, path, error);
    // The mean of y(x) is y(mean of x).
    const maps = source.maps.map((map) => ({ ...map, scale: divide(map.scale, exactly(count)) }));
    return { kind: 'integers', name, id, maps };
  }

  /** The integers that an average pool sums: its padding is integer 0, so that has to be real 0, or be there already. */
  #summed(
    node: ModelAveragePoolNode | ModelGlobalAveragePoolNode,
    value: LoweredValue,
    padded: boolean,
    path: string,
  ): Pick<IntegersValue, 'id' | 'maps'> & { readonly hasPadding: boolean } {
    if (value.kind === 'integers' && (!padded || value.maps.every(isPlainScale))) {
      return { id: value.id, maps: value.maps, hasPadding: false };
    }
    if (value.kind === 'codes' && (!padded || Number.isInteger(value.zeroPoint))) {
      const id = node.kind === 'average-pool' ? this.#zeroPadded(node, value, path) : value.id;
      return { id, maps: [codesMap(value)], hasPadding: id !== value.id };
    }
    return { id: this.streams.stream(value, path), maps: [this.streams.map], hasPadding: false };
  }

  #shape(value: LoweredValue): readonly number[] {
    return shapeOf(value, (id) => this.streams.builder.type(id).shape);
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
