import { fail } from '../diagnostics/index.ts';
import type {
  ModelAveragePoolNode,
  ModelConvNode,
  ModelFullyConnectedNode,
  ModelGlobalAveragePoolNode,
} from '../model/model.ts';
import { valueRange } from '../network/integers.ts';
import { isPlainScale } from './normalization.ts';
import { divide, exactly, multiply, powerOfTwo } from './rational.ts';
import { codesMap, type Streams } from './streams.ts';
import type { CodesValue, IntegersValue, LoweredValue } from './values.ts';

/** Zero padding of windows over codes, and average pools. */
export class Windows {
  readonly #streams: Streams;
  /** Values with their zeros put around them, by value and padding. */
  readonly #padded = new Map<string, string>();
  /** Bits by which what an average pool sums is coarser than a stream, by the name of what it makes. */
  readonly coarser = new Map<string, number>();

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  /** What a window of codes reads: where real 0 is not code 0, the window's zero padding is a node of its own. */
  zeroPadded(
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
    const made = this.#streams.add(
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

  /**
   * The mean over windows: the sum as integers, the divisor in the scale. Exact but for streams.
   *
   * @param name of the value that is made.
   */
  average(
    node: ModelAveragePoolNode | ModelGlobalAveragePoolNode,
    value: LoweredValue,
    name: string,
    path: string,
  ): LoweredValue {
    if (value.kind === 'concat') {
      const parts = value.parts.map((part, index) => this.average(node, part, `${name}.${index + 1}`, path));
      return { kind: 'concat', name, parts };
    }
    const padded = node.kind === 'average-pool' && node.padding.some((side) => side > 0);
    const source = this.#summed(node, value, padded, path);
    const inside = source.hasPadding ? { ...node, padding: [0, 0, 0, 0] as const } : node;
    const [, height = 1, width = 1] = this.#streams.builder.type(source.id).shape;
    const count = node.kind === 'average-pool' ? node.kernel[0] * node.kernel[1] : height * width;
    const isStream = source.maps[0] === this.#streams.map;
    const { input, shift } = this.#coarser(source.id, count, name, path);
    if (shift > 0 && isStream) this.coarser.set(name, shift);
    const error = count * this.#streams.error(input);
    const id = this.#streams.add({ ...inside, id: name, input }, path, error);
    // The mean of y(x) is y(mean of x).
    const last = divide(powerOfTwo(shift), exactly(count));
    const maps = source.maps.map((map) => ({ ...map, scale: multiply(map.scale, last) }));
    return { kind: 'integers', name, id, maps };
  }

  /**
   * What is summed, rounded (halves up) to a last place 2^shift times as large, so that `count` of them stay within
   * int32: streams have as many fraction bits as additions allow, more than a large window does.
   */
  #coarser(
    id: string,
    count: number,
    name: string,
    path: string,
  ): { readonly input: string; readonly shift: number } {
    const { min, max } = valueRange(this.#streams.builder.type(id));
    const reach = Math.max(-min, max + 1) * count;
    const shift = Math.max(0, Math.ceil(Math.log2(reach)) - 31);
    if (shift === 0) return { input: id, shift };
    const parameters = {
      multiplier: Int32Array.of(1),
      offset: Float64Array.of(2 ** (shift - 1)),
      shift,
      errorBoundLsb: 0.5,
    };
    const error = 0.5 + this.#streams.error(id) / 2 ** shift;
    const input = this.#streams.add(
      { kind: 'affine', id: `${name}.rounded`, input: id, ...parameters },
      path,
      error,
    );
    return { input, shift };
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
      const id = node.kind === 'average-pool' ? this.zeroPadded(node, value, path) : value.id;
      return { id, maps: [codesMap(value)], hasPadding: id !== value.id };
    }
    return { id: this.#streams.stream(value, path), maps: [this.#streams.map], hasPadding: false };
  }
}
