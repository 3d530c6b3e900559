import type { OnnxOperator } from '../operator.ts';
import { allocate, checkType, isBig } from './support/elements.ts';
import { required } from './support/inputs.ts';
import { invalid } from './support/problem.ts';
import { broadcastOffsets, broadcastShape, sizeOf } from './support/shape.ts';

/** X where the condition holds, else Y, with broadcasting. */
export const where: OnnxOperator = {
  name: 'Where',
  domain: '',
  opsets: [9, 25],
  placement: 'folded',
  attributes: [],
  limits: 'of constants and shapes',
  evaluate(inputs, context) {
    const condition = required(context, inputs, 0);
    const x = required(context, inputs, 1);
    const y = required(context, inputs, 2);
    checkType(context, 'the condition', condition, ['bool']);
    if (x.type !== y.type) invalid(context, `operands of types ${x.type} and ${y.type}`, 'types are equal');
    const shape = broadcastShape(context, [condition.shape, x.shape, y.shape]);
    const [atC, atX, atY] = [condition, x, y].map((tensor) => broadcastOffsets(tensor.shape, shape));
    const data = allocate(context, x.type, sizeOf(shape));
    const holds = condition.data;
    const a = x.data;
    const b = y.data;
    if (isBig(data) && isBig(a) && isBig(b)) {
      for (let i = 0; i < data.length; i++)
        data[i] = holds[atC?.[i] ?? i] !== 0 ? a[atX?.[i] ?? i] : b[atY?.[i] ?? i];
    } else if (!isBig(data) && !isBig(a) && !isBig(b)) {
      for (let i = 0; i < data.length; i++)
        data[i] = holds[atC?.[i] ?? i] !== 0 ? a[atX?.[i] ?? i] : b[atY?.[i] ?? i];
    }
    return [{ type: x.type, shape, data }];
  },
};
