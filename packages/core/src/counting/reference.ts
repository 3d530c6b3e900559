import type { DigitPlan } from '../chip/digit-plan.ts';
import type { MacLayer } from '../network/mac-layer.ts';
import { emptyPairHistogram, type PairHistogram } from './pair-histogram.ts';
import { operandRange, type CountingScheme, type OperandFormats } from './scheme.ts';
import type { ClassCount } from './scheme-matches.ts';
import { digitOf } from '../network/digits.ts';
import { weightDigitLevels } from './weight-digits.ts';

/** A layer computed by counting entries, one by one. */
export interface ReferenceCount {
  /** Accumulators with bias, shape `[images, outChannels, outHeight, outWidth]`. */
  readonly outputs: Int32Array;
  /** Every pair that was looked at. */
  readonly pairs: PairHistogram;
  readonly classes: readonly ClassCount[];
  /** Vectors of up to `entries` entries, all passes, all images. */
  readonly vectors: number;
  /** Largest |partial sum| of one output over the run, bias left out. */
  readonly largestPartialSum: number;
}

/** Per class: the pairs that it counts, with what they add; pairs numbered weight level * levels + activation. */
interface ClassTable {
  readonly value: number;
  readonly pairs: readonly (readonly [pair: number, contribution: number, negative: boolean])[];
}

function classTables(
  scheme: CountingScheme,
  formats: OperandFormats,
  { minWeightDigit, weightLevels, activationLevels }: PairHistogram,
): readonly ClassTable[] {
  return scheme.classes(operandRange(formats)).map(({ value, contribution }) => {
    const pairs: [number, number, boolean][] = [];
    for (let level = 0; level < weightLevels; level++) {
      const weight = level + minWeightDigit;
      for (let v = 0; v < activationLevels; v++) {
        const adds = contribution(Math.abs(weight), v);
        if (adds !== 0) pairs.push([level * activationLevels + v, adds, weight < 0]);
      }
    }
    return { value, pairs };
  });
}

/** Input index of every entry of the dot products at one output pixel, -1 on padding; group by group. */
function gather(layer: MacLayer, y: number, x: number, into: Int32Array): number {
  let padded = 0;
  let at = 0;
  for (let channel = 0; channel < layer.input[0]; channel++) {
    for (let ky = 0; ky < layer.kernel[0]; ky++) {
      const row = y * layer.stride[0] + ky * layer.dilation[0] - layer.padding[0];
      for (let kx = 0; kx < layer.kernel[1]; kx++) {
        const column = x * layer.stride[1] + kx * layer.dilation[1] - layer.padding[1];
        const inside = row >= 0 && row < layer.input[1] && column >= 0 && column < layer.input[2];
        into[at++] = inside ? (channel * layer.input[1] + row) * layer.input[2] + column : -1;
        if (!inside) padded++;
      }
    }
  }
  return padded;
}

/**
 * Looks at every entry of one vector and counts its pair. Even and odd entries have tallies of their own
 * until the end, so that equal neighbours do not wait for each other.
 */
function tallyEntries(
  tally: Int32Array,
  rows: Int32Array,
  firstWeight: number,
  levels: Uint8Array,
  firstActivation: number,
  entries: number,
): void {
  const block = tally.length / 2;
  tally.fill(0);
  let i = 0;
  for (; i + 1 < entries; i += 2) {
    tally[rows[firstWeight + i] + levels[firstActivation + i]]++;
    tally[block + rows[firstWeight + i + 1] + levels[firstActivation + i + 1]]++;
  }
  if (i < entries) tally[rows[firstWeight + i] + levels[firstActivation + i]]++;
  for (let pair = 0; pair < block; pair++) tally[pair] += tally[block + pair];
}

/**
 * Runs one layer as the macro would, naively: every dot product is cut into vectors of `entries`
 * entries, every entry of every vector is looked at, matches are counted per class and sign, each
 * count is multiplied once, and the results are shifted (digits) and added. Slow and plain: it is
 * what the fast executor and the histogram counts are held against.
 *
 * @param codes unsigned input codes, `[images, ...layer.input]`
 * @param entries entries per vector, at least 1
 */
export function countLayer(
  layer: MacLayer,
  plan: DigitPlan,
  scheme: CountingScheme,
  formats: OperandFormats,
  entries: number,
  codes: Uint8Array,
  images: number,
): ReferenceCount {
  const empty = emptyPairHistogram(plan, images);
  const { weightLevels, activationLevels } = empty;
  const block = weightLevels * activationLevels;
  const tables = classTables(scheme, formats, empty);
  const classTotals = tables.map(() => ({ positive: 0, negative: 0 }));
  const inputSize = layer.input[0] * layer.input[1] * layer.input[2];
  const pixels = layer.output[1] * layer.output[2];
  const length = layer.weights.codes.length / layer.output[0];
  const perGroup = layer.output[0] / layer.groups;
  const outputs = new Int32Array(images * layer.output[0] * pixels);
  // Pair number of a weight's row, ready to add the activation digit to.
  const weightRows = Array.from({ length: plan.weightDigits }, (_, d) =>
    Int32Array.from(weightDigitLevels(layer.weights.codes, plan, d), (level) => level * activationLevels),
  );
  const source = new Int32Array(length * layer.groups);
  const digits = Array.from({ length: plan.activationDigits }, () => new Uint8Array(source.length));
  const tally = new Int32Array(2 * block);
  let paddingPairs = 0;
  let vectors = 0;
  let largestPartialSum = 0;
  for (let image = 0; image < images; image++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      const padded = gather(layer, Math.floor(pixel / layer.output[2]), pixel % layer.output[2], source);
      paddingPairs += padded * perGroup * plan.passes;
      for (let e = 0; e < plan.activationDigits; e++) {
        for (let i = 0; i < source.length; i++) {
          const at = source[i];
          const code = at < 0 ? 0 : codes[image * inputSize + at];
          digits[e][i] = digitOf(code, e, plan.activationDigitBits);
        }
      }
      for (let out = 0; out < layer.output[0]; out++) {
        const from = Math.floor(out / perGroup) * length;
        let accumulator = 0;
        for (let pass = 0; pass < plan.passes; pass++) {
          const d = Math.floor(pass / plan.activationDigits);
          const e = pass % plan.activationDigits;
          const scale = 2 ** (d * plan.weightDigitBits + e * plan.activationDigitBits);
          const rows = weightRows[d];
          const levels = digits[e];
          for (let start = 0; start < length; start += entries) {
            const end = Math.min(start + entries, length);
            tallyEntries(tally, rows, out * length + start, levels, from + start, end - start);
            vectors++;
            for (let k = 0; k < tables.length; k++) {
              const { value, pairs } = tables[k];
              const total = classTotals[k];
              let count = 0;
              for (const [pair, adds, negative] of pairs) {
                const matched = tally[pair];
                if (negative) {
                  total.negative += matched;
                  count -= adds * matched;
                } else {
                  total.positive += matched;
                  count += adds * matched;
                }
              }
              accumulator += scale * value * count;
            }
            largestPartialSum = Math.max(largestPartialSum, Math.abs(accumulator));
            for (let pair = 0; pair < block; pair++) empty.counts[pass * block + pair] += tally[pair];
          }
        }
        outputs[(image * layer.output[0] + out) * pixels + pixel] =
          accumulator + (layer.node.bias?.[out] ?? 0);
      }
    }
  }
  const names = scheme.classes(operandRange(formats));
  const classes = names.map(({ name, value }, k) => ({ name, value, ...classTotals[k] }));
  return { outputs, pairs: { ...empty, paddingPairs }, classes, vectors, largestPartialSum };
}
