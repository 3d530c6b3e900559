/** Most inputs of operators that take another number than one; Infinity for those that take any. */
const mostInputs: ReadonlyMap<string, number> = new Map([
  ['Constant', 0],
  ...[
    ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Mod', 'BitShift', 'Equal', 'Greater', 'GreaterOrEqual', 'Less'],
    ...['LessOrEqual', 'And', 'Or', 'Xor', 'PRelu', 'CastLike', 'MatMul', 'Reshape', 'Squeeze', 'Unsqueeze'],
    ...['Expand', 'Tile', 'Gather', 'Split', 'TopK', 'Upsample', 'BipolarQuant', 'MultiThreshold'],
    ...['ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceMax', 'ReduceMean', 'ReduceMin'],
    ...['ReduceProd', 'ReduceSum', 'ReduceSumSquare'],
  ].map((name) => [name, 2] as const),
  ...['Where', 'Clip', 'Dropout', 'Conv', 'Gemm', 'Range', 'QuantizeLinear', 'DequantizeLinear'].map(
    (name) => [name, 3] as const,
  ),
  ...['ConvInteger', 'MatMulInteger', 'Pad', 'Resize', 'Quant', 'IntQuant'].map((name) => [name, 4] as const),
  ...['BatchNormalization', 'Slice'].map((name) => [name, 5] as const),
  ['Trunc', 6],
  ['QLinearMatMul', 8],
  ['QLinearConv', 9],
  ...['Min', 'Max', 'Sum', 'Mean', 'Concat'].map((name) => [name, Infinity] as const),
]);

/** Most inputs that an operator takes in any version; a node with more is no such operator. */
export function mostInputsOf(operator: string): number {
  return mostInputs.get(operator) ?? 1;
}
