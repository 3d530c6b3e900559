import type { FloatTensor, WeightQuantizer } from '../../model/model.ts';
import type { Shape } from '../../network/network.ts';
import { quoted } from '../onnx/place.ts';
import { ofChannel, type InputAffine } from './input-affine.ts';
import type { NodeScope } from './scope.ts';
import type { ConstantValue } from './value.ts';

/** Weights of a conv or fully connected layer, `[out, ...]` row-major, as the model wants them. */
export interface LayerWeights {
  readonly shape: Shape;
  readonly data: Float32Array;
  /** Null: full precision. */
  readonly quantizer: { readonly format: WeightQuantizer['format']; readonly step: FloatTensor } | null;
}

/** Where element i of the model's weights stands in the constant; null: at i. */
export type WeightOrder = ((i: number) => number) | null;

/**
 * The weights of a layer from a constant, its quantizer taken along.
 *
 * @param shape of the model's weights, `[out, ...]`.
 * @param factor multiplies all of them (alpha of Gemm).
 * @throws TallyError `import-refused` for quantized weights that the macro cannot hold.
 */
export function layerWeights(
  scope: NodeScope,
  constant: ConstantValue,
  shape: Shape,
  order: WeightOrder = null,
  factor = 1,
): LayerWeights {
  const { data, quantization } = constant;
  if (quantization === null) {
    const isPlain = order === null && factor === 1 && data instanceof Float32Array;
    const values = isPlain
      ? data
      : Float32Array.from(data, (_, i) => factor * (data[order?.(i) ?? i] ?? NaN));
    return { shape, data: values, quantizer: null };
  }
  const { codes, scales, format } = quantization;
  if ('refusal' in format)
    scope.refuse(`its weights ${quoted(constant.origin)} ${format.refusal}`, format.remedy);
  const [outputs = 1] = shape;
  const row = codes.length / outputs;
  const scaleAt = (i: number): number => scales[scales.length === 1 ? 0 : (order?.(i) ?? i)] ?? NaN;
  const steps = Float32Array.from({ length: outputs }, (_, o) => factor * scaleAt(o * row));
  const isPerOutput = codes.every((_, i) => scaleAt(i) === scaleAt(i - (i % row)));
  const wrong = steps.findIndex((step) => !(step > 0 && step < Infinity));
  if (!isPerOutput)
    scope.refuse(
      `its weights ${quoted(constant.origin)} have scales that differ within one output channel`,
      'use one scale per tensor or per output channel',
    );
  if (wrong >= 0)
    scope.refuse(
      `the scale of its weights ${quoted(constant.origin)} is ${steps[wrong]} at output channel ${wrong}`,
      'a scale is a positive number',
    );
  const isOne = steps.every((step) => step === steps[0]);
  return {
    shape,
    data: Float32Array.from(
      codes,
      (_, i) => (steps[Math.floor(i / row)] ?? NaN) * (codes[order?.(i) ?? i] ?? NaN),
    ),
    quantizer: {
      format,
      step: isOne ? { shape: [], data: steps.slice(0, 1) } : { shape: [outputs], data: steps },
    },
  };
}

/** Weights that read the plain input instead of the normalised one, and what their sums then lack. */
export interface FoldedAffine {
  readonly weights: LayerWeights;
  /** Per output channel: to be added to the sums, in float64. */
  readonly offset: Float64Array;
}

/**
 * sum_i w_i (x_i - mean_i) / std_i as sum_i (w_i / std_i) x_i - sum_i (w_i / std_i) mean_i.
 *
 * @param inputOf input channel (or feature) of weight element i.
 * @returns null when a quantizer of the weights stands against it: its step can only take in one std for all.
 */
export function foldAffine(
  weights: LayerWeights,
  { mean, std }: InputAffine,
  inputOf: (i: number) => number,
): FoldedAffine | null {
  const { quantizer } = weights;
  const one = std.every((value) => value === std[0]) && (std[0] ?? NaN) > 0;
  if (quantizer !== null && !one) return null;
  const data = weights.data.map((weight, i) => weight / ofChannel(std, inputOf(i)));
  const [outputs = 1] = weights.shape;
  const row = data.length / outputs;
  const offset = new Float64Array(outputs);
  for (const [i, weight] of data.entries())
    offset[Math.floor(i / row)] = (offset[Math.floor(i / row)] ?? 0) - weight * ofChannel(mean, inputOf(i));
  if (quantizer === null) return { weights: { ...weights, data }, offset };
  const step = { ...quantizer.step, data: quantizer.step.data.map((value) => value / (std[0] ?? NaN)) };
  return { weights: { ...weights, data, quantizer: { ...quantizer, step } }, offset };
}

/** Stores weights, step and bias as parameters of layer `id`. */
export function storeLayer(
  { importer }: NodeScope,
  id: string,
  { shape, data, quantizer }: LayerWeights,
  bias: ArrayLike<number> | null,
): {
  readonly weight: string;
  readonly bias: string | null;
  readonly weightQuantizer: WeightQuantizer | null;
} {
  return {
    weight: importer.parameter(`${id}.weight`, shape, data),
    bias: bias === null ? null : importer.parameter(`${id}.bias`, [shape[0] ?? 0], bias),
    weightQuantizer:
      quantizer === null
        ? null
        : {
            format: quantizer.format,
            step: importer.parameter(`${id}.step`, quantizer.step.shape, quantizer.step.data),
          },
  };
}

/**
 * The layer's bias with the offset of a folded normalisation. When a batch norm is the only reader, the
 * offset waits for it instead (its mean takes it in) and the layer keeps the bias that it has.
 *
 * @param bias per output channel, or null.
 */
export function biasWithOffset(
  { importer, node }: NodeScope,
  bias: ArrayLike<number> | null,
  offset: Float64Array | null,
): ArrayLike<number> | null {
  if (offset === null || offset.every((value) => value === 0)) return bias;
  const output = node.outputs[0] ?? '';
  if (importer.onlyReader(output)?.operator === 'BatchNormalization') {
    importer.offsets.set(output, offset);
    return bias;
  }
  return offset.map((value, channel) => value + (bias?.[channel] ?? 0));
}
