import { intAttribute } from '../../onnx/ops/support/attributes.ts';
import { integerRange, numbersOf } from '../../onnx/ops/support/elements.ts';
import { scaleOffsets } from '../../onnx/ops/support/granularity.ts';
import { dequantizeLinear as reference } from '../../onnx/ops/dequantize-linear.ts';
import type { OnnxTensor } from '../../onnx/tensor.ts';
import { dividedBy, minus } from '../input-affine.ts';
import { extremes, quantizeActivation, weightFormat } from '../quantizer.ts';
import type { ImportRule, NodeScope } from '../scope.ts';
import type { ConstantQuantization, ConstantValue } from '../value.ts';

function tensorOf({ importer, node }: NodeScope, index: number): OnnxTensor | null {
  return importer.graph.constants.get(node.inputs[index] ?? '') ?? null;
}

/** Scale and zero point of an activation: one number each. */
function parameters(scope: NodeScope): { readonly scale: number; readonly zeroPoint: number } {
  const one = (index: number, what: string): number => {
    const { data, shape } = scope.constant(index, `its ${what}`);
    if (data.length !== 1)
      scope.refuse(
        `its ${what} has shape [${shape.join(', ')}]`,
        'codes of activations have one scale and zero point for the whole value',
      );
    return data[0];
  };
  return { scale: one(1, 'scale'), zeroPoint: scope.has(2) ? one(2, 'zero point') : 0 };
}

/** QuantizeLinear of an activation: a quantize node, whose integers a DequantizeLinear reads. */
export const quantizeLinear: ImportRule = (scope) => {
  const value = scope.settled(0);
  const { scale, zeroPoint } = parameters(scope);
  const type = scope.importer.graph.types.get(scope.node.outputs[0] ?? '')?.type ?? 'float32';
  const range = integerRange(type);
  if (range === null) return scope.refuse(`quantizes to ${type}`, 'use an integer type of at most 8 bits');
  const [low, high] = range;
  const quantized = quantizeActivation(scope, value, { low, high, scale, zeroPoint });
  scope.set({ ...quantized, integers: { scale, zeroPoint } });
};

/** What a constant of integers is on the macro. */
function quantizationOf(
  scope: NodeScope,
  x: OnnxTensor,
  scale: OnnxTensor,
  zeroPoint: OnnxTensor | null,
  range: ConstantValue['range'],
): ConstantQuantization {
  const at = scaleOffsets(scope, x.shape, scale);
  const zeros = zeroPoint === null ? null : numbersOf(zeroPoint);
  const codes = Int32Array.from(numbersOf(x), (code, i) => code - (zeros?.[at?.[i] ?? 0] ?? 0));
  const all = numbersOf(scale);
  const scales = Float32Array.from(at ?? [0], (offset) => all[offset] ?? NaN);
  const { low, high } = extremes(codes);
  if (intAttribute(scope, 'block_size', 0) !== 0)
    return {
      codes,
      scales,
      format: { refusal: 'have scales in blocks', remedy: 'use one scale per tensor or output channel' },
    };
  if (range !== undefined && (zeros ?? [0]).every((zero) => zero === zeros?.[0])) {
    const shift = zeros?.[0] ?? 0;
    return { codes, scales, format: weightFormat(range.low - shift, range.high - shift) };
  }
  const stated = integerRange(x.type);
  const [least, most] = stated ?? [low, high];
  // Codes as wide as their type says, unless a zero point moved them beyond what that holds.
  const bits = Math.log2(most - least + 1);
  const half = 2 ** (bits - 1);
  if (low < -half || high >= half) return { codes, scales, format: weightFormat(low, high) };
  return { codes, scales, format: weightFormat(low === -half ? low : Math.max(1 - half, -half), half - 1) };
}

/** The stored integers, clipped or not. */
function integersOf(scope: NodeScope, { shape, data }: ConstantValue): OnnxTensor | null {
  const type = scope.importer.graph.types.get(scope.node.inputs[0] ?? '')?.type;
  return tensorOf(scope, 0) ?? (type === undefined ? null : { type, shape, data: Int32Array.from(data) });
}

function ofConstant(scope: NodeScope, constant: ConstantValue): void {
  const [x, scale, zeroPoint] = [integersOf(scope, constant), tensorOf(scope, 1), tensorOf(scope, 2)];
  if (x === null || scale === null) return scope.refuse('its scale is no constant', 'export again');
  const values = reference.evaluate([x, scale, zeroPoint], scope).at(0) ?? null;
  if (values === null) return scope.refuse('makes nothing', 'export again');
  const quantization = quantizationOf(scope, x, scale, zeroPoint, constant.range);
  scope.set({ ...constant, shape: values.shape, data: numbersOf(values), quantization });
}

/** DequantizeLinear: of constants a weight quantizer, of a QuantizeLinear's integers the quantized value itself. */
export const dequantizeLinear: ImportRule = (scope) => {
  const input = scope.value(0);
  if (input.kind === 'constant') {
    ofConstant(scope, input);
    return;
  }
  const value = scope.activation(0, { integers: true });
  const { scale, zeroPoint } = parameters(scope);
  if (value.integers !== null) {
    if (value.integers.scale !== scale || value.integers.zeroPoint !== zeroPoint)
      scope.refuse(
        `has scale ${scale} and zero point ${zeroPoint}, the QuantizeLinear before it ${value.integers.scale} and ${value.integers.zeroPoint}`,
        'give both the same',
      );
    scope.set({ ...value, integers: null });
    return;
  }
  if (value.id !== 'input' || scope.importer.graph.types.get(scope.node.inputs[0] ?? '')?.type !== 'uint8')
    scope.refuse('reads what no QuantizeLinear made', 'put a QuantizeLinear before it (QDQ format)');
  scope.set({ ...value, affine: dividedBy(minus(value.affine, [zeroPoint]), [1 / scale]) });
};
