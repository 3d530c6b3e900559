import { floatAttribute } from '../../onnx/ops/support/attributes.ts';
import type { ImportRule, NodeScope } from '../scope.ts';
import type { Activation } from '../value.ts';
import { clipCodes } from './clip-codes.ts';

/** Relu of integers is that of the values only when their zero point is 0: refused otherwise by `settled`. */
export const relu: ImportRule = (scope) => {
  const value = scope.settled(0);
  scope.emit({ kind: 'relu', id: scope.id(), input: value.id }, value.shape);
};

function bound(scope: NodeScope, name: 'min' | 'max', index: number, open: number): number {
  if (scope.opset < 11) return floatAttribute(scope, name, open);
  const constant = scope.optionalConstant(index, `its ${name}`);
  if (constant === null) return open;
  const [value = NaN] = constant.data;
  if (constant.data.length !== 1 || Number.isNaN(value))
    scope.refuse(`its ${name} is not one number`, 'give a scalar');
  return value;
}

/** What stands for no bound: exporters write the largest float32, too. */
const LARGEST = 3.4028234663852886e38;

/** min(max(x, low), high) as relu, clip, or nothing. */
function clipTo(scope: NodeScope, value: Activation, low: number, high: number): void {
  const min = low <= -LARGEST ? null : low;
  const max = high >= LARGEST ? null : high;
  if (min === null && max === null) {
    scope.set(value);
    return;
  }
  if (min !== null && max !== null && min > max)
    scope.refuse(`clips to ${min} .. ${max}`, 'the lower bound stands above the upper one');
  if (min === 0 && max === null) scope.emit({ kind: 'relu', id: scope.id(), input: value.id }, value.shape);
  else scope.emit({ kind: 'clip', id: scope.id(), input: value.id, min, max }, value.shape);
}

/** Clip, ReLU6 among others; of integers of a quantizer the number of its levels. */
export const clip: ImportRule = (scope) => {
  const input = scope.value(0);
  if (input.kind === 'constant' || (input.kind === 'activation' && input.integers !== null)) {
    clipCodes(scope, bound(scope, 'min', 1, -Infinity), bound(scope, 'max', 2, Infinity));
    return;
  }
  clipTo(scope, scope.settled(0), bound(scope, 'min', 1, -Infinity), bound(scope, 'max', 2, Infinity));
};

/** The default of the ONNX operator. */
const LEAKY_ALPHA = Math.fround(0.01);

/** LeakyRelu that does not fall: x below 0 becomes alpha x. */
export const leakyRelu: ImportRule = (scope) => {
  const alpha = Math.fround(floatAttribute(scope, 'alpha', LEAKY_ALPHA));
  if (!(alpha >= 0 && alpha < Infinity))
    scope.refuse(
      `its attribute alpha is ${alpha}: the function falls below 0`,
      'only slopes of 0 or more become thresholds; it runs in the float executor only',
    );
  const { id: input, shape } = scope.settled(0);
  const id = scope.id();
  scope.emit(alpha === 0 ? { kind: 'relu', id, input } : { kind: 'leaky-relu', id, input, alpha }, shape);
};

/** The defaults of the ONNX operator. */
const HARD_ALPHA = Math.fround(0.2);
const HARD_BETA = 0.5;

/** HardSigmoid that rises, max(0, min(1, alpha x + beta)): a constant affine map and a clip. */
export const hardSigmoid: ImportRule = (scope) => {
  const { importer } = scope;
  const alpha = Math.fround(floatAttribute(scope, 'alpha', HARD_ALPHA));
  const beta = Math.fround(floatAttribute(scope, 'beta', HARD_BETA));
  if (!(alpha > 0 && alpha < Infinity))
    scope.refuse(
      `its attribute alpha is ${alpha}: the function does not rise`,
      'only finite slopes above 0 are imported',
    );
  if (!Number.isFinite(beta)) scope.refuse(`its attribute beta is ${beta}`, 'give a finite number');
  const value = scope.settled(0);
  const id = scope.id();
  const line = importer.addAffine(importer.names.unique(`${id}.line`), value, {
    gamma: [alpha],
    beta: [beta],
  });
  scope.emit({ kind: 'clip', id, input: line.id, min: 0, max: 1 }, value.shape);
};
