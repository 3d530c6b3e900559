import type { ModelClipNode, ModelLeakyReluNode, ModelPadNode, ModelReluNode } from '../model/model.ts';
import { elementCount } from '../network/integers.ts';
import type { NetworkNode, Shape } from '../network/network.ts';
import { windowOutput } from '../network/window.ts';
import { clampCode, codeOf, type CodeGrid } from './code-grid.ts';
import { exactly, multiply, type Rational } from './rational.ts';
import type { DeferredNode, LoweredValue } from './values.ts';

/** Deferred nodes that bound a value. */
export type BoundingNode = ModelReluNode | ModelClipNode;

/** Deferred nodes that move or select elements and leave each as it is. */
export type MovingNode = Exclude<DeferredNode, BoundingNode | ModelLeakyReluNode>;

export function isBounding(node: DeferredNode): node is BoundingNode {
  return node.kind === 'relu' || node.kind === 'clip';
}

export function isMoving(node: DeferredNode): node is MovingNode {
  return !isBounding(node) && node.kind !== 'leaky-relu';
}

/** The slope of a leaky ReLU below 0, its float32 number exactly. */
export function slopeOf({ alpha }: ModelLeakyReluNode): Rational {
  return exactly(Math.fround(alpha));
}

/** The real bounds of a ReLU or clip, its float32 numbers exactly; null is no bound. */
export function realBounds(node: BoundingNode): {
  readonly min: Rational | null;
  readonly max: Rational | null;
} {
  if (node.kind === 'relu') return { min: exactly(0), max: null };
  const exact = (bound: number | null): Rational | null =>
    bound === null ? null : exactly(Math.fround(bound));
  return { min: exact(node.min), max: exact(node.max) };
}

/** Codes between which a chain of deferred nodes keeps a quantizer's codes, and the code of each of its pads. */
export interface CommutedChain {
  readonly least: number;
  readonly most: number;
  /** The product of the slopes of all leaky ReLUs, and of the grid's own. */
  readonly negativeSlope: Rational;
  /** The code of real 0 where the pad stands, as what follows it leaves it. */
  readonly padCodes: ReadonlyMap<ModelPadNode, number>;
}

/**
 * Moves a quantizer before the nodes whose values it reads. Rounding rises with its input, so that
 * `q(max(x, b)) = max(q(x), q(b))` and `q(min(x, b)) = min(q(x), q(b))` exactly, and selecting, moving and
 * taking maxima commute with it. A leaky ReLU f becomes part of the quantizer: `q(f(max(x, b))) =
 * max(q(f(x)), q(f(b)))`, and leaky ReLUs in a row multiply their slopes.
 *
 * @param nodes in the order in which they run; the grid's own `least .. most` applies after them.
 */
export function commute(nodes: readonly DeferredNode[], grid: CodeGrid): CommutedChain {
  const most = 2 ** grid.bits - 1;
  let { negativeSlope } = grid;
  // By node: the quantizer of all codes with the leaky ReLUs behind the node.
  const grids = nodes.toReversed().map((node): CodeGrid => {
    const behind = { ...grid, negativeSlope, least: 0, most };
    if (node.kind === 'leaky-relu') negativeSlope = multiply(negativeSlope, slopeOf(node));
    return behind;
  });
  let bounds = { least: 0, most };
  const padCodes = new Map<ModelPadNode, number>();
  const apply = (limits: { readonly least: number; readonly most: number }): void => {
    bounds = { least: clampCode(limits, bounds.least), most: clampCode(limits, bounds.most) };
    for (const [pad, code] of padCodes) padCodes.set(pad, clampCode(limits, code));
  };
  for (const [index, node] of nodes.entries()) {
    const all = grids[nodes.length - 1 - index];
    if (isBounding(node)) {
      const { min, max } = realBounds(node);
      // As the node: the larger of value and min first, then the smaller of that and max.
      if (min !== null) apply({ least: codeOf(all, min), most: all.most });
      if (max !== null) apply({ least: -Infinity, most: codeOf(all, max) });
    } else if (node.kind === 'pad') {
      padCodes.set(node, codeOf(all, exactly(0)));
    }
  }
  apply(grid);
  return { ...bounds, negativeSlope, padCodes };
}

/** A moving or selecting node on integers or codes of the network. @param zero what stands for the real 0 of a pad. */
export function moved(node: MovingNode, input: string, zero: number): NetworkNode {
  if (node.kind !== 'pad') return { ...node, input };
  const { kind, id, before, after } = node;
  return { kind, id, input, before, after, values: Int32Array.of(zero) };
}

/** The shape of a lowered value. @param shape of a network value. */
export function shapeOf(value: LoweredValue, shape: (id: string) => Shape): Shape {
  switch (value.kind) {
    case 'codes':
    case 'integers':
      return shape(value.id);
    case 'concat': {
      const shapes = value.parts.map((part) => shapeOf(part, shape));
      return [shapes.reduce((sum, [size]) => sum + size, 0), ...shapes[0].slice(1)];
    }
    case 'deferred': {
      const { node } = value;
      const source = shapeOf(value.source, shape);
      switch (node.kind) {
        case 'relu':
        case 'clip':
        case 'leaky-relu':
          return source;
        case 'max-pool':
          return [source[0], ...windowOutput(node, source)];
        case 'flatten':
          return [elementCount(source)];
        case 'pad':
          return source.map((size, axis) => size + (node.before[axis] ?? 0) + (node.after[axis] ?? 0));
        case 'slice':
          return node.size;
        case 'upsample':
          return [source[0], source[1] * node.factors[0], source[2] * node.factors[1]];
        default:
          return node satisfies never;
      }
    }
    default:
      return value satisfies never;
  }
}
