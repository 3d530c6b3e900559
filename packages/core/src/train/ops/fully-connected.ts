import { inputAt, type Operator } from '../operator.ts';
import type { NoAttributes } from './elementwise.ts';

/** Fully connected layer: inputs x `[n, i]`, weights `[o, i]` and, optionally, bias `[o]`; output `[n, o]`. */
export const fullyConnected: Operator<NoAttributes> = {
  apply(emitter, inputs) {
    const x = inputAt('fully-connected', inputs, 0);
    const weight = inputAt('fully-connected', inputs, 1);
    const bias = inputs.at(2);
    const [n = 0, i = 0] = x.shape;
    const [o = 0] = weight.shape;
    const operands = bias === undefined ? [x, weight] : [x, weight, bias];
    return {
      output: emitter.node('Gemm', operands, [n, o], { transB: { int: 1 } }),
      gradients(dy, wanted) {
        const dx = wanted[0] ? emitter.node('MatMul', [dy, weight], [n, i]) : null;
        const dWeight = emitter.node('Gemm', [dy, x], [o, i], { transA: { int: 1 } });
        return bias === undefined ? [dx, dWeight] : [dx, dWeight, emitter.sum(dy, [0])];
      },
    };
  },
};
