import { fail } from '../diagnostics/index.ts';
import type { LevelHistogram, RunOptions } from '../execute/executor.ts';
import { pixelsOf } from './plan/extent.ts';
import type { Plan } from './plan/plan.ts';
import type { CodesBuffer } from './plan/tensors.ts';
import type { Machine } from './wasm/machine.ts';

/** Up to this many levels each has byte counters of its own, which are widened now and then. */
const MOST_BYTE_LEVELS = 16;
/** Images that byte counters take. */
const BYTE_CAPACITY = 255;

/** Where the counters of one digit lie: `[level - 1][byte of the image's buffer]`. */
interface DigitCounters {
  readonly shift: number;
  /** Bytes; 0 when there are too many levels for them. */
  readonly narrow: number;
  /** 32-bit integers. */
  readonly wide: number;
}

/** Where the counters of (buffer, digit width) lie in a machine, reserved once. */
export type CounterPlaces = Map<string, readonly DigitCounters[]>;

/** Counts the levels of one value's digits while images pass. */
export class LevelCounter {
  readonly digitBits: number;
  readonly #machine: Machine;
  readonly #buffer: CodesBuffer;
  readonly #digits: readonly DigitCounters[];
  #waiting = 0;

  constructor(machine: Machine, places: CounterPlaces, buffer: CodesBuffer, digitBits: number) {
    this.digitBits = digitBits;
    this.#machine = machine;
    this.#buffer = buffer;
    const key = `${buffer.address} ${digitBits}`;
    const length = buffer.imageBytes * (2 ** digitBits - 1);
    const known = places.get(key);
    const narrow = 2 ** digitBits <= MOST_BYTE_LEVELS;
    this.#digits =
      known ??
      Array.from({ length: Math.ceil(buffer.bits / digitBits) }, (_, digit) => ({
        shift: digit * digitBits,
        narrow: narrow ? machine.grow(length) : 0,
        wide: machine.grow(4 * length),
      }));
    places.set(key, this.#digits);
    for (const digit of this.#digits) {
      if (narrow) machine.bytes(digit.narrow, length).fill(0);
      machine.counters(digit.wide, length).fill(0);
    }
  }

  /** Counts the first `images` images of the batch, which the buffer holds now. */
  count(images: number): void {
    const { address, imageBytes, bits } = this.#buffer;
    const { kernels } = this.#machine;
    const levels = 2 ** this.digitBits;
    if (this.#waiting + images > BYTE_CAPACITY) this.#widen();
    this.#waiting += images;
    for (const { shift, narrow, wide } of this.#digits) {
      if (narrow === 0) kernels.countManyLevels(address, imageBytes, images, shift, levels, wide);
      else if (bits <= 2 && levels === 4) kernels.countTwoBits(address, imageBytes, images, narrow);
      else kernels.countLevels(address, imageBytes, images, shift, levels, narrow);
    }
  }

  #widen(): void {
    const length = this.#buffer.imageBytes * (2 ** this.digitBits - 1);
    for (const { narrow, wide } of this.#digits) {
      if (narrow !== 0) this.#machine.kernels.widenCounters(narrow, length, wide);
    }
    this.#waiting = 0;
  }

  /** Everything counted, over `images` images; what is not another level is level 0. */
  finish(images: number): LevelHistogram {
    this.#widen();
    const { extent } = this.#buffer;
    const levels = 2 ** this.digitBits;
    const digits = this.#digits.length;
    const positions = extent.channels * pixelsOf(extent);
    const counts = new Float64Array(positions * digits * levels);
    for (const [digit, { wide }] of this.#digits.entries()) {
      const counters = this.#machine.counters(wide, this.#buffer.imageBytes * (levels - 1));
      spread(counters, this.#buffer, counts, digit, digits, levels, images);
    }
    return { images, digitBits: this.digitBits, digits, positions, counts };
  }
}

/** Counters of one digit in the buffer's order to counts `[position][digit][level]`, channel first. */
function spread(
  counters: Uint32Array,
  { extent, interior, lineBytes, pixelBytes, imageBytes }: CodesBuffer,
  counts: Float64Array,
  digit: number,
  digits: number,
  levels: number,
  images: number,
): void {
  const { channels, height, width } = extent;
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      let from = interior + y * lineBytes + c;
      let to = ((c * height + y) * width * digits + digit) * levels;
      for (let x = 0; x < width; x++) {
        let others = 0;
        for (let level = 1, at = from; level < levels; level++, at += imageBytes) {
          const count = counters[at];
          counts[to + level] = count;
          others += count;
        }
        counts[to] = images - others;
        from += pixelBytes;
        to += digits * levels;
      }
    }
  }
}

/** The counters of a run. */
export interface RunCounters {
  /** By the value counted. */
  readonly byValue: ReadonlyMap<string, readonly LevelCounter[]>;
  /** By the layer asked for. */
  readonly byLayer: ReadonlyMap<string, LevelCounter>;
}

/**
 * Prepares the counters of the layers asked for; layers that read one value share them.
 *
 * @throws TallyError `unknown-layer` or `value-out-of-range` for an option that makes no sense.
 */
export function startCounters(
  plan: Plan,
  machine: Machine,
  places: CounterPlaces,
  wanted: RunOptions['histogramDigitBits'],
): RunCounters {
  const byValue = new Map<string, LevelCounter[]>();
  const byLayer = new Map<string, LevelCounter>();
  for (const [id, digitBits] of wanted ?? []) {
    const path = `histogramDigitBits.${id}`;
    const node = plan.graph.nodes.find((candidate) => candidate.id === id);
    if (node?.kind !== 'conv' && node?.kind !== 'fully-connected') {
      fail('unknown-layer', path, 'names no conv or fully-connected node', 'name a layer of the network');
    }
    if (!Number.isInteger(digitBits) || digitBits < 1 || digitBits > 8) {
      const range = 'an integer from 1 to 8';
      fail('value-out-of-range', path, `is ${digitBits}, must be ${range}`, `set it to ${range}`);
    }
    const value = plan.graph.holder(node.input);
    const list = byValue.get(value) ?? [];
    byValue.set(value, list);
    let counter = list.find((candidate) => candidate.digitBits === digitBits);
    if (counter === undefined) {
      counter = new LevelCounter(machine, places, plan.buffers.get(value) as CodesBuffer, digitBits);
      list.push(counter);
    }
    byLayer.set(id, counter);
  }
  return { byValue, byLayer };
}
