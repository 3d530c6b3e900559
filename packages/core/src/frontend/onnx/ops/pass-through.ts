import type { OnnxOperator } from '../operator.ts';
import { floatAttribute } from './support/attributes.ts';
import { allocate } from './support/elements.ts';
import { optional, required, scalarOf } from './support/inputs.ts';
import { unsupported } from './support/problem.ts';

const identity: OnnxOperator = {
  name: 'Identity',
  domain: '',
  opsets: [1, 25],
  placement: 'folded',
  attributes: [],
  limits: '',
  evaluate(inputs, context) {
    return [required(context, inputs, 0)];
  },
};

/** Inference: the input; the mask, where wanted, keeps everything (bool since opset 10). */
const dropout: OnnxOperator = {
  name: 'Dropout',
  domain: '',
  opsets: [7, 25],
  placement: 'folded',
  attributes: ['ratio', 'seed'],
  limits: 'inference',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    const training = optional(inputs, 2);
    const ratioInput = optional(inputs, 1);
    const ratio =
      ratioInput === null ? floatAttribute(context, 'ratio', 0.5) : scalarOf(context, 'ratio', ratioInput);
    if (training !== null && scalarOf(context, 'training_mode', training) !== 0 && ratio !== 0)
      unsupported(
        context,
        `training_mode with ratio ${ratio}`,
        'export the network for inference (model.eval())',
      );
    const type = context.opset < 10 ? x.type : 'bool';
    const mask = allocate(context, type, x.data.length);
    if (!(mask instanceof BigInt64Array || mask instanceof BigUint64Array)) mask.fill(1);
    return [x, { type, shape: x.shape, data: mask }];
  },
};

export const passThroughs: readonly OnnxOperator[] = [identity, dropout];
