import {
  broadcast,
  inputType,
  intOf,
  refuse,
  rulesFor,
  shapeText,
  type NamedShapeRule,
  type ShapeContext,
  type ShapeRule,
} from './rule.ts';

/** numpy's matmul: a vector counts as a row on the left, as a column on the right. */
function multiplied(context: ShapeContext, a: readonly number[], b: readonly number[]): readonly number[] {
  if (a.length === 0 || b.length === 0)
    return refuse(context, `operands ${shapeText(a)} and ${shapeText(b)}`, 'give ranks of at least 1');
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  if (left.at(-1) !== right.at(-2))
    refuse(
      context,
      `operands ${shapeText(a)} and ${shapeText(b)}`,
      'the last size on the left equals the last but one on the right',
    );
  return [
    ...broadcast(context, [left.slice(0, -2), right.slice(0, -2)]),
    ...(a.length === 1 ? [] : left.slice(-2, -1)),
    ...(b.length === 1 ? [] : right.slice(-1)),
  ];
}

const matmul: ShapeRule = (context) => {
  const a = inputType(context, 0);
  return [{ type: a.type, shape: multiplied(context, a.shape, inputType(context, 1).shape) }];
};

const matmulInteger: ShapeRule = (context) => [
  { type: 'int32', shape: multiplied(context, inputType(context, 0).shape, inputType(context, 1).shape) },
];

/** Inputs: a, its scale and zero point, b, its scale and zero point, the output's scale and zero point. */
const qlinearMatmul: ShapeRule = (context) => [
  {
    type: inputType(context, 7).type,
    shape: multiplied(context, inputType(context, 0).shape, inputType(context, 3).shape),
  },
];

const gemm: ShapeRule = (context) => {
  const a = inputType(context, 0);
  const b = inputType(context, 1);
  if (a.shape.length !== 2 || b.shape.length !== 2)
    refuse(context, `operands ${shapeText(a.shape)} and ${shapeText(b.shape)}`, 'both are matrices');
  const [rows, depth] = intOf(context, 'transA', 0) === 0 ? a.shape : a.shape.toReversed();
  const [otherDepth, columns] = intOf(context, 'transB', 0) === 0 ? b.shape : b.shape.toReversed();
  if (depth !== otherDepth)
    refuse(
      context,
      `operands ${shapeText(a.shape)} and ${shapeText(b.shape)} share sizes ${depth} and ${otherDepth}`,
      'the two are equal',
    );
  const shape = [rows, columns];
  const c = context.inputs.at(2) ?? null;
  if (c !== null && shapeText(broadcast(context, [shape, c.shape])) !== shapeText(shape))
    refuse(context, `C of shape ${shapeText(c.shape)}`, `it broadcasts to ${shapeText(shape)}`);
  return [{ type: a.type, shape }];
};

/** Rules of matrix products. */
export const productRules: readonly NamedShapeRule[] = [
  ...rulesFor(['MatMul'], matmul),
  ...rulesFor(['MatMulInteger'], matmulInteger),
  ...rulesFor(['QLinearMatMul'], qlinearMatmul),
  ...rulesFor(['Gemm'], gemm),
];
