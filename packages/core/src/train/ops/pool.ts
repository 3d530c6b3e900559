import type { Window } from '../../network/network.ts';
import { elements, type Value } from '../emitter.ts';
import { imageShape, inputAt, type Operator } from '../operator.ts';
import { windowOutput } from '../../network/window.ts';
import { convOnnxAttributes } from './conv-attributes.ts';
import { convInputGradient } from './conv-input-gradient.ts';
import type { NoAttributes } from './elementwise.ts';

/** Maximum of each window, `[n, c, h, w]` to `[n, c, oh, ow]`; the gradient goes to the first maximum in row-major order. */
export const maxPool: Operator<Window> = {
  apply(emitter, inputs, window) {
    const x = inputAt('max-pool', inputs, 0);
    const [n, c, h, w] = imageShape('max-pool', x);
    const shape = [n, c, ...windowOutput(window, [c, h, w])];
    const name = emitter.builder.fresh('MaxPool');
    const indices = emitter.builder.fresh('MaxPoolIndices');
    emitter.builder.node(
      'MaxPool',
      [x.name],
      {
        kernel_shape: { ints: window.kernel },
        strides: { ints: window.stride },
        pads: { ints: window.padding },
      },
      [name, indices],
    );
    const output: Value = { name, shape };
    return {
      output,
      gradients(dy) {
        // Indices count elements of the whole tensor; overlapping windows may name one twice: add.
        const flatIndices = emitter.reshape({ name: indices, shape }, [elements(shape)]);
        const zeros = emitter.node(
          'ConstantOfShape',
          [emitter.integers([elements(x.shape)])],
          [elements(x.shape)],
        );
        const flat = emitter.node(
          'ScatterElements',
          [zeros, flatIndices, emitter.reshape(dy, [elements(shape)])],
          [elements(x.shape)],
          { axis: { int: 0 }, reduction: { string: 'add' } },
        );
        return [emitter.reshape(flat, x.shape)];
      },
    };
  },
};

/** Mean of each window, padding counted as zeros, `[n, c, h, w]` to `[n, c, oh, ow]`. */
export const averagePool: Operator<Window> = {
  apply(emitter, inputs, window) {
    const x = inputAt('average-pool', inputs, 0);
    const [n, c, h, w] = imageShape('average-pool', x);
    const area = window.kernel[0] * window.kernel[1];
    const attributes = { ...window, groups: c, dilation: [1, 1] as const };
    const weight = emitter.constant([c, 1, ...window.kernel], new Float32Array(c * area).fill(1 / area));
    return {
      // A depthwise convolution by a constant: AveragePool would clip windows at the padded border.
      output: emitter.node(
        'Conv',
        [x, weight],
        [n, c, ...windowOutput(window, [c, h, w])],
        convOnnxAttributes(attributes),
      ),
      gradients: (dy) => [convInputGradient(emitter, dy, weight, x.shape, attributes)],
    };
  },
};

/** Mean over all pixels, `[n, c, h, w]` to `[n, c, 1, 1]`. */
export const globalAveragePool: Operator<NoAttributes> = {
  apply(emitter, inputs) {
    const x = inputAt('global-average-pool', inputs, 0);
    const [n, c, h, w] = imageShape('global-average-pool', x);
    return {
      output: emitter.node('GlobalAveragePool', [x], [n, c, 1, 1]),
      gradients: (dy) => [
        emitter.node('Expand', [emitter.scale(dy, 1 / (h * w)), emitter.integers(x.shape)], x.shape),
      ],
    };
  },
};
