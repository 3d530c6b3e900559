import type { DigitPlan } from '../../chip/index.ts';
import { digitOf, type MacLayer } from '../../network/index.ts';
import type { Macro } from '../machine.ts';
import { packActivationRow, type PackedActivationRow } from '../packed-row.ts';

/** An activation row and how many of its entries are not padding. */
export interface ActivationRow {
  readonly packed: PackedActivationRow;
  readonly unpadded: number;
}

/**
 * The activation rows of a layer for one image: one per group, output pixel, chunk and activation digit; made when
 * first asked for, then reused.
 *
 * The input is copied once per digit into planes with the padding around them, so that an entry is at
 * `origin(pixel) + offset(entry)` and no row tests any border.
 */
export class ActivationRows {
  private readonly planes: readonly Uint8Array[];
  /** 1 inside the input, 0 on padding, for one channel. */
  private readonly inside: Uint8Array;
  /** Place of each entry of a dot product, within the channels of its group and within one channel. */
  private readonly offsets: Int32Array;
  private readonly insideOffsets: Int32Array;
  private readonly origins: Int32Array;
  private readonly groupSize: number;
  private readonly rows: (ActivationRow | undefined)[];
  /** Digits of the rows of all pixels, by group, chunk and digit: one buffer is far cheaper than one for each row. */
  private readonly slabs: (Uint8Array | undefined)[];
  private readonly macro: Macro;
  private readonly chunks: number;
  private readonly groups: number;

  /** @param codes input codes of one image, `[channels, height, width]` */
  constructor(macro: Macro, layer: MacLayer, plan: DigitPlan, codes: Uint8Array) {
    const [channels, height, width] = layer.input;
    const [top, left, bottom, right] = layer.padding;
    const rows = height + top + bottom;
    const columns = width + left + right;
    const size = rows * columns;
    const place = (y: number, x: number): number => (y + top) * columns + x + left;
    this.planes = Array.from({ length: plan.activationDigits }, (_, e) => {
      const plane = new Uint8Array(channels * size);
      for (let c = 0, at = 0; c < channels; c++) {
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++, at++) {
            plane[c * size + place(y, x)] = digitOf(codes[at], e, plan.activationDigitBits);
          }
        }
      }
      return plane;
    });
    this.inside = new Uint8Array(size);
    for (let y = 0; y < height; y++) this.inside.fill(1, place(y, 0), place(y, width));
    this.groups = layer.groups;
    const depth = channels / layer.groups;
    this.groupSize = depth * size;
    this.offsets = new Int32Array(layer.dotLength);
    this.insideOffsets = new Int32Array(layer.dotLength);
    for (let c = 0, at = 0; c < depth; c++) {
      for (let ky = 0; ky < layer.kernel[0]; ky++) {
        for (let kx = 0; kx < layer.kernel[1]; kx++, at++) {
          this.insideOffsets[at] = ky * layer.dilation[0] * columns + kx * layer.dilation[1];
          this.offsets[at] = c * size + this.insideOffsets[at];
        }
      }
    }
    const outWidth = layer.output[2];
    this.origins = Int32Array.from(
      { length: layer.positions },
      (_, pixel) =>
        Math.floor(pixel / outWidth) * layer.stride[0] * columns + (pixel % outWidth) * layer.stride[1],
    );
    this.macro = macro;
    this.chunks = Math.ceil(layer.dotLength / macro.spec.entries);
    this.slabs = new Array<Uint8Array | undefined>(this.chunks * plan.activationDigits * layer.groups);
    this.rows = new Array<ActivationRow | undefined>(layer.positions * this.slabs.length);
  }

  /** Digits of one chunk of the entries at a pixel, at most `entries`. */
  row(group: number, pixel: number, chunk: number, digit: number): ActivationRow {
    const slab = (digit * this.groups + group) * this.chunks + chunk;
    const at = slab * this.origins.length + pixel;
    return (this.rows[at] ??= this.gather(group, pixel, chunk, digit, slab));
  }

  private gather(group: number, pixel: number, chunk: number, digit: number, slab: number): ActivationRow {
    const { offsets, insideOffsets, inside, origins, macro } = this;
    const plane = this.planes[digit];
    const first = chunk * macro.spec.entries;
    const length = Math.min(offsets.length - first, macro.spec.entries);
    const origin = origins[pixel];
    const base = group * this.groupSize + origin;
    const buffer = (this.slabs[slab] ??= new Uint8Array(origins.length * length));
    const digits = buffer.subarray(pixel * length, (pixel + 1) * length);
    let unpadded = 0;
    for (let i = 0; i < length; i++) {
      digits[i] = plane[base + offsets[first + i]];
      unpadded += inside[origin + insideOffsets[first + i]];
    }
    return { packed: packActivationRow(macro, digits), unpadded };
  }
}
