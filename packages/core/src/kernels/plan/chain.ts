import { INT32_MAX, INT32_MIN, valueRange } from '../../network/integers.ts';
import type { AffineNode, ThresholdNode } from '../../network/network.ts';
import { affineOf, splitAffine } from './affine.ts';
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
const RESIDUAL = 8;

/** Up to this many thresholds one comparison each is faster than a search. */
const MOST_COMPARED = 31;

/** Words of an operation behind its code and the address of the next. */
type Operation = readonly [code: number, ...words: number[]];

function emitAffine(context: PlanContext, node: AffineNode, channels: number): Operation {
  const columns = columnsOf(channels);
  const multiplier = new Int32Array(columns);
  const offset = new BigInt64Array(columns);
  for (let c = 0; c < channels; c++) {
    const [scale, shift] = affineOf(node, c);
    multiplier[c] = scale;
    offset[c] = BigInt(shift);
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

/** Forms of the pass that does the end of a residual branch at once, by the operations that it takes the place of. */
const RESIDUAL_FORMS = new Map([
  [[AFFINE, STORE].join(), 0],
  [[AFFINE, ADD, RELU, STORE].join(), 1],
  [[AFFINE, ADD, RELU, THRESHOLD_THREE].join(), 2],
  [[AFFINE, ADD, RELU, STORE, THRESHOLD_THREE].join(), 3],
]);

/** The whole chain as one pass, where its form and the affine map's ranges allow. */
function emitResidual(
  context: PlanContext,
  links: readonly Link[],
  operations: readonly Operation[],
): Operation | null {
  const form = RESIDUAL_FORMS.get(operations.map(([code]) => code).join());
  const [first] = links;
  if (form === undefined || first.kind !== 'apply' || first.node.kind !== 'affine') return null;
  const { arena, graph } = context;
  const { min, max } = valueRange(graph.type(first.operand));
  const { channels } = extentOf(graph.type(first.node.id).shape);
  const split = splitAffine(first.node, channels, min, max);
  if (split === null) return null;
  const wordsOf = (wanted: number): readonly number[] => {
    const found = operations.find(([code]) => code === wanted);
    return found === undefined ? [] : found.slice(1);
  };
  const [added = 0] = wordsOf(ADD);
  const [stored = 0] = wordsOf(STORE);
  const [output = 0, table = 0, pixelBytes = 0, limits = 0, flip = 0] = wordsOf(THRESHOLD_THREE);
  return [
    RESIDUAL,
    arena.put(split.high),
    arena.put(split.offsetHigh),
    arena.put(split.low),
    arena.put(split.offsetLow),
    split.cut,
    split.rest,
    form,
    added,
    stored,
    output,
    table,
    pixelBytes,
    limits,
    flip,
  ];
}

/** Emits the operations of a step, first to last. @returns the address of the first. */
export function emitChain(context: PlanContext, links: readonly Link[]): number {
  const operations: Operation[] = [];
  for (const [i, link] of links.entries()) {
    const operation = emitLink(context, link, links[i - 1]);
    if (operation !== null) operations.push(operation);
  }
  const residual = emitResidual(context, links, operations);
  if (residual !== null) return context.arena.words([residual[0], 0, ...residual.slice(1)]);
  return operations.reduceRight((next, [code, ...words]) => context.arena.words([code, next, ...words]), 0);
}
