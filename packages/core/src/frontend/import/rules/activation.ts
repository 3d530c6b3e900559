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
