import type { AffineNode } from '../../network/network.ts';
import { columnsOf } from './tensors.ts';

/** An affine map in two parts that 32-bit lanes hold: see `assembly/residual.ts`. */
export interface SplitAffine {
  readonly high: Int32Array;
  readonly offsetHigh: Int32Array;
  readonly low: Int32Array;
  readonly offsetLow: Int32Array;
  readonly cut: number;
  readonly rest: number;
}

function fitsInt32(value: number): boolean {
  return value >= -(2 ** 31) && value < 2 ** 31;
}

/** Multiplier and offset of a channel; a single one is shared. */
export function affineOf(node: AffineNode, channel: number): readonly [multiplier: number, offset: number] {
  const at = (values: Int32Array | Float64Array): number => values[values.length === 1 ? 0 : channel];
  return [at(node.multiplier), at(node.offset)];
}

/** True when every channel's intermediates fit int32 for x in `min .. max`. */
function cutFits(node: AffineNode, channels: number, min: number, max: number, cut: number): boolean {
  const unit = 2 ** cut;
  for (let c = 0; c < channels; c++) {
    const [multiplier, offset] = affineOf(node, c);
    const high = Math.floor(multiplier / unit);
    const low = multiplier - high * unit;
    const offsetHigh = Math.floor(offset / unit);
    const offsetLow = offset - offsetHigh * unit;
    if (!fitsInt32(offsetHigh) || !fitsInt32(offsetLow) || !fitsInt32(low)) return false;
    for (const x of [min, max]) {
      // Sums of the high parts may wrap on the way; what is shifted last may not.
      if (!fitsInt32(low * x + offsetLow)) return false;
      if (!fitsInt32(Math.floor((multiplier * x + offset) / unit))) return false;
    }
  }
  return true;
}

/** Splits an affine map for operands in `min .. max`; null when no cut fits every channel. */
export function splitAffine(
  node: AffineNode,
  channels: number,
  min: number,
  max: number,
): SplitAffine | null {
  let cut = Math.min(31, node.shift);
  const least = Math.max(0, node.shift - 31);
  while (cut >= least && !cutFits(node, channels, min, max, cut)) cut--;
  if (cut < least) return null;
  const columns = columnsOf(channels);
  const split = {
    high: new Int32Array(columns),
    offsetHigh: new Int32Array(columns),
    low: new Int32Array(columns),
    offsetLow: new Int32Array(columns),
    cut,
    rest: node.shift - cut,
  };
  const unit = 2 ** cut;
  for (let c = 0; c < channels; c++) {
    const [multiplier, offset] = affineOf(node, c);
    split.high[c] = Math.floor(multiplier / unit);
    split.offsetHigh[c] = Math.floor(offset / unit);
    split.low[c] = multiplier - split.high[c] * unit;
    split.offsetLow[c] = offset - split.offsetHigh[c] * unit;
  }
  return split;
}
