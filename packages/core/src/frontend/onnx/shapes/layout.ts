import { countElements } from '../element-count.ts';
import {
  axisOf,
  broadcast,
  inputType,
  integersInput,
  integersSince,
  intOf,
  intsOf,
  refuse,
  rulesFor,
  shapeText,
  type NamedShapeRule,
  type ShapeContext,
  type ShapeRule,
} from './rule.ts';

/** Integers of input `index`, which the operator requires as a constant. */
function requiredIntegers(context: ShapeContext, index: number): readonly number[] {
  inputType(context, index);
  return integersInput(context, index) ?? [];
}

const reshape: ShapeRule = (context) => {
  const x = inputType(context, 0);
  const target = requiredIntegers(context, 1);
  const keepsZero = intOf(context, 'allowzero', 0) !== 0;
  const wrong = (): never =>
    refuse(
      context,
      `${shapeText(x.shape)} cannot become ${shapeText(target)}`,
      'the number of elements stays, and at most one size is -1',
    );
  if (target.filter((size) => size === -1).length > 1 || target.some((size) => size < -1)) return wrong();
  const known = target.map((size, axis) => {
    if (size !== 0 || keepsZero) return size;
    return axis < x.shape.length ? x.shape[axis] : wrong();
  });
  const free = known.indexOf(-1);
  const elements = countElements(x.shape);
  if (free >= 0) {
    const rest = countElements(known.filter((_, axis) => axis !== free));
    // With no elements on either side any size would do; numpy and ONNX's reference refuse it too.
    if (rest === 0 || elements % rest !== 0) return wrong();
    known[free] = elements / rest;
  }
  return countElements(known) === elements ? [{ type: x.type, shape: known }] : wrong();
};

const flatten: ShapeRule = (context) => {
  const { type, shape } = inputType(context, 0);
  const stated = intOf(context, 'axis', 1);
  const axis = stated === shape.length ? stated : axisOf(context, stated, Math.max(shape.length, 1));
  return [{ type, shape: [countElements(shape.slice(0, axis)), countElements(shape.slice(axis))] }];
};

const transpose: ShapeRule = (context) => {
  const { type, shape } = inputType(context, 0);
  const order = intsOf(context, 'perm') ?? shape.map((_, axis) => shape.length - 1 - axis);
  const sorted = order.toSorted((a, b) => a - b);
  if (order.length !== shape.length || sorted.some((axis, position) => axis !== position))
    refuse(context, `perm ${shapeText(order)}`, `it orders the axes 0 to ${shape.length - 1} of its input`);
  return [{ type, shape: order.map((axis) => shape[axis]) }];
};

function distinctAxes(context: ShapeContext, axes: readonly number[], extent: number): ReadonlySet<number> {
  const normal = new Set(axes.map((axis) => axisOf(context, axis, extent)));
  if (normal.size < axes.length) refuse(context, `axes ${shapeText(axes)}`, 'each axis is named once');
  return normal;
}

const squeeze: ShapeRule = (context) => {
  const { type, shape } = inputType(context, 0);
  const stated = integersSince(context, 'axes', 1, 13);
  if (stated === null) return [{ type, shape: shape.filter((size) => size !== 1) }];
  const axes = distinctAxes(context, stated, shape.length);
  for (const axis of axes)
    if (shape[axis] !== 1)
      refuse(context, `removes axis ${axis} of ${shapeText(shape)}`, 'only axes of size 1 are removed');
  return [{ type, shape: shape.filter((_, axis) => !axes.has(axis)) }];
};

const unsqueeze: ShapeRule = (context) => {
  const { type, shape } = inputType(context, 0);
  const stated = integersSince(context, 'axes', 1, 13);
  if (stated === null) return refuse(context, 'axes are missing', 'Unsqueeze requires them');
  const rank = shape.length + stated.length;
  const axes = distinctAxes(context, stated, rank);
  const rest = shape.values();
  return [
    { type, shape: Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : rest.next().value!)) },
  ];
};

const expand: ShapeRule = (context) => {
  const { type, shape } = inputType(context, 0);
  const target = requiredIntegers(context, 1);
  if (target.some((size) => size < 0)) refuse(context, `shape ${shapeText(target)}`, 'sizes are 0 or more');
  return [{ type, shape: broadcast(context, [shape, target]) }];
};

const tile: ShapeRule = (context) => {
  const { type, shape } = inputType(context, 0);
  const repeats = requiredIntegers(context, 1);
  if (repeats.length !== shape.length || repeats.some((count) => count < 0))
    refuse(context, `repeats ${shapeText(repeats)}`, `give ${shape.length} counts of 0 or more`);
  return [{ type, shape: shape.map((size, axis) => size * repeats[axis]) }];
};

/** Rules of operators that give the same elements another shape or order, or repeat them. */
export const layoutRules: readonly NamedShapeRule[] = [
  ...rulesFor(['Reshape'], reshape),
  ...rulesFor(['Flatten'], flatten),
  ...rulesFor(['Transpose'], transpose),
  ...rulesFor(['Squeeze'], squeeze),
  ...rulesFor(['Unsqueeze'], unsqueeze),
  ...rulesFor(['Expand'], expand),
  ...rulesFor(['Tile'], tile),
];
