import { codeRange, type CodeFormat } from '../../network/codes.ts';
import { apply, random, type Case } from './case.ts';
import * as naive from './naive.ts';

function quantizeCase(
  title: string,
  format: CodeFormat,
  step: number,
  low: number,
  high: number,
  nonNegativeInput = false,
): Case {
  const v = random(title, [3, 40], low, high);
  const features = 40;
  const qp = format.system === 'unsigned' ? 2 ** format.bits - 1 : 2 ** (format.bits - 1) - 1;
  const fround = Math.fround(step);
  return {
    title,
    inputs: [v, { shape: [], data: Float64Array.of(fround) }],
    differentiable: [0, 1],
    apply: apply('quantize', { codes: codeRange(format), features, nonNegativeInput }),
    reference: ([value, s], [v0, s0]) =>
      naive.quantizeFrozen(value, s.data[0], naive.freeze(v0, s0.data[0], format)),
    gradientScale: [1, 1 / Math.sqrt(features * qp)],
  };
}

/** One step per output channel: the gradients of single-step quantizers of its rows. */
function perChannelCase(): Case {
  const format = { system: 'sign-magnitude', bits: 3 } as const;
  const rows = [0.2, 0.35].map((step) => Math.fround(step));
  return {
    title: 'W3, one step per channel',
    inputs: [random('per channel', [2, 30]), { shape: [2], data: Float64Array.from(rows) }],
    differentiable: [0, 1],
    apply: apply('quantize', { codes: codeRange(format), features: 30 }),
    reference: ([value, s], [v0, s0]) => {
      const row = (tensor: naive.Naive, c: number): naive.Naive => ({
        shape: [30],
        data: tensor.data.slice(30 * c, 30 * (c + 1)),
      });
      const quantized = [0, 1].map((c) =>
        naive.quantizeFrozen(row(value, c), s.data[c], naive.freeze(row(v0, c), s0.data[c], format)),
      );
      return { shape: value.shape, data: Float64Array.from(quantized.flatMap(({ data }) => [...data])) };
    },
    gradientScale: [1, 1 / Math.sqrt(30 * 3)],
  };
}

/** Cases of the quantizer: activations and weights, one step and one per channel. */
export const quantizeCases: readonly [Case, ...Case[]] = [
  perChannelCase(),
  quantizeCase('A2', { system: 'unsigned', bits: 2 }, 0.31, -0.4, 1.4),
  quantizeCase('A2 after a ReLU', { system: 'unsigned', bits: 2 }, 0.31, 0.01, 1.4, true),
  quantizeCase('A8', { system: 'unsigned', bits: 8 }, 0.004, -0.2, 1.2),
  quantizeCase('W3 sign-magnitude', { system: 'sign-magnitude', bits: 3 }, 0.21, -1, 1),
  quantizeCase("W3 two's complement", { system: 'twos-complement', bits: 3 }, 0.21, -1, 1),
];
