import { classTable, countClasses, type ClassTable } from './class-table.ts';
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

/** One digit of the entries at `source`; padding reads 0. */
function readDigits(
  input: Uint8Array,
  source: Int32Array,
  index: number,
  digitBits: number,
  into: Uint8Array,
): void {
  for (let i = 0; i < source.length; i++) {
    into[i] = source[i] < 0 ? 0 : digitOf(input[source[i]], index, digitBits);
  }
}

/** Looks at every entry of one vector and counts its pair. */
function tallyEntries(
  tally: Int32Array,
  rows: Int32Array,
  firstWeight: number,
  levels: Uint8Array,
  firstActivation: number,
  entries: number,
): void {
  tally.fill(0);
  for (let i = 0; i < entries; i++) tally[rows[firstWeight + i] + levels[firstActivation + i]]++;
}

function addTo(sums: Float64Array, first: number, values: Int32Array): void {
  for (let i = 0; i < values.length; i++) sums[first + i] += values[i];
}

/** Cuts one layer's dot products into vectors, counts each, and keeps book. */
class Counter {
  vectors = 0;
  largestPartialSum = 0;
  readonly matched: Float64Array;
  private readonly tally: Int32Array;

  private readonly plan: DigitPlan;
  private readonly entries: number;
  private readonly table: ClassTable;
  /** Per weight digit: the pair number of each weight's level with activation 0. */
  private readonly weightRows: readonly Int32Array[];
  /** Per activation digit: the entries of the dot products at one pixel. */
  private readonly digits: readonly Uint8Array[];
  /** Pairs seen, per pass. */
  private readonly seen: Float64Array;

  constructor(
    plan: DigitPlan,
    entries: number,
    table: ClassTable,
    weightRows: readonly Int32Array[],
    digits: readonly Uint8Array[],
    seen: Float64Array,
  ) {
    this.plan = plan;
    this.entries = entries;
    this.table = table;
    this.weightRows = weightRows;
    this.digits = digits;
    this.seen = seen;
    this.matched = new Float64Array(2 * table.values.length);
    this.tally = new Int32Array(seen.length / plan.passes);
  }

  /** One dot product: all digit passes, shifted and added. */
  dotProduct(firstWeight: number, firstActivation: number, length: number): number {
    const { plan, entries } = this;
    let accumulator = 0;
    for (let pass = 0; pass < plan.passes; pass++) {
      const d = Math.floor(pass / plan.activationDigits);
      const e = pass % plan.activationDigits;
      const scale = 2 ** (d * plan.weightDigitBits + e * plan.activationDigitBits);
      for (let start = 0; start < length; start += entries) {
        const size = Math.min(entries, length - start);
        tallyEntries(
          this.tally,
          this.weightRows[d],
          firstWeight + start,
          this.digits[e],
          firstActivation + start,
          size,
        );
        accumulator += scale * countClasses(this.table, this.tally, this.matched);
        this.vectors++;
        this.largestPartialSum = Math.max(this.largestPartialSum, Math.abs(accumulator));
        addTo(this.seen, pass * this.tally.length, this.tally);
      }
    }
    return accumulator;
  }
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
  const counted = scheme.classes(operandRange(formats));
  const inputSize = layer.input[0] * layer.input[1] * layer.input[2];
  const pixels = layer.output[1] * layer.output[2];
  const perGroup = layer.output[0] / layer.groups;
  const { dotLength } = layer;
  const outputs = new Int32Array(images * layer.output[0] * pixels);
  const weightRows = Array.from({ length: plan.weightDigits }, (_, d) =>
    Int32Array.from(
      weightDigitLevels(layer.weights.codes, plan, d),
      (level) => level * empty.activationLevels,
    ),
  );
  const source = new Int32Array(dotLength * layer.groups);
  const digits = Array.from({ length: plan.activationDigits }, () => new Uint8Array(source.length));
  const counter = new Counter(plan, entries, classTable(counted, empty), weightRows, digits, empty.counts);
  let paddingPairs = 0;
  for (let image = 0; image < images; image++) {
    const input = codes.subarray(image * inputSize, (image + 1) * inputSize);
    for (let pixel = 0; pixel < pixels; pixel++) {
      const padded = gather(layer, Math.floor(pixel / layer.output[2]), pixel % layer.output[2], source);
      paddingPairs += padded * perGroup * plan.passes;
      for (const [e, levels] of digits.entries())
        readDigits(input, source, e, plan.activationDigitBits, levels);
      for (let out = 0; out < layer.output[0]; out++) {
        const group = Math.floor(out / perGroup);
        const sum = counter.dotProduct(out * dotLength, group * dotLength, dotLength);
        outputs[(image * layer.output[0] + out) * pixels + pixel] = sum + (layer.node.bias?.[out] ?? 0);
      }
    }
  }
  const classes = counted.map(({ name, value }, k) => ({
    name,
    value,
    positive: counter.matched[2 * k],
    negative: counter.matched[2 * k + 1],
  }));
  const { vectors, largestPartialSum } = counter;
  return { outputs, pairs: { ...empty, paddingPairs }, classes, vectors, largestPartialSum };
}
