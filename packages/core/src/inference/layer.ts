import type { FloatTensor, ModelConvNode, ModelFullyConnectedNode } from '../model/model.ts';
import { weightCodes } from '../model/weight-codes.ts';
import { windowOutput } from '../network/window.ts';
import { elements, type Codes, type Held, type Reals, type Writer } from './writer.ts';

/** Integers of this size and below are float32 numbers, and so is every sum of integers that stays below. */
const EXACT_FLOAT32 = 2 ** 24;

/** A layer's weights: as codes with the step of each output (or one), or as they are. */
interface Weights {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  /** Null: `values` are real weights. */
  readonly steps: Float32Array | null;
}

type Layer = ModelConvNode | ModelFullyConnectedNode;

function weightsOf(layer: Layer, parameters: ReadonlyMap<string, FloatTensor>): Weights {
  const { shape, data } = parameters.get(layer.weight)!;
  const quantizer = layer.weightQuantizer;
  if (quantizer === null) return { shape, values: data, steps: null };
  const steps = parameters.get(quantizer.step)!.data;
  return { shape, values: weightCodes(data, steps, shape[0], quantizer.format), steps };
}

/** The largest magnitude that any partial sum of products of weight and input codes can have. */
function largestSum({ shape, values }: Weights, reach: number): number {
  const size = values.length / shape[0];
  let largest = 0;
  for (let output = 0; output < shape[0]; output++) {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += Math.abs(values[output * size + i]);
    largest = Math.max(largest, sum);
  }
  return largest * reach;
}

function outputShape(layer: Layer, { shape: [outputs] }: Weights, input: Held): readonly number[] {
  const [batch, ...shape] = input.shape;
  if (layer.kind === 'fully-connected') return [batch, outputs];
  return [batch, outputs, ...windowOutput(layer, shape, layer.dilation)];
}

/** Sums of products in float32: exact for integers below {@link EXACT_FLOAT32}, in any order. @returns a float32 name. */
function sumsInFloat32(writer: Writer, layer: Layer, weights: Weights, input: Codes): string {
  const { builder } = writer;
  const constant = builder.constant('float32', weights.shape, weights.values);
  if (layer.kind === 'fully-connected') {
    return builder.node('Gemm', [input.name, constant], { transB: { int: 1 } });
  }
  return builder.node('Conv', [input.name, constant], {
    kernel_shape: { ints: layer.kernel },
    strides: { ints: layer.stride },
    pads: { ints: layer.padding },
    dilations: { ints: layer.dilation },
    group: { int: layer.groups },
  });
}

/** Sums of products in float64, a matrix product for each element of the kernel. @returns a float64 name. */
function sumsInFloat64(writer: Writer, layer: Layer, weights: Weights, input: Reals): string {
  const { builder } = writer;
  const [outputs, depth] = weights.shape;
  if (layer.kind === 'fully-connected') {
    const constant = builder.constant('float64', weights.shape, weights.values);
    return builder.node('Gemm', [input.name, constant], { transB: { int: 1 } });
  }
  const { groups, kernel, stride, dilation } = layer;
  const [top, left, bottom, right] = layer.padding;
  const padded = writer.pad(input, [0, top, left], [0, bottom, right]);
  const [batch, channels] = input.shape;
  const [, , rows, columns] = outputShape(layer, weights, input);
  const area = kernel[0] * kernel[1];
  let sum: string | null = null;
  for (let tap = 0; tap < area; tap++) {
    const start = [0, Math.floor(tap / kernel[1]) * dilation[0], (tap % kernel[1]) * dilation[1]];
    const size = [channels, rows, columns];
    const seen = writer.slice(padded, { start, size, step: [1, ...stride] });
    const vectors = writer.reshape(seen, [batch, groups, depth, rows * columns]);
    const matrix = Float64Array.from({ length: outputs * depth }, (_, i) => weights.values[i * area + tap]);
    const constant = builder.constant('float64', [1, groups, outputs / groups, depth], matrix);
    const product = builder.node('MatMul', [constant, vectors.name]);
    sum = sum === null ? product : builder.node('Add', [sum, product]);
  }
  return builder.node('Reshape', [sum!, writer.integers([batch, outputs, rows, columns])]);
}

/**
 * A convolution or fully connected layer. Of codes with quantized weights: the sum of code products exactly,
 * in float32 where no partial sum can leave what it holds exactly and in float64 otherwise, then one
 * multiplication by the steps and the addition of the bias, in float64. Of anything else: float64 throughout.
 */
export function writeLayer(
  writer: Writer,
  layer: Layer,
  input: Held,
  parameters: ReadonlyMap<string, FloatTensor>,
): Reals {
  const weights = weightsOf(layer, parameters);
  const shape = outputShape(layer, weights, input);
  const rank = shape.length;
  let result: Reals;
  if (input.kind === 'codes' && weights.steps !== null) {
    const isExact = largestSum(weights, input.reach) <= EXACT_FLOAT32 * input.unit;
    const sums = isExact
      ? writer.cast(sumsInFloat32(writer, layer, weights, input), 'float64')
      : sumsInFloat64(writer, layer, weights, {
          kind: 'reals',
          name: writer.cast(input.name, 'float64'),
          shape: input.shape,
        });
    // float32 times float32: exact in float64.
    const scales = Float64Array.from(weights.steps, (step) => step * input.step);
    result = writer.reals('Mul', [sums, writer.constant(scales, rank)], shape);
  } else {
    const { steps, values } = weights;
    const size = elements(weights.shape) / weights.shape[0];
    const real =
      steps === null
        ? values
        : Float64Array.from(values, (code, i) => code * steps[steps.length === 1 ? 0 : Math.floor(i / size)]);
    const plain: Weights = { shape: weights.shape, values: real, steps: null };
    const name = sumsInFloat64(writer, layer, plain, writer.toReals(input));
    result = { kind: 'reals', name, shape };
  }
  if (layer.bias === null) return result;
  const bias = writer.constant(parameters.get(layer.bias)!.data, rank);
  return writer.reals('Add', [result.name, bias], shape);
}
