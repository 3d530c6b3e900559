import type { OnnxOperator } from '../operator.ts';
import { allocate, checkType, isBig } from './support/elements.ts';
import { required, scalarOf } from './support/inputs.ts';
import { invalid } from './support/problem.ts';

/** start, start + delta ... before limit. */
export const range: OnnxOperator = {
  name: 'Range',
  domain: '',
  opsets: [11, 25],
  placement: 'folded',
  attributes: [],
  limits: '',
  evaluate(inputs, context) {
    const tensors = [0, 1, 2].map((index) => required(context, inputs, index));
    const { type } = tensors[0];
    tensors.forEach((tensor, i) =>
      checkType(context, `input ${i}`, tensor, ['float32', 'float64', 'int16', 'int32', 'int64']),
    );
    if (tensors.some((tensor) => tensor.type !== type))
      invalid(context, 'inputs have different types', 'make them equal');
    const [start, limit, delta] = tensors.map((tensor, i) => scalarOf(context, `input ${i}`, tensor));
    if (delta === 0) invalid(context, 'delta is 0', 'a step is not 0');
    const length = Math.max(0, Math.ceil((limit - start) / delta));
    if (!Number.isFinite(length)) invalid(context, `${length} elements`, 'its inputs are finite');
    const data = allocate(context, type, length);
    for (let i = 0; i < length; i++) {
      if (isBig(data)) data[i] = BigInt(start + i * delta);
      else data[i] = start + i * delta;
    }
    return [{ type, shape: [length], data }];
  },
};
