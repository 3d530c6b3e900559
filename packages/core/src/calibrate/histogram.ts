import { fail } from '../diagnostics/index.ts';

/** Bins per sign, unless told otherwise. */
const BINS = 2048;

/** Exponents of the first range tried and of the widest that is sensible. */
const FIRST_EXPONENT = -6;
const LAST_EXPONENT = 60;

/**
 * A streamed histogram of real values: zeros counted apart, 2,048 bins (or fewer) for the positive and as many for
 * the negative magnitudes over [0, 2^k). A larger value doubles the range and merges neighbouring bins,
 * so that the result does not depend on the order in which values come.
 */
export class ValueHistogram {
  readonly #bins: number;
  readonly #positive: Float64Array;
  readonly #negative: Float64Array;
  #exponent = FIRST_EXPONENT;
  #zeros = 0;
  #min = Infinity;
  #max = -Infinity;

  /** @param bins per sign, a power of two from 2. */
  constructor(bins = BINS) {
    this.#bins = bins;
    this.#positive = new Float64Array(bins);
    this.#negative = new Float64Array(bins);
  }

  /** Counts values in. @throws TallyError `value-not-finite` naming `path`. */
  add(values: Float32Array, path: string): void {
    let low = Infinity;
    let high = -Infinity;
    let finite = true;
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
      finite &&= value - value === 0;
    }
    if (!finite) {
      fail(
        'value-not-finite',
        path,
        'has a value that is infinite or not a number',
        'check the network and its images',
      );
    }
    this.#min = Math.min(this.#min, low);
    this.#max = Math.max(this.#max, high);
    this.#reach(Math.max(-low, high));
    const scale = this.#bins / 2 ** this.#exponent;
    let zeros = 0;
    for (const value of values) {
      if (value > 0) this.#positive[(value * scale) | 0]++;
      else if (value < 0) this.#negative[(-value * scale) | 0]++;
      else zeros++;
    }
    this.#zeros += zeros;
  }

  #reach(magnitude: number): void {
    while (!(magnitude < 2 ** this.#exponent) && this.#exponent < LAST_EXPONENT) {
      this.#exponent++;
      for (const bins of [this.#positive, this.#negative]) {
        for (let i = 0; i < this.#bins / 2; i++) bins[i] = bins[2 * i] + bins[2 * i + 1];
        bins.fill(0, this.#bins / 2);
      }
    }
  }

  /** Values counted. */
  get count(): number {
    const sum = (bins: Float64Array): number => bins.reduce((a, b) => a + b, 0);
    return this.#zeros + sum(this.#positive) + sum(this.#negative);
  }

  get zeros(): number {
    return this.#zeros;
  }

  /** Smallest value; Infinity when there is none. */
  get min(): number {
    return this.#min;
  }

  /** Largest value; -Infinity when there is none. */
  get max(): number {
    return this.#max;
  }

  /** Width of a bin. */
  get binWidth(): number {
    return 2 ** this.#exponent / this.#bins;
  }

  /** The bins that are not empty, by ascending value, the zeros among them: middles and counts. */
  entries(): { readonly values: Float64Array; readonly counts: Float64Array } {
    const width = this.binWidth;
    const found: [number, number][] = [];
    for (let i = this.#bins - 1; i >= 0; i--) {
      if (this.#negative[i] > 0) found.push([-(i + 0.5) * width, this.#negative[i]]);
    }
    if (this.#zeros > 0) found.push([0, this.#zeros]);
    for (let i = 0; i < this.#bins; i++) {
      if (this.#positive[i] > 0) found.push([(i + 0.5) * width, this.#positive[i]]);
    }
    return {
      values: Float64Array.from(found, ([value]) => value),
      counts: Float64Array.from(found, ([, count]) => count),
    };
  }
}
