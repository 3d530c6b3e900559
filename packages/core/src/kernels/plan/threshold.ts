import { INT32_MAX, INT32_MIN, valueRange } from '../../network/integers.ts';
import type { ThresholdNode } from '../../network/network.ts';
import { codesBuffer, type PlanContext } from './context.ts';
import {
  THRESHOLD_COMPARE,
  THRESHOLD_SEARCH,
  THRESHOLD_SHORT,
  THRESHOLD_SEVEN,
  THRESHOLD_SHORT_SEVEN,
  THRESHOLD_SHORT_THREE,
  THRESHOLD_THREE,
  type Operation,
} from './operation.ts';
import { columnsOf, ownTable } from './tensors.ts';

/** Up to this many thresholds one comparison each is faster than a search. */
const MOST_COMPARED = 31;

/** Thresholds for comparison: `code = #{ k : (x ^ flip[c]) > limits[k][c] }`. */
export interface Comparison {
  readonly limits: Int32Array;
  readonly flip: Int32Array;
  readonly levels: number;
}

/** A channel's direction and thresholds; a single row is shared. */
function rowOf(
  node: ThresholdNode,
  channel: number,
): { readonly rises: boolean; readonly thresholds: Int32Array } {
  const levels = 2 ** node.bits - 1;
  const row = node.direction.length === 1 ? 0 : channel;
  return {
    rises: node.direction[row] > 0,
    thresholds: node.thresholds.subarray(row * levels, (row + 1) * levels),
  };
}

/**
 * The comparisons of a node on values in `min .. max`; null when there are too many, or when one would
 * need a limit below int32 (a threshold at its end, reached by a value at its end).
 */
export function compareThresholds(
  node: ThresholdNode,
  channels: number,
  { min, max }: { readonly min: number; readonly max: number },
): Comparison | null {
  const levels = 2 ** node.bits - 1;
  if (levels > MOST_COMPARED) return null;
  const columns = columnsOf(channels);
  const limits = new Int32Array(levels * columns).fill(INT32_MAX);
  const flip = new Int32Array(columns);
  for (let c = 0; c < channels; c++) {
    const { rises, thresholds } = rowOf(node, c);
    flip[c] = rises ? 0 : -1;
    for (const [k, threshold] of thresholds.entries()) {
      // Falling: x <= t is ~x >= ~t. Then x >= t is x > t - 1.
      const least = threshold ^ flip[c];
      if (least === INT32_MIN && (rises ? min === INT32_MIN : max === INT32_MAX)) return null;
      limits[k * columns + c] = Math.max(least - 1, INT32_MIN);
    }
  }
  return { limits, flip, levels };
}

/**
 * The comparison with int16 limits, for values that are saturated to int16 beforehand; null when that could
 * change a code. A limit within `-2^15 .. 2^15 - 2` tells nothing that saturation takes away; one beyond
 * that must be beyond every value too.
 */
export function shortComparison(
  { limits, flip }: Comparison,
  { min, max }: { readonly min: number; readonly max: number },
): { readonly limits: Int16Array; readonly flip: Int16Array } | null {
  // Flipped values reach from -max - 1 to -min - 1.
  const most = Math.max(max, -min - 1);
  const least = Math.min(min, -max - 1);
  for (const limit of limits) {
    if (limit === INT32_MAX) continue;
    if (limit > 32766 && most > 32767) return null;
    if (limit < -32768 && least < -32767) return null;
  }
  return {
    limits: Int16Array.from(limits, (limit) => Math.max(-32768, Math.min(32767, limit))),
    flip: Int16Array.from(flip),
  };
}

/** Words that say where the codes of a threshold node go: address, table, bytes per pixel. */
export function codesOutput(context: PlanContext, node: ThresholdNode): readonly [number, number, number] {
  const buffer = codesBuffer(context, context.graph.holder(node.id));
  return [buffer.address, ownTable(context.arena, buffer, context.batch), buffer.pixelBytes];
}

/** Emits a threshold node that reads `operand`. */
export function emitThreshold(context: PlanContext, node: ThresholdNode, operand: string): Operation {
  const { arena, graph } = context;
  const { channels } = codesBuffer(context, graph.holder(node.id)).extent;
  const output = codesOutput(context, node);
  const range = valueRange(graph.type(operand));
  const comparison = compareThresholds(node, channels, range);
  const levels = 2 ** node.bits - 1;
  if (comparison !== null) {
    const short = shortComparison(comparison, range);
    const { limits, flip } = short ?? comparison;
    const [three, seven, any] =
      short !== null
        ? [THRESHOLD_SHORT_THREE, THRESHOLD_SHORT_SEVEN, THRESHOLD_SHORT]
        : [THRESHOLD_THREE, THRESHOLD_SEVEN, THRESHOLD_COMPARE];
    const code = levels === 3 ? three : levels === 7 ? seven : any;
    return [code, ...output, arena.put(limits), arena.put(flip), levels];
  }
  const columns = columnsOf(channels);
  const rows = new Int32Array(columns * levels);
  const direction = new Int32Array(columns).fill(1);
  for (let c = 0; c < channels; c++) {
    const { rises, thresholds } = rowOf(node, c);
    direction[c] = rises ? 1 : -1;
    rows.set(thresholds, c * levels);
  }
  return [THRESHOLD_SEARCH, ...output, arena.put(rows), arena.put(direction), levels];
}
