import { INT32_MAX, INT32_MIN, valueRange } from '../../network/integers.ts';
import type { AffineNode, ThresholdNode } from '../../network/network.ts';
import { codesBuffer, integersBuffer, type PlanContext } from './context.ts';
import type { Link } from './fuse.ts';
import { columnsOf, ownTable } from './tensors.ts';
import { extentOf } from './extent.ts';

const AFFINE = 0;
const ADD = 1;
const RELU = 2;
const STORE = 3;
const NARROW = 4;
const THRESHOLD_THREE = 5;
const THRESHOLD_COMPARE = 6;
const THRESHOLD_SEARCH = 7;

/** Up to this many thresholds one comparison each is faster than a search. */
const MOST_COMPARED = 31;

/** Words of an operation behind its code and the address of the next. */
type Operation = readonly [code: number, ...words: number[]];

function emitAffine(context: PlanContext, node: AffineNode, channels: number): Operation {
  const columns = columnsOf(channels);
  const multiplier = new Int32Array(columns);
  const offset = new BigInt64Array(columns);
  for (let c = 0; c < channels; c++) {
    multiplier[c] = node.multiplier[node.multiplier.length === 1 ? 0 : c]!;
    offset[c] = BigInt(node.offset[node.offset.length === 1 ? 0 : c]);
  }
  return [AFFINE, context.arena.put(multiplier), context.arena.put(offset), node.shift];
}

function emitThreshold(context: PlanContext, node: ThresholdNode, operand: string): Operation {
  const { arena, graph } = context;
  const buffer = codesBuffer(context, graph.holder(node.id));
  const { channels } = buffer.extent;
  const columns = columnsOf(channels);
  const levels = 2 ** node.bits - 1;
  const shared = node.direction.length === 1;
  const { min, max } = valueRange(graph.type(operand));
  const at = (c: number, k: number): number => node.thresholds[(shared ? 0 : c) * levels + k];
  const rises = (c: number): boolean => node.direction[shared ? 0 : c] > 0;

  let comparable = levels <= MOST_COMPARED;
  const limits = new Int32Array(levels * columns).fill(INT32_MAX);
  const flip = new Int32Array(columns);
  for (let c = 0; c < channels && comparable; c++) {
    flip[c] = rises(c) ? 0 : -1;
    for (let k = 0; k < levels; k++) {
      // code += (x ^ flip) > limit, that is (x ^ flip) >= limit + 1.
      const least = at(c, k) ^ flip[c];
      if (least === INT32_MIN && (rises(c) ? min === INT32_MIN : max === INT32_MAX)) comparable = false;
      limits[k * columns + c] = Math.max(least - 1, INT32_MIN);
    }
  }
  const output = [buffer.address, ownTable(arena, buffer, context.batch), buffer.pixelBytes] as const;
  if (comparable) {
    const code = levels === 3 ? THRESHOLD_THREE : THRESHOLD_COMPARE;
    return [code, ...output, arena.put(limits), arena.put(flip), levels];
  }
  const rows = new Int32Array(columns * levels);
  const direction = new Int32Array(columns).fill(1);
  for (let c = 0; c < channels; c++) {
    direction[c] = rises(c) ? 1 : -1;
    for (let k = 0; k < levels; k++) rows[c * levels + k] = at(c, k);
  }
  return [THRESHOLD_SEARCH, ...output, arena.put(rows), arena.put(direction), levels];
}

function emitLink(context: PlanContext, link: Link, previous: Link | undefined): Operation | null {
  const { graph, arena } = context;
  if (link.kind === 'store') {
    const buffer = context.buffer(link.id);
    if (buffer.kind === 'integers') return [STORE, buffer.address];
    // A threshold stores by itself.
    if (previous?.kind === 'apply') return null;
    return [NARROW, buffer.address, ownTable(arena, buffer, context.batch), buffer.pixelBytes];
  }
  const { node } = link;
  switch (node.kind) {
    case 'affine':
      return emitAffine(context, node, extentOf(graph.type(node.id).shape).channels);
    case 'threshold':
      return emitThreshold(context, node, link.operand);
    case 'relu':
      return [RELU];
    case 'add': {
      const [left, right] = graph.operands(node);
      return [ADD, integersBuffer(context, left === link.operand ? right : left).address];
    }
    default:
      return node satisfies never;
  }
}

/** Emits the operations of a step, first to last. @returns the address of the first. */
export function emitChain(context: PlanContext, links: readonly Link[]): number {
  const operations: Operation[] = [];
  for (const [i, link] of links.entries()) {
    const operation = emitLink(context, link, links[i - 1]);
    if (operation !== null) operations.push(operation);
  }
  return operations.reduceRight((next, [code, ...words]) => context.arena.words([code, next, ...words]), 0);
}
