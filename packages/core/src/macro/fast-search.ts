import { popcount32 } from './bits.ts';
import type { Macro } from './machine.ts';
import type { PackedActivationRow, PackedWeightRow } from './packed-row.ts';

/** Ones of a 64-bit word. */
function popcount64(a: number, b: number): number {
  a -= (a >>> 1) & 0x55555555;
  b -= (b >>> 1) & 0x55555555;
  a = (a & 0x33333333) + ((a >>> 2) & 0x33333333) + (b & 0x33333333) + ((b >>> 2) & 0x33333333);
  a = (a & 0x0f0f0f0f) + ((a >>> 4) & 0x0f0f0f0f);
  return Math.imul(a, 0x01010101) >>> 24;
}

/** Ones of a 128-bit word. */
function popcount128(a: number, b: number, c: number, d: number): number {
  a -= (a >>> 1) & 0x55555555;
  b -= (b >>> 1) & 0x55555555;
  c -= (c >>> 1) & 0x55555555;
  d -= (d >>> 1) & 0x55555555;
  // Nibbles of two words hold at most 8, bytes of four at most 32: no sum carries over.
  a = (a & 0x33333333) + ((a >>> 2) & 0x33333333) + (b & 0x33333333) + ((b >>> 2) & 0x33333333);
  c = (c & 0x33333333) + ((c >>> 2) & 0x33333333) + (d & 0x33333333) + ((d >>> 2) & 0x33333333);
  a = (a & 0x0f0f0f0f) + ((a >>> 4) & 0x0f0f0f0f) + (c & 0x0f0f0f0f) + ((c >>> 4) & 0x0f0f0f0f);
  return Math.imul(a, 0x01010101) >>> 24;
}

/**
 * Matches of every key over one vector, both rails, and the lines that stay up from one key to the next: all that the
 * counters and the toggles of the match lines need.
 */
export class StepSearch {
  /** Matches of key k on the two rails, after {@link search}. */
  readonly positive: Int32Array;
  readonly negative: Int32Array;
  /** Match lines that were up for key k - 1 and for key k, summed over the keys. */
  overlap = 0;
  private readonly words: number;
  private readonly weightOffset: Int32Array;
  private readonly activationOffset: Int32Array;
  /** 1 where key k can match an entry that key k - 1 matches: successive planes of one magnitude. */
  private readonly meets: Uint8Array;
  private readonly anyMeets: boolean;

  constructor({ keys, words, spec }: Macro) {
    const planes = spec.search === 'bit-plane';
    this.words = words;
    this.positive = new Int32Array(keys.length);
    this.negative = new Int32Array(keys.length);
    this.weightOffset = Int32Array.from(keys, (key) => (key.magnitude - 1) * words);
    this.activationOffset = Int32Array.from(keys, (key) => (key.activation - (planes ? 0 : 1)) * words);
    this.meets = Uint8Array.from(keys, (key, k) =>
      planes && k > 0 && keys[k - 1].magnitude === key.magnitude ? 1 : 0,
    );
    this.anyMeets = this.meets.includes(1);
  }

  /** Searches all keys. Words in which one of the rows has no entries are left out. */
  search(weights: PackedWeightRow, activations: PackedActivationRow): void {
    const entries = Math.min(weights.digits.length, activations.digits.length);
    const used = (entries + 31) >> 5;
    this.overlap = 0;
    if (used <= 1) this.search32(weights.positive, weights.negative, activations.masks);
    else if (used === 2) this.search64(weights.positive, weights.negative, activations.masks);
    else if (used <= 4 && this.words === 4)
      this.search128(weights.positive, weights.negative, activations.masks);
    else this.searchAny(weights.positive, weights.negative, activations.masks, used);
    if (this.anyMeets) this.countOverlap(weights, activations.masks, used);
  }

  private search32(up: Int32Array, down: Int32Array, masks: Int32Array): void {
    const { positive, negative, weightOffset, activationOffset } = this;
    for (let k = 0; k < positive.length; k++) {
      const w = weightOffset[k];
      const selected = masks[activationOffset[k]];
      positive[k] = popcount32(up[w] & selected);
      negative[k] = popcount32(down[w] & selected);
    }
  }

