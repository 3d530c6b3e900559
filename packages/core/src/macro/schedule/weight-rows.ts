import type { DigitPlan } from '../../chip/index.ts';
import { splitWeightDigits, type MacLayer } from '../../network/index.ts';
import type { Macro } from '../machine.ts';
import { packWeightRow, type PackedWeightRow } from '../packed-row.ts';

/** The weight rows of a layer: one per output channel, chunk and weight digit; made when first asked for, then reused. */
export class WeightRows {
  private readonly planes: readonly Int8Array[];
  private readonly rows: (PackedWeightRow | undefined)[];
  private readonly length: number;
  private readonly macro: Macro;
  private readonly chunks: number;

  constructor(macro: Macro, layer: MacLayer, plan: DigitPlan) {
    const { codes, format } = layer.weights;
    // One digit holds the code as it is, also the most negative one.
    this.planes =
      plan.weightDigits === 1
        ? [codes]
        : splitWeightDigits(codes, format, plan.weightDigitBits).slice(0, plan.weightDigits);
    this.length = layer.dotLength;
    this.macro = macro;
    this.chunks = Math.ceil(layer.dotLength / macro.spec.entries);
    this.rows = new Array<PackedWeightRow | undefined>(plan.weightDigits * layer.output[0] * this.chunks);
  }

  /** Digits of one chunk of a channel's weights, at most `entries`. */
  row(channel: number, chunk: number, digit: number): PackedWeightRow {
    const { macro, chunks, length } = this;
    const { entries } = macro.spec;
    const channels = this.rows.length / (this.planes.length * chunks);
    const at = (digit * channels + channel) * chunks + chunk;
    const known = this.rows[at];
    if (known !== undefined) return known;
    const first = chunk * entries;
    const digits = this.planes[digit].subarray(
      channel * length + first,
      channel * length + Math.min(length, first + entries),
    );
    const row = packWeightRow(macro, digits);
    this.rows[at] = row;
    return row;
  }
}
