import { INT32_MIN, valueRange } from '../../network/integers.ts';
import type { AddNode, AffineNode, ThresholdNode } from '../../network/network.ts';
import { splitAffine } from './affine.ts';
import { integersBuffer, type PlanContext } from './context.ts';
import { extentOf } from './extent.ts';
import type { Link } from './fuse.ts';
import { RESIDUAL, type Operation } from './operation.ts';
import { codesOutput, compareThresholds, type Comparison } from './threshold.ts';

/** What the pass does after the affine map, in this order. */
interface Form {
  readonly affine: AffineNode;
  readonly operand: string;
  readonly innerRelu: boolean;
  readonly add: { readonly node: AddNode; readonly operand: string } | null;
  readonly outerRelu: boolean;
  /** The value stored as integers. */
  readonly stored: string | null;
  readonly threshold: { readonly node: ThresholdNode; readonly operand: string } | null;
}

/** Reads a chain as affine, relu?, add?, relu?, store?, threshold?; null when it is another. */
function formOf(context: PlanContext, links: readonly Link[]): Form | null {
  const rest = [...links];
  const take = <K extends 'affine' | 'relu' | 'add' | 'threshold'>(kind: K) => {
    const link = rest.at(0);
    if (link?.kind !== 'apply' || link.node.kind !== kind) return null;
    rest.shift();
    return { node: link.node as Extract<typeof link.node, { kind: K }>, operand: link.operand };
  };
  const first = take('affine');
  if (first === null) return null;
  const innerRelu = take('relu') !== null;
  const add = take('add');
  const outerRelu = take('relu') !== null;
  const store = rest.at(0);
  let stored: string | null = null;
  if (store?.kind === 'store' && context.graph.type(store.id).kind === 'integers') {
    stored = store.id;
    rest.shift();
  }
  const threshold = take('threshold');
  // What a threshold makes it stores by itself.
  if (threshold !== null) rest.shift();
  if (rest.length > 0 || (stored === null && threshold === null)) return null;
  return { affine: first.node, operand: first.operand, innerRelu, add, outerRelu, stored, threshold };
}

/** Forms of the pass that make codes, by their width. */
const CODES_FORMS = new Map([
  [2, 1],
  [3, 2],
]);

/** Limits `[level][column]` as `[block of 8 columns][level][8]`. */
function byBlock({ limits, flip, levels }: Comparison): Int32Array {
  const columns = flip.length;
  return Int32Array.from(limits, (_, i) => {
    const block = Math.floor(i / (8 * levels));
    const level = Math.floor(i / 8) % levels;
    return limits[level * columns + block * 8 + (i % 8)];
  });
}

/** The whole chain as one pass over the rows, where its form and the ranges of its values allow; else null. */
export function emitResidual(context: PlanContext, links: readonly Link[]): Operation | null {
  const form = formOf(context, links);
  if (form === null) return null;
  const { arena, graph } = context;
  const { affine, add, threshold } = form;
  const { channels } = extentOf(graph.type(affine.id).shape);
  const { min, max } = valueRange(graph.type(form.operand));
  const split = splitAffine(affine, channels, min, max);
  if (split === null) return null;
  let codes = [0, 0, 0, 0, 0];
  let codesForm = 0;
  if (threshold !== null) {
    const range = valueRange(graph.type(threshold.operand));
    const comparison = compareThresholds(threshold.node, channels, range);
    codesForm = CODES_FORMS.get(threshold.node.bits) ?? 0;
    if (comparison === null || codesForm === 0) return null;
    const limits = arena.put(byBlock(comparison));
    codes = [...codesOutput(context, threshold.node), limits, arena.put(comparison.flip)];
  }
  let added = 0;
  if (add !== null) {
    const [left, right] = graph.operands(add.node);
    added = integersBuffer(context, left === add.operand ? right : left).address;
  }
  // Without an addition there is one place for ReLU.
  const floorOf = (relu: boolean): number => (relu ? 0 : INT32_MIN);
  return [
    RESIDUAL,
    arena.put(split.high),
    arena.put(split.offsetHigh),
    arena.put(split.low),
    arena.put(split.offsetLow),
    split.cut,
    split.rest,
    (add === null ? 0 : 1) + (form.stored === null ? 0 : 2) + 4 * codesForm,
    floorOf(form.innerRelu || (add === null && form.outerRelu)),
    floorOf(form.outerRelu),
    added,
    form.stored === null ? 0 : integersBuffer(context, form.stored).address,
    ...codes,
  ];
}
