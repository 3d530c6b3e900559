import type { OnnxOperator } from '../operator.ts';
import { floatAttribute, intAttribute } from './support/attributes.ts';
import { checkType, FLOAT_TYPES, float64Of, fromFloat64, numbersOf } from './support/elements.ts';
import { required } from './support/inputs.ts';
import { invalid, unsupported } from './support/problem.ts';
import { around, shapeText } from './support/shape.ts';

/** Y = (X - mean) / sqrt(var + epsilon) * scale + B per channel, in float64, rounded once. */
export const batchNormalization: OnnxOperator = {
  name: 'BatchNormalization',
  domain: '',
  opsets: [7, 25],
  placement: 'folded',
  attributes: ['epsilon', 'momentum', 'spatial', 'training_mode'],
  limits: 'inference; spatial = 1',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    checkType(context, 'input X', x, FLOAT_TYPES);
    const remedy = 'export the network for inference (model.eval())';
    if (intAttribute(context, 'training_mode', 0) !== 0) unsupported(context, 'training_mode is 1', remedy);
    if (context.node.outputs.slice(1).some((name) => name !== ''))
      unsupported(context, 'wants statistics as outputs', remedy);
    if (intAttribute(context, 'spatial', 1) !== 1)
      unsupported(context, 'attribute spatial is 0', 'normalise per channel');
    const epsilon = floatAttribute(context, 'epsilon', 1e-5);
    if (x.shape.length < 2) invalid(context, `input X ${shapeText(x.shape)}`, 'its rank is 2 or more');
    const { outer, size: channels, inner } = around(x.shape, 1);
    const [scale, bias, mean, variance] = [1, 2, 3, 4].map((index) => {
      const tensor = required(context, inputs, index);
      if (tensor.data.length !== channels)
        invalid(
          context,
          `input ${index} ${shapeText(tensor.shape)}`,
          `one value for each of ${channels} channels`,
        );
      return float64Of(tensor);
    });
    const data = numbersOf(x);
    const result = new Float64Array(data.length);
    for (let n = 0; n < outer; n++) {
      for (let c = 0; c < channels; c++) {
        const deviation = Math.sqrt(variance[c] + epsilon);
        const first = (n * channels + c) * inner;
        for (let i = first; i < first + inner; i++)
          result[i] = ((data[i] - mean[c]) / deviation) * scale[c] + bias[c];
      }
    }
    return [fromFloat64(x.type, x.shape, result)];
  },
};
