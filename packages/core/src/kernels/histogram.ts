import { fail } from '../diagnostics/index.ts';
import type { LevelHistogram, RunOptions } from '../execute/executor.ts';
import { elementCount } from '../network/integers.ts';
import type { Plan } from './plan/plan.ts';
import type { CodesBuffer } from './plan/tensors.ts';
import type { Machine } from './wasm/machine.ts';

/** Up to this many levels each has byte counters of its own; above, 16-bit counters indexed by level. */
const MOST_BYTE_LEVELS = 16;

/** Counters of the levels of one digit, one set per byte of an image's buffer. */
interface DigitCounters {
  readonly shift: number;
  readonly address: number;
  readonly bytes: number;
}

/** Counts the levels of one value's digits while images pass. */
export interface LevelCounter {
  /** Counts the first `images` images of the batch, which the buffer holds now. */
  readonly count: (images: number) => void;
  /** Adds what was counted to a histogram's levels above 0 and starts anew. */
  readonly flush: () => void;
  /** Images that may be counted between two flushes. */
  readonly capacity: number;
  readonly buffer: CodesBuffer;
  readonly digitBits: number;
  /** Level counts so far, shape `[positions, digits, levels]`, level 0 still empty. */
  readonly counts: Float64Array;
}

/** Where the counters of (buffer, digit width) lie in a machine, reserved once. */
export type CounterPlaces = Map<string, readonly DigitCounters[]>;

function digitsOf(buffer: CodesBuffer, digitBits: number): number {
  return Math.ceil(buffer.bits / digitBits);
}

function reserveCounters(
  machine: Machine,
  places: CounterPlaces,
  buffer: CodesBuffer,
  digitBits: number,
): readonly DigitCounters[] {
  const key = `${buffer.address} ${digitBits}`;
  const known = places.get(key);
  if (known !== undefined) return known;
  const levels = 2 ** digitBits;
  const perByte = levels <= MOST_BYTE_LEVELS ? levels - 1 : 2 * levels;
  const made = Array.from({ length: digitsOf(buffer, digitBits) }, (_, digit) => {
    const bytes = buffer.imageBytes * perByte;
    return { shift: digit * digitBits, address: machine.grow(bytes), bytes };
  });
  places.set(key, made);
  return made;
}

/** Creates (and clears) the counter of a value. */
function startCounter(
  machine: Machine,
  places: CounterPlaces,
  buffer: CodesBuffer,
  digitBits: number,
): LevelCounter {
  const levels = 2 ** digitBits;
  const small = levels <= MOST_BYTE_LEVELS;
  const counters = reserveCounters(machine, places, buffer, digitBits);
  const { channels, height, width } = buffer.extent;
  const { imageBytes, interior, lineBytes, pixelBytes, address } = buffer;
  const digits = counters.length;
  const counts = new Float64Array(channels * height * width * digits * levels);
  for (const { address: at, bytes } of counters) machine.bytes(at, bytes).fill(0);

  const count = (images: number): void => {
    const { kernels } = machine;
    for (const { shift, address: at } of counters) {
      const values = [address, imageBytes, images, shift, levels - 1, levels, at] as const;
      if (small) kernels.countLevels(...values);
      else kernels.countManyLevels(...values);
    }
  };
  const flush = (): void => {
    for (const [digit, { address: at, bytes }] of counters.entries()) {
      const view = small ? machine.bytes(at, bytes) : machine.words(at, bytes / 2);
      const perByte = small ? 1 : levels;
      const perLevel = small ? imageBytes : 1;
      for (let c = 0; c < channels; c++) {
        for (let y = 0; y < height; y++) {
          let from = (interior + y * lineBytes + c) * perByte;
          let to = ((c * height + y) * width * digits + digit) * levels;
          for (let x = 0; x < width; x++) {
            for (let level = 1; level < levels; level++) {
              counts[to + level] += view[from + (small ? level - 1 : level) * perLevel];
            }
            from += pixelBytes * perByte;
            to += digits * levels;
          }
        }
      }
      view.fill(0);
    }
  };
  return { count, flush, capacity: small ? 255 : 65535, buffer, digitBits, counts };
}

/** The counters of a run, by the value counted. */
export interface RunCounters {
  /** Counters of each holder of codes. */
  readonly byValue: ReadonlyMap<string, readonly LevelCounter[]>;
  /** The counter of each layer asked for. */
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
    const node = plan.graph.nodes.find((candidate) => candidate.id === id);
    if (node?.kind !== 'conv' && node?.kind !== 'fully-connected') {
      fail(
        'unknown-layer',
        `histogramDigitBits.${id}`,
        'names no conv or fully-connected node',
        'name a layer of the network',
      );
    }
    if (!Number.isInteger(digitBits) || digitBits < 1 || digitBits > 8) {
      fail(
        'value-out-of-range',
        `histogramDigitBits.${id}`,
        `is ${digitBits}, must be an integer from 1 to 8`,
        'set it to an integer from 1 to 8',
      );
    }
    const value = plan.graph.holder(node.input);
    const list = byValue.get(value) ?? [];
    byValue.set(value, list);
    let counter = list.find((candidate) => candidate.digitBits === digitBits);
    if (counter === undefined) {
      counter = startCounter(machine, places, plan.buffers.get(value) as CodesBuffer, digitBits);
      list.push(counter);
    }
    byLayer.set(id, counter);
  }
  return { byValue, byLayer };
}

/** The finished histogram of a counter: what is not another level is level 0. */
export function finishHistogram(counter: LevelCounter, images: number): LevelHistogram {
  const { digitBits, buffer } = counter;
  const levels = 2 ** digitBits;
  const counts = counter.counts.slice();
  for (let first = 0; first < counts.length; first += levels) {
    let others = 0;
    for (let level = 1; level < levels; level++) others += counts[first + level];
    counts[first] = images - others;
  }
  const { channels, height, width } = buffer.extent;
  return {
    images,
    digitBits,
    digits: digitsOf(buffer, digitBits),
    positions: elementCount([channels, height, width]),
    counts,
  };
}
