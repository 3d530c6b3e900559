import { floatAttribute, intAttribute } from '../../onnx/ops/support/attributes.ts';
import { biasWithOffset, foldAffine, layerWeights, storeLayer, type WeightOrder } from '../layer-weights.ts';
import type { ImportRule, NodeScope } from '../scope.ts';
import type { Activation, ConstantValue } from '../value.ts';

interface Layer {
  /** A vector. */
  readonly value: Activation;
  readonly weight: ConstantValue;
  readonly outputs: number;
  /** Of element `[output, input]` in the constant. */
  readonly order: WeightOrder;
  readonly factor: number;
  readonly bias: ArrayLike<number> | null;
}

function emitLayer(scope: NodeScope, { value, weight, outputs, order, factor, bias }: Layer): void {
  const { importer } = scope;
  const [features = 0] = value.shape;
  const id = scope.id(weight);
  let input = value;
  let weights = layerWeights(scope, weight, [outputs, features], order, factor);
  let offset: Float64Array | null = null;
  if (value.affine !== null) {
    const folded = foldAffine(weights, value.affine, (i) => i % features);
    if (folded === null) input = importer.settle(value);
    else {
      ({ weights, offset } = folded);
      scope.remark('normalisation of the input taken into the weights');
    }
  }
  const stored = storeLayer(scope, id, weights, biasWithOffset(scope, bias, offset));
  scope.emit({ kind: 'fully-connected', id, input: input.id, ...stored }, [outputs]);
}

/** Order of weights that the file stores `[inputs, outputs]`. */
function transposed(inputs: number, outputs: number): WeightOrder {
  return (i) => (i % inputs) * outputs + Math.floor(i / inputs);
}

/** Gemm of an activation and constants. */
export const gemm: ImportRule = (scope) => {
  if (intAttribute(scope, 'transA', 0) !== 0)
    scope.refuse('attribute transA is 1: the batch axis would be summed over', 'export with transA 0');
  const shape = scope.inputShape(0);
  const value = scope.vector(scope.activation(0), shape);
  const weight = scope.constant(1, 'its weight');
  const isTransposed = intAttribute(scope, 'transB', 0) !== 0;
  const [features = 0] = value.shape;
  const [inputs, outputs = 0] = isTransposed ? [...weight.shape].reverse() : weight.shape;
  if (shape.length !== 2 || weight.shape.length !== 2 || inputs !== features || outputs === 0)
    scope.refuse(`weights [${weight.shape.join(', ')}] do not fit ${features} features`, 'export again');
  const beta = floatAttribute(scope, 'beta', 1);
  const added = scope.optionalConstant(2, 'its C');
  const length = added?.data.length ?? 0;
  if (added !== null && length !== 1 && (length !== outputs || added.shape.at(-1) !== outputs))
    scope.refuse(
      `its C [${added.shape.join(', ')}] is no bias of ${outputs} outputs`,
      'give one number per output',
    );
  const bias =
    added === null
      ? null
      : Float32Array.from({ length: outputs }, (_, o) => beta * (added.data[length === 1 ? 0 : o] ?? NaN));
  const factor = floatAttribute(scope, 'alpha', 1);
  const order = isTransposed ? null : transposed(features, outputs);
  emitLayer(scope, { value, weight, outputs, order, factor, bias });
};

/** MatMul with a constant: x W of a row vector, W x of a column vector. */
export const matMul: ImportRule = (scope) => {
  const isRow = scope.value(0).kind !== 'constant';
  const [at, other] = isRow ? [0, 1] : [1, 0];
  const weight = scope.constant(other, 'one of its operands');
  const shape = scope.inputShape(at);
  const value = scope.vector(scope.activation(at), shape);
  const [features = 0] = value.shape;
  const [rows = 0, columns = 0] = weight.shape;
  const fits = isRow
    ? shape.at(-1) === features && rows === features
    : shape.at(-2) === features && columns === features;
  if (weight.shape.length !== 2 || !fits || (!isRow && shape.at(-1) !== 1))
    scope.refuse(
      `multiplies [${shape.join(', ')}] and [${weight.shape.join(', ')}]`,
      'a vector of features per image times a matrix is imported',
    );
  const [outputs, order] = isRow ? [columns, transposed(features, columns)] : [rows, null];
  emitLayer(scope, { value, weight, outputs, order, factor: 1, bias: null });
};
