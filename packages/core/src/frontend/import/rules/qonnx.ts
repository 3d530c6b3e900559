import { requiredInt } from '../../onnx/ops/support/attributes.ts';
import { numbersOf } from '../../onnx/ops/support/elements.ts';
import { broadcastOffsets } from '../../onnx/ops/support/shape.ts';
import { bipolarQuant } from '../../onnx/ops/qonnx/bipolar-quant.ts';
import { quants } from '../../onnx/ops/qonnx/quant.ts';
import { levelRange } from '../../onnx/ops/qonnx/rounding.ts';
import type { OnnxTensor } from '../../onnx/tensor.ts';
import { quoted } from '../../onnx/place.ts';
import { quantizeActivation, weightFormat } from '../quantizer.ts';
import type { ImportRule, NodeScope } from '../scope.ts';
import type { ConstantQuantization, ConstantValue } from '../value.ts';

/** A parameter that must be one number. */
function scalar(scope: NodeScope, index: number, what: string): number {
  const { data, shape } = scope.constant(index, `its ${what}`);
  const [value = NaN] = data;
  if (data.length === 0 || !data.every((other) => other === value))
    scope.refuse(
      `its ${what} has shape [${shape.join(', ')}] and differing elements`,
      'codes of activations have one scale and zero point for the whole value',
    );
  return value;
}

function tensorOf({ shape, data }: Pick<ConstantValue, 'shape' | 'data'>): OnnxTensor {
  return { type: 'float32', shape, data: Float32Array.from(data) };
}

/** Codes and float32 values of a constant behind its quantizer, by the operator's own reference semantics. */
function quantizeConstant(
  scope: NodeScope,
  constant: ConstantValue,
  values: OnnxTensor,
  format: ConstantQuantization['format'],
): void {
  const scale = scope.constant(1, 'its scale');
  const at = broadcastOffsets(scale.shape, constant.shape);
  const scales = Float32Array.from(
    scale.data.length === 1 ? scale.data : constant.data,
    (_, i) => scale.data[at?.[i] ?? i] ?? NaN,
  );
  const data = numbersOf(values);
  const codes = Int32Array.from(data, (value, i) =>
    Math.round(value / (scales[scales.length === 1 ? 0 : i] ?? NaN)),
  );
  scope.set({ ...constant, shape: values.shape, data, quantization: { codes, scales, format } });
}

/** Modes that a quantize node has. */
const HALF_EVEN = new Set(['ROUND', 'HALF_EVEN']);

/** Quant (IntQuant): a weight quantizer of constants, a quantize node of activations. */
export const quant: ImportRule = (scope) => {
  const isSigned = requiredInt(scope, 'signed') !== 0;
  const isNarrow = requiredInt(scope, 'narrow') !== 0;
  const bits = scalar(scope, 3, 'bit width');
  const input = scope.value(0);
  if (input.kind === 'constant') {
    const operator = quants.find(({ name }) => name === scope.node.operator);
    const inputs = [input, ...[1, 2, 3].map((index) => scope.constant(index, 'a parameter'))].map(tensorOf);
    const values = operator?.evaluate(inputs, scope).at(0) ?? null;
    if (values === null) return scope.refuse('makes nothing', 'export again');
    quantizeConstant(scope, input, values, constantFormat(scope, bits, isSigned, isNarrow));
    return;
  }
  const value = scope.settled(0);
  const scale = scalar(scope, 1, 'scale');
  const zeroPoint = scalar(scope, 2, 'zeropt');
  if (bits === 1 && isSigned) {
    if (zeroPoint !== 0) scope.refuse(`its zeropt is ${zeroPoint} with one signed bit`, 'use 0');
    bipolar(scope, scale);
    return;
  }
  const stated = scope.node.attributes.get('rounding_mode');
  const mode = stated?.kind === 'string' ? stated.value : 'ROUND';
  if (!HALF_EVEN.has(mode.toUpperCase()))
    scope.refuse(
      `attribute rounding_mode is ${quoted(mode)}`,
      'thresholds round to nearest, ties to even (ROUND)',
    );
  if (Math.abs(zeroPoint % 2) === 1)
    scope.remark(
      'a value exactly halfway between two codes goes to the other one: the odd zero point is added after rounding, QONNX adds it before',
    );
  const [low, high] = levelRange(bits, isSigned, isNarrow);
  scope.set(quantizeActivation(scope, value, { low, high, scale, zeroPoint }));
};

function constantFormat(
  scope: NodeScope,
  bits: number,
  isSigned: boolean,
  isNarrow: boolean,
): ConstantQuantization['format'] {
  const zeros = scope.constant(2, 'its zeropt').data;
  // The codes -1 and 0, which are no signed codes of one bit in QONNX.
  if (bits === 1 && !isSigned && !isNarrow && zeros.every((zero) => zero === 1)) return weightFormat(-1, 0);
  if (zeros.some((zero) => zero !== 0))
    return { refusal: 'have a zero point other than 0', remedy: 'use symmetric weights: zeropt 0' };
  if (!isSigned)
    return { refusal: 'are unsigned', remedy: 'the macro holds signed weights; quantize with signed 1' };
  if (bits > 8) return { refusal: `have ${bits} bits`, remedy: 'the macro holds weights of at most 8 bits' };
  if (bits === 1) return { system: 'sign-magnitude', bits: 2 };
  return { system: isNarrow ? 'sign-magnitude' : 'twos-complement', bits };
}

/** Of a step: what lifts an input of exactly 0 over the tie between the two codes, in float32 too, and nothing else of consequence. */
const LIFT = 2 ** -24;

/**
 * -scale and scale as the codes 0 and 1 of twice the step around a zero point of 1/2. QONNX takes 0 for +scale,
 * ties to even would take it for -scale: the input is lifted by 2^-24 of the step before.
 */
function bipolar(scope: NodeScope, scale: number): void {
  const { importer } = scope;
  const step = 2 * Math.fround(scale);
  const id = importer.names.of(scope.node);
  const lifted = importer.addAffine(importer.names.unique(`${id}.lift`), scope.settled(0), {
    beta: [step * LIFT],
  });
  scope.remark('0 becomes the positive value as in QONNX: 2^-24 of a step is added before the quantizer');
  const levels = { low: 0, high: 1, scale: step, zeroPoint: 0.5 };
  scope.set(quantizeActivation(scope, lifted, levels, id));
}

/** BipolarQuant: scale where x >= 0, else -scale. */
export const bipolarQuantRule: ImportRule = (scope) => {
  const input = scope.value(0);
  if (input.kind !== 'constant') {
    bipolar(scope, scalar(scope, 1, 'scale'));
    return;
  }
  const values =
    bipolarQuant.evaluate([input, scope.constant(1, 'its scale')].map(tensorOf), scope).at(0) ?? null;
  if (values === null) return scope.refuse('makes nothing', 'export again');
  quantizeConstant(scope, input, values, weightFormat(-1, 1));
};

/** Trunc: its floor of a value that lies on a grid already has no quantize node. */
export const trunc: ImportRule = (scope) => {
  scope.refuse(
    'cuts low bits off by rounding down, quantize nodes round to nearest',
    'export the average pooling with a Quant behind it instead of a Trunc',
  );
};

/** MultiThreshold: thresholds of its own. */
export const multiThreshold: ImportRule = (scope) => {
  scope.refuse(
    'states its thresholds one by one, quantize nodes have a step (a graph would need thresholds per channel as parameters)',
    'import the network before it was streamlined, with Quant nodes and batch norms',
  );
};
