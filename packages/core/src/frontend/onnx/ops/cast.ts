import type { OnnxOperator } from '../operator.ts';
import { intAttribute, requiredInt } from './support/attributes.ts';
import { convert, typeOfNumber } from './support/convert.ts';
import { required } from './support/inputs.ts';
import { unsupported } from './support/problem.ts';

/** Elements in the type `to`. `saturate` and `round_mode` concern float8 only. */
const cast: OnnxOperator = {
  name: 'Cast',
  domain: '',
  opsets: [6, 25],
  placement: 'folded',
  attributes: ['round_mode', 'saturate', 'to'],
  limits: 'no strings, complex numbers, float8, float4',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    return [convert(context, x, typeOfNumber(context, 'to', requiredInt(context, 'to')))];
  },
};

/** Elements in the type of another tensor. */
const castLike: OnnxOperator = {
  name: 'CastLike',
  domain: '',
  opsets: [15, 25],
  placement: 'folded',
  attributes: ['saturate'],
  limits: 'as Cast',
  evaluate(inputs, context) {
    if (intAttribute(context, 'saturate', 1) !== 1)
      unsupported(context, 'saturate is 0', 'it concerns float8, which is not read');
    return [convert(context, required(context, inputs, 0), required(context, inputs, 1).type)];
  },
};

export const casts: readonly OnnxOperator[] = [cast, castLike];
