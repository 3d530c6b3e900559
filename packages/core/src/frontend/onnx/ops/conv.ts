import type { OnnxOperator } from '../operator.ts';
import { checkType, FLOAT_TYPES, float64Of, fromFloat64 } from './support/elements.ts';
import { convolve } from './support/convolve.ts';
import { optional, required } from './support/inputs.ts';
import { invalid } from './support/problem.ts';
import { shapeText } from './support/shape.ts';
import { WINDOW_ATTRIBUTES } from './support/window.ts';

/** Y = X * W + B (cross-correlation), sums in float64, rounded once. */
export const conv: OnnxOperator = {
  name: 'Conv',
  domain: '',
  opsets: [1, 25],
  placement: 'macro',
  attributes: [...WINDOW_ATTRIBUTES, 'group'],
  limits: 'floats; one or more spatial axes',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    const w = required(context, inputs, 1);
    const bias = optional(inputs, 2);
    checkType(context, 'input X', x, FLOAT_TYPES);
    checkType(context, 'input W', w, FLOAT_TYPES);
    const { shape, sums } = convolve(context, float64Of(x), x.shape, float64Of(w), w.shape);
    if (bias !== null) {
      const filters = shape[1];
      if (bias.data.length !== filters)
        invalid(context, `bias ${shapeText(bias.shape)} for ${filters} filters`, 'one value per filter');
      const values = float64Of(bias);
      const plane = sums.length / Math.max(shape[0] * filters, 1);
      for (let i = 0; i < sums.length; i++) sums[i] += values[Math.floor(i / plane) % filters];
    }
    return [fromFloat64(x.type, shape, sums)];
  },
};
