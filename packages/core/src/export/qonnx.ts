import type { ModelQuantizeNode } from '../model/model.ts';
import { weightCodes } from '../model/weight-codes.ts';
import type { ModelWriter } from './model-writer.ts';
import type { QuantizedWeights, QuantizerStyle } from './quantizers.ts';

const QUANT = 'qonnx.custom_op.general.Quant';

/** What a Quant node says besides its scale. */
interface QuantSettings {
  readonly bits: number;
  readonly zeroPoint: number;
  readonly signed: boolean;
  readonly narrow: boolean;
}

function quant(
  writer: ModelWriter,
  input: string,
  scale: string,
  { bits, zeroPoint, signed, narrow }: QuantSettings,
): readonly [inputs: readonly string[], attributes: Parameters<ModelWriter['node']>[2]] {
  return [
    [input, scale, writer.scalar(zeroPoint), writer.scalar(bits)],
    {
      signed: { int: signed ? 1 : 0 },
      narrow: { int: narrow ? 1 : 0 },
      rounding_mode: { string: 'ROUND' },
    },
  ];
}

/**
 * The weights themselves with a Quant node behind them, so that the file can be trained on: their
 * codes are those of the model, `round(clip(w / scale))` in float32.
 *
 * QONNX keeps signed codes of one bit for bipolar values; ours, -1 and 0, are unsigned ones with the zero
 * point 1, on weights that are multiples of the step already, because w / scale + 1 would round differently.
 */
function weights(
  writer: ModelWriter,
  { layer, name, tensor, quantizer, steps, path }: QuantizedWeights,
): string {
  const { system, bits } = quantizer.format;
  const [outputs = 1, ...rest] = tensor.shape;
  const perChannel = steps.data.length > 1;
  const scale = writer.parameter(
    quantizer.step,
    `${path}.weightQuantizer.step`,
    perChannel ? [outputs, ...rest.map(() => 1)] : [],
  );
  const oneBit = system === 'twos-complement' && bits === 1;
  let values: string;
  if (oneBit) {
    const perOutput = tensor.data.length / outputs;
    const codes = weightCodes(tensor.data, steps.data, outputs, quantizer.format);
    const grid = Float32Array.from(
      codes,
      (code, i) => code * steps.data[perChannel ? Math.floor(i / perOutput) : 0],
    );
    values = writer.named(name, 'float32', tensor.shape, grid);
  } else {
    values = writer.parameter(name, `${path}.weight`);
  }
  const settings = oneBit
    ? { bits, zeroPoint: 1, signed: false, narrow: false }
    : { bits, zeroPoint: 0, signed: true, narrow: system === 'sign-magnitude' };
  return writer.helper(QUANT, ...quant(writer, values, scale, settings), `${layer}.weight.quantize`);
}

/**
 * Signed codes where they are the unsigned ones shifted by half their number, else unsigned codes with the model's zero
 * point, halves included. Quant adds a zero point before it rounds, the model a whole one behind: on a tie they differ where
 * the zero point is odd. Signed codes have none, so that only asymmetric quantizers are left with it.
 */
function activationSettings({ bits, zeroPoint, levels }: ModelQuantizeNode): QuantSettings {
  const narrow = levels === 2 ** bits - 1;
  const middle = 2 ** (bits - 1) - (narrow ? 1 : 0);
  const signed = bits > 1 && zeroPoint === middle && levels >= 2 ** bits - 1;
  return { bits, zeroPoint: signed ? 0 : zeroPoint, signed, narrow };
}

/**
 * Quant has 2^bits or 2^bits - 1 levels. Fewer are a Clip to the largest value before it: x / scale is then at
 * most the largest code, up to a rounding error far below one half.
 */
function activation(writer: ModelWriter, node: ModelQuantizeNode, input: string, path: string): void {
  const step = writer.steps(node.step, `${path}.step`).data[0];
  const scale = writer.parameter(node.step, `${path}.step`, []);
  const { bits, levels, zeroPoint } = node;
  const fits = levels >= 2 ** bits - 1;
  const clipped = fits
    ? input
    : writer.helper(
        'Clip',
        [input, '', writer.scalar(step * (levels - 1 - zeroPoint))],
        {},
        `${node.id}.clip`,
      );
  writer.node(QUANT, ...quant(writer, clipped, scale, activationSettings(node)), node.id);
}

function input(writer: ModelWriter, name: string): string {
  const { bits, scale } = writer.graph.input;
  const settings = { bits, zeroPoint: 0, signed: false, narrow: false };
  return writer.helper(QUANT, ...quant(writer, name, writer.scalar(scale), settings), `${name}.quantize`);
}

/**
 * QONNX (Pappalardo et al., "QONNX: Representing Arbitrary-Precision Quantized Neural Networks", 2022): float
 * tensors, each quantizer a Quant node with scale, zero point and bit width; domain `qonnx.custom_op.general`.
 */
export const qonnx: QuantizerStyle = { opset: 17, biasApart: false, weights, activation, input };
