import type { WindowAxis } from '../problem.ts';
import { axisTable, type AxisTable } from './axis.ts';

/**
 * Output positions cut into tiles, and the input elements that the tiles read: I_i is the set of those that at least one output of tile i
 * reads, padding left out.
 */
export interface WindowTable extends AxisTable {
  /** Sum of |I_i| over all tiles. */
  readonly inputs: number;
  /** |I_0|, and the largest |I_i|. */
  readonly firstInputs: number;
  readonly largestInputs: number;
  /** Sum of |I_i and I_i+1|: what stays when the tiles follow each other. */
  readonly adjacent: number;
  /** |I_last and I_0|: what stays when the loop starts again; |I_0| when there is one tile. */
  readonly wrap: number;
}

/**
 * Visits the distinct inputs that the outputs `from` to `to` (exclusive) read.
 *
 * @param seen per input the mark of the last visit; `mark` must be new
 */
function visitInputs(
  axis: WindowAxis,
  from: number,
  to: number,
  seen: Int32Array,
  mark: number,
  visit: (input: number) => void,
): void {
  for (let output = from; output < to; output++) {
    for (let tap = 0; tap < axis.taps; tap++) {
      const input = output * axis.stride + tap * axis.dilation - axis.padding;
      if (input < 0 || input >= axis.inputs || seen[input] === mark) continue;
      seen[input] = mark;
      visit(input);
    }
  }
}

/** @param tile 1 to `axis.outputs` */
export function windowTable(axis: WindowAxis, tile: number): WindowTable {
  const tiles = axisTable(axis.outputs, tile);
  const seen = new Int32Array(axis.inputs).fill(-1);
  /** Last tile that read the input, but the one being visited. */
  const before = new Int32Array(axis.inputs).fill(-1);
  const inFirst = new Uint8Array(axis.inputs);
  let inputs = 0;
  let firstInputs = 0;
  let largestInputs = 0;
  let adjacent = 0;
  let wrap = 0;
  for (let index = 0; index < tiles.count; index++) {
    let own = 0;
    const to = Math.min(axis.outputs, (index + 1) * tile);
    visitInputs(axis, index * tile, to, seen, index, (input) => {
      own++;
      if (index === 0) inFirst[input] = 1;
      else if (before[input] === index - 1) adjacent++;
      if (index === tiles.count - 1) wrap += inFirst[input];
      before[input] = index;
    });
    inputs += own;
    if (index === 0) firstInputs = own;
    largestInputs = Math.max(largestInputs, own);
  }
  return { ...tiles, inputs, firstInputs, largestInputs, adjacent, wrap };
}

/** Pairs (output position, tap) that are not padding. */
export function touchedTaps(axis: WindowAxis): number {
  let touched = 0;
  for (let tap = 0; tap < axis.taps; tap++) {
    const offset = tap * axis.dilation - axis.padding;
    // 0 <= output * stride + offset <= inputs - 1
    const from = Math.max(0, Math.ceil(-offset / axis.stride));
    const to = Math.min(axis.outputs - 1, Math.floor((axis.inputs - 1 - offset) / axis.stride));
    touched += Math.max(0, to - from + 1);
  }
  return touched;
}