  private search64(up: Int32Array, down: Int32Array, masks: Int32Array): void {
    const { positive, negative, weightOffset, activationOffset } = this;
    for (let k = 0; k < positive.length; k++) {
      const w = weightOffset[k];
      const a = masks[activationOffset[k]];
      const b = masks[activationOffset[k] + 1];
      positive[k] = popcount64(up[w] & a, up[w + 1] & b);
      negative[k] = popcount64(down[w] & a, down[w + 1] & b);
    }
  }

  private search128(up: Int32Array, down: Int32Array, masks: Int32Array): void {
    const { positive, negative, weightOffset, activationOffset } = this;
    for (let k = 0; k < positive.length; k++) {
      const w = weightOffset[k];
      const v = activationOffset[k];
      const a = masks[v];
      const b = masks[v + 1];
      const c = masks[v + 2];
      const d = masks[v + 3];
      positive[k] = popcount128(up[w] & a, up[w + 1] & b, up[w + 2] & c, up[w + 3] & d);
      negative[k] = popcount128(down[w] & a, down[w + 1] & b, down[w + 2] & c, down[w + 3] & d);
    }
  }

  private searchAny(up: Int32Array, down: Int32Array, masks: Int32Array, used: number): void {
    const { positive, negative, weightOffset, activationOffset } = this;
    for (let k = 0; k < positive.length; k++) {
      const w = weightOffset[k];
      const v = activationOffset[k];
      let pos = 0;
      let neg = 0;
      for (let i = 0; i < used; i++) {
        const selected = masks[v + i];
        pos += popcount32(up[w + i] & selected);
        neg += popcount32(down[w + i] & selected);
      }
      positive[k] = pos;
      negative[k] = neg;
    }
  }

  private countOverlap({ positive, negative }: PackedWeightRow, masks: Int32Array, used: number): void {
    const { meets, weightOffset, activationOffset } = this;
    let overlap = 0;
    for (let k = 1; k < meets.length; k++) {
      if (meets[k] === 0) continue;
      const w = weightOffset[k];
      const before = activationOffset[k - 1];
      const now = activationOffset[k];
      for (let i = 0; i < used; i++)
        overlap += popcount32((positive[w + i] | negative[w + i]) & masks[before + i] & masks[now + i]);
    }
    this.overlap = overlap;
  }

  /** Match lines that are up for the last key over one pair of rows and for the first key over the next pair. */
  overlapOfSteps(
    weights: PackedWeightRow,
    activations: PackedActivationRow,
    nextWeights: PackedWeightRow,
    nextActivations: PackedActivationRow,
  ): number {
    const { weightOffset, activationOffset, words } = this;
    const last = weightOffset.length - 1;
    let overlap = 0;
    for (let i = 0; i < words; i++) {
      const both =
        activations.masks[activationOffset[last] + i] & nextActivations.masks[activationOffset[0] + i];
      const w = weightOffset[last] + i;
      const next = weightOffset[0] + i;
      overlap +=
        popcount32(weights.positive[w] & nextWeights.positive[next] & both) +
        popcount32(weights.negative[w] & nextWeights.negative[next] & both);
    }
    return overlap;
  }

  /** Writes the match lines of all keys, `stride` words apart, from `positiveAt` and `negativeAt`. */
  writeLines(
    weights: PackedWeightRow,
    activations: PackedActivationRow,
    into: Uint32Array,
    positiveAt: number,
    negativeAt: number,
    stride: number,
  ): void {
    const { weightOffset, activationOffset, words } = this;
    const { positive, negative } = weights;
    const { masks } = activations;
    let up = positiveAt;
    let down = negativeAt;
    for (let k = 0; k < weightOffset.length; k++) {
      const w = weightOffset[k];
      const v = activationOffset[k];
      for (let i = 0; i < words; i++) {
        const selected = masks[v + i];
        into[up + i] = positive[w + i] & selected;
        into[down + i] = negative[w + i] & selected;
      }
      up += stride;
      down += stride;
    }
  }
}
