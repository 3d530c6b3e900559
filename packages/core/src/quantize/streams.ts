import type { ModelLeakyReluNode } from '../model/model.ts';
import { valueRange } from '../network/integers.ts';
import type { Network, NetworkNode } from '../network/network.ts';
import { NetworkBuilder } from './builder.ts';
import { isBounding, moved, realBounds, slopeOf, type BoundingNode } from './deferred.ts';
import { affineParameters } from './fixed-point.ts';
import { approximate, isPlainScale, plainMap, type ChannelMap } from './normalization.ts';
import {
  compare,
  exactly,
  multiply,
  negate,
  ONE,
  powerOfTwo,
  round,
  toNumber,
  type Rational,
} from './rational.ts';
import type { CodesValue, LoweredValue } from './values.ts';

/** The real value of codes: step * code - step * zeroPoint. */
export function codesMap({ step, zeroPoint }: CodesValue): ChannelMap {
  return plainMap(step, negate(multiply(step, exactly(zeroPoint))));
}

/** The network under construction with the errors of its values, and model values as fixed point of one scale in it. */
export class Streams {
  readonly builder: NetworkBuilder;
  /** 2^-fractionBits. */
  readonly scale: Rational;
  /** What a stream's integers mean. */
  readonly map: ChannelMap;
  /** Bound on the error of each network value in its own last places, all codes before it taken as they are. */
  readonly errors = new Map<string, number>();
  readonly #made = new Map<LoweredValue, string>();
  readonly fractionBits: number;

  constructor(input: Network['input'], fractionBits: number) {
    this.builder = new NetworkBuilder(input);
    this.fractionBits = fractionBits;
    this.scale = powerOfTwo(-fractionBits);
    this.map = plainMap(this.scale);
  }

  /** Appends a node under its id or one like it, with the error of its value. @returns the id. */
  add(node: NetworkNode, path: string, error: number): string {
    const id = this.builder.freshId(node.id);
    this.builder.add({ ...node, id }, path);
    this.errors.set(id, error);
    return id;
  }

  error(id: string): number {
    return this.errors.get(id) ?? 0;
  }

  /** The stream of a value, if there is one yet. */
  known(value: LoweredValue): string | null {
    return this.#made.get(value) ?? null;
  }

  /** The network's id of a value in fixed point at 2^-fractionBits; made once. */
  stream(value: LoweredValue, path: string): string {
    const known = this.#made.get(value);
    if (known !== undefined) return known;
    const made = this.#make(value, path);
    this.#made.set(value, made);
    return made;
  }

  #make(value: LoweredValue, path: string): string {
    if (value.kind === 'deferred') {
      const input = this.stream(value.source, path);
      const { node } = value;
      if (isBounding(node)) return this.#bounded(node, input, path);
      if (node.kind === 'leaky-relu') return this.#leaky(node, input, path);
      return this.add(moved(node, input, 0), path, this.error(input));
    }
    if (value.kind === 'concat') {
      const inputs = value.parts.map((part) => this.stream(part, path));
      const error = Math.max(...inputs.map((id) => this.error(id)));
      return this.add({ kind: 'concat', id: value.name, inputs }, path, error);
    }
    const maps = value.kind === 'codes' ? [codesMap(value)] : value.maps;
    const [first] = maps;
    if (
      value.kind === 'integers' &&
      maps.length === 1 &&
      isPlainScale(first) &&
      compare(first.scale, this.scale) === 0
    ) {
      return value.id;
    }
    const bound = valueRange(this.builder.type(value.id));
    const parameters = affineParameters(maps, this.fractionBits, bound, path);
    const gain = Math.max(...maps.map((map) => Math.abs(approximate(map).slope))) * 2 ** this.fractionBits;
    const node: NetworkNode = { kind: 'affine', id: `${value.name}.stream`, input: value.id, ...parameters };
    return this.add(node, path, parameters.errorBoundLsb + gain * this.error(value.id));
  }

  /** A ReLU as it is; a bound b as `b + relu(x - b)` from below and `b - relu(b - x)` from above, b rounded to the last place. */
  #bounded(node: BoundingNode, input: string, path: string): string {
    const { min, max } = realBounds(node);
    const lowest = min === null ? null : this.#inLastPlaces(min);
    const highest = max === null ? null : this.#inLastPlaces(max);
    let id = input;
    if (lowest !== null && valueRange(this.builder.type(id)).min < lowest) {
      id = lowest === 0 ? this.#relu(node, id, path) : this.#reflected(node, id, 1, lowest, path);
    }
    if (highest !== null && valueRange(this.builder.type(id)).max > highest) {
      id = this.#reflected(node, id, -1, highest, path);
    }
    return id;
  }

  /** `relu(x) - alpha relu(-x)`: what is not below 0 stays as it is, one rounding below. */
  #leaky(node: ModelLeakyReluNode, input: string, path: string): string {
    const alpha = slopeOf(node);
    const range = valueRange(this.builder.type(input));
    if (range.min >= 0 || compare(alpha, ONE) === 0) return input;
    const error = this.error(input);
    const exact = { offset: Float64Array.of(0), shift: 0, errorBoundLsb: 0 };
    const negative: NetworkNode = {
      kind: 'affine',
      id: `${node.id}.negative`,
      input,
      multiplier: Int32Array.of(-1),
      ...exact,
    };
    const magnitude: NetworkNode = {
      kind: 'relu',
      id: `${node.id}.below`,
      input: this.add(negative, path, error),
    };
    const below = this.add(magnitude, path, error);
    const slope = affineParameters(
      [{ ...this.map, gamma: negate(alpha) }],
      this.fractionBits,
      { min: 0, max: -range.min },
      path,
    );
    const scaled: NetworkNode = { kind: 'affine', id: `${node.id}.slope`, input: below, ...slope };
    const slopeError = toNumber(alpha) * error + slope.errorBoundLsb;
    const parts = [
      this.add({ kind: 'relu', id: `${node.id}.above`, input }, path, error),
      this.add(scaled, path, slopeError),
    ] as const;
    // One of the two is 0, and f(x) changes by at most max(1, alpha) times what x does.
    return this.add(
      { kind: 'add', id: node.id, inputs: parts },
      path,
      Math.max(1, toNumber(alpha)) * error + slope.errorBoundLsb,
    );
  }

  #inLastPlaces(value: Rational): number {
    return Number(round(multiply(value, powerOfTwo(this.fractionBits))));
  }

  #relu(node: BoundingNode, input: string, path: string): string {
    return this.add({ kind: 'relu', id: node.id, input }, path, this.error(input));
  }

  /** `bound + sign * relu(sign * (x - bound))`. */
  #reflected(node: BoundingNode, input: string, sign: 1 | -1, bound: number, path: string): string {
    const error = Math.max(this.error(input), 0.5);
    const affine = (id: string, from: string, offset: number, errorBoundLsb: number): string => {
      const multiplier = Int32Array.of(sign);
      const parameters = { multiplier, offset: Float64Array.of(offset), shift: 0, errorBoundLsb };
      return this.add({ kind: 'affine', id, input: from, ...parameters }, path, error);
    };
    const shifted = affine(`${node.id}.shifted`, input, -sign * bound, 0.5);
    const relu = this.add({ kind: 'relu', id: `${node.id}.bounded`, input: shifted }, path, error);
    return affine(node.id, relu, bound, 0.5);
  }
}
