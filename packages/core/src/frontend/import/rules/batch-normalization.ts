import { floatAttribute } from '../../onnx/ops/support/attributes.ts';
import { quoted } from '../../onnx/place.ts';
import type { ImportRule } from '../scope.ts';

/** The default of the ONNX operator. */
const EPSILON = 1e-5;

/**
 * BatchNormalization in inference; the mean takes in what the convolution before it left. With variances of 1 and no epsilon, which
 * no batch has, it is a constant affine map, and stays one in training.
 */
export const batchNormalization: ImportRule = (scope) => {
  const { importer, node } = scope;
  const shape = scope.inputShape(0);
  const value = scope.channels(scope.activation(0), shape);
  const [channels = 0] = value.shape;
  const [gamma, beta, mean, variance] = [
    scope.constant(1, 'its scale'),
    scope.constant(2, 'its bias'),
    scope.constant(3, 'its mean'),
    scope.constant(4, 'its variance'),
  ];
  for (const { origin, data } of [gamma, beta, mean, variance])
    if (data.length !== channels)
      scope.refuse(`${quoted(origin)} has ${data.length} elements for ${channels} channels`, 'export again');
  const id = scope.id(gamma);
  const offset = importer.offsets.get(node.inputs[0] ?? '');
  const means =
    offset === undefined ? mean.data : Float64Array.from(offset, (lack, c) => (mean.data[c] ?? NaN) - lack);
  const epsilon = floatAttribute(scope, 'epsilon', EPSILON);
  const isConstant = epsilon === 0 && variance.data.every((value) => value === 1);
  scope.emit(
    {
      kind: 'batch-norm',
      id,
      input: value.id,
      gamma: importer.parameter(`${id}.gamma`, [channels], gamma.data),
      beta: importer.parameter(`${id}.beta`, [channels], beta.data),
      mean: importer.parameter(`${id}.mean`, [channels], means),
      variance: importer.parameter(`${id}.variance`, [channels], variance.data),
      epsilon,
      ...(isConstant && { frozen: true }),
    },
    value.shape,
  );
};
