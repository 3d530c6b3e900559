import { fail } from '../diagnostics/index.ts';
import type { LevelHistogram, RunOptions } from '../execute/executor.ts';
import { spreadLevels, spreadSums } from './histogram-spread.ts';
import { pixelsOf } from './plan/extent.ts';
import type { Plan } from './plan/plan.ts';
import type { CodesBuffer } from './plan/tensors.ts';
import type { Machine } from './wasm/machine.ts';

/** Up to this many levels each has byte counters of its own, which are widened now and then. */
const MOST_BYTE_LEVELS = 16;
/** Images that byte counters take: of a level; and where one counter sums digits of up to 3. */
const LEVEL_CAPACITY = 255;
const SUM_CAPACITY = 85;
/** Images that one call of a kernel with counters of half a byte takes. */
const HALF_CAPACITY = 15;

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

/** The bytes of an image that are worth counting: lines without their padding, where that can be left out. */
interface CountedArea {
  readonly start: number;
  readonly lines: number;
  readonly line: number;
  readonly length: number;
}

function countedArea({
  extent,
  padding,
  interior,
  lineBytes,
  pixelBytes,
  imageBytes,
}: CodesBuffer): CountedArea {
  const length = extent.width * pixelBytes;
  // The kernel rounds a line up to 16 bytes: they may not reach into the next line's pixels.
  const apart = (padding[1] + padding[3]) * pixelBytes >= 15 || length % 16 === 0;
  if (!apart) return { start: 0, lines: 1, line: imageBytes, length: imageBytes };
  return { start: interior, lines: extent.height, line: lineBytes, length };
}

/** Counts the levels of one value's digits while images pass. */
export class LevelCounter {
  readonly digitBits: number;
  readonly #machine: Machine;
  readonly #buffer: CodesBuffer;
  readonly #digits: readonly DigitCounters[];
  /** Counters of one digit. */
  readonly #length: number;
  readonly #narrow: boolean;
  /** Two-bit digits, the common case: the counter of level 3 holds the sum of all levels instead. */
  readonly #sums: boolean;
  readonly #area: CountedArea;
  /** Images in the byte counters. */
  #waiting = 0;
  #widened = false;

  constructor(machine: Machine, places: CounterPlaces, buffer: CodesBuffer, digitBits: number) {
    const levels = 2 ** digitBits;
    this.digitBits = digitBits;
    this.#machine = machine;
    this.#buffer = buffer;
    this.#length = buffer.imageBytes * (levels - 1);
    this.#narrow = levels <= MOST_BYTE_LEVELS;
    this.#sums = digitBits === 2;
    this.#area = countedArea(buffer);
    const key = `${buffer.address} ${digitBits}`;
    this.#digits =
      places.get(key) ??
      Array.from({ length: Math.ceil(buffer.bits / digitBits) }, (_, digit) => ({
        shift: digit * digitBits,
        narrow: this.#narrow ? machine.grow(this.#length) : 0,
        wide: machine.grow(4 * this.#length),
      }));
    places.set(key, this.#digits);
    for (const { narrow, wide } of this.#digits) {
      if (this.#narrow) machine.bytes(narrow, this.#length).fill(0);
      else machine.counters(wide, this.#length).fill(0);
    }
  }

  /** Counts the first `images` images of the batch, which the buffer holds now. */
  count(images: number): void {
    const { address, imageBytes } = this.#buffer;
    const capacity = this.#sums ? SUM_CAPACITY : LEVEL_CAPACITY;
    for (let first = 0; first < images; first += HALF_CAPACITY) {
      const size = Math.min(HALF_CAPACITY, images - first);
      const codes = address + first * imageBytes;
      if (this.#waiting + size > capacity) this.#widen();
      this.#waiting += size;
      for (const digit of this.#digits) this.#countDigit(digit, codes, size);
    }
  }

  #countDigit({ shift, narrow, wide }: DigitCounters, codes: number, images: number): void {
    const { imageBytes: image, bits } = this.#buffer;
    const { kernels } = this.#machine;
    const levels = 2 ** this.digitBits;
    if (!this.#narrow) {
      kernels.countManyLevels(codes, image, images, shift, levels, wide);
      return;
    }
    const { lines, line, length, start } = this.#area;
    const from = codes + start;
    const whole = bits <= this.digitBits ? 1 : 0;
    const to = narrow + start;
    if (levels === 2) kernels.countBits(from, lines, line, length, image, images, shift, to);
    else if (this.#sums) {
      kernels.countTwoBits(from, lines, line, length, image, images, shift, whole, to);
    } else {
      for (let first = 1; first < levels; first += 8) {
        const at = to + (first - 1) * image;
        kernels.countEightLevels(from, lines, line, length, image, images, shift, whole, first, levels, at);
      }
    }
  }

  #widen(): void {
    this.#waiting = 0;
    if (!this.#narrow) return;
    for (const { narrow, wide } of this.#digits) {
      if (!this.#widened) this.#machine.counters(wide, this.#length).fill(0);
      this.#machine.kernels.widenCounters(narrow, this.#length, wide);
    }
    this.#widened = true;
  }

  /** Everything counted, over `images` images. */
  finish(images: number): LevelHistogram {
    const { extent } = this.#buffer;
    if (this.#widened) this.#widen();
    const levels = 2 ** this.digitBits;
    const positions = extent.channels * pixelsOf(extent);
    const counts = new Float64Array(positions * this.#digits.length * levels);
    const target = { counts, levels, digits: this.#digits.length, images };
    for (const [digit, { narrow, wide }] of this.#digits.entries()) {
      const counters =
        this.#narrow && !this.#widened
          ? this.#machine.bytes(narrow, this.#length)
          : this.#machine.counters(wide, this.#length);
      if (this.#sums) spreadSums(counters, this.#buffer, target, digit);
      else spreadLevels(counters, this.#buffer, target, digit);
    }
    return { images, digitBits: this.digitBits, digits: this.#digits.length, positions, counts };
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
