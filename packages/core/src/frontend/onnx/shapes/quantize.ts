import { QONNX_DOMAINS } from '../domains.ts';
import { describeElementType, elementTypeOf } from '../element-type.ts';
import type { OnnxElementType } from '../tensor.ts';
import {
  broadcast,
  inputType,
  intOf,
  refuse,
  refuseUnsupported,
  rulesFor,
  shapeText,
  type NamedShapeRule,
  type ShapeContext,
  type ShapeRule,
} from './rule.ts';

/** Type stated by attribute `output_dtype` (opset 21 and later), null when it states none. */
function statedType(context: ShapeContext): OnnxElementType | null {
  const number = intOf(context, 'output_dtype', 0);
  if (number === 0) return null;
  return (
    elementTypeOf(number) ??
    refuseUnsupported(context, `output_dtype ${describeElementType(number)}`, 'use a type that is read')
  );
}

const quantizeLinear: ShapeRule = (context) => {
  const zeroPoint = context.inputs.at(2) ?? null;
  return [{ type: zeroPoint?.type ?? statedType(context) ?? 'uint8', shape: inputType(context, 0).shape }];
};

/** The result has the scale's type; until opset 18 that is float32. */
const dequantizeLinear: ShapeRule = (context) => [
  { type: statedType(context) ?? inputType(context, 1).type, shape: inputType(context, 0).shape },
];

const dynamicQuantizeLinear: ShapeRule = (context) => [
  { type: 'uint8', shape: inputType(context, 0).shape },
  { type: 'float32', shape: [] },
  { type: 'uint8', shape: [] },
];

/** QONNX quantizers: float codes of the input's shape, to which all parameters broadcast. */
function qonnxQuantizer(parameters: number): ShapeRule {
  return (context) => {
    const x = inputType(context, 0);
    for (let index = 1; index <= parameters; index++) {
      const { shape } = inputType(context, index);
      if (shapeText(broadcast(context, [x.shape, shape])) !== shapeText(x.shape))
        refuse(
          context,
          `input ${index} of shape ${shapeText(shape)}`,
          `it broadcasts to the input's shape ${shapeText(x.shape)}`,
        );
    }
    return [x];
  };
}

const multiThreshold: ShapeRule = (context) => {
  const thresholds = inputType(context, 1).shape;
  if (thresholds.length !== 2)
    refuse(context, `thresholds of shape ${shapeText(thresholds)}`, 'give [channels, thresholds]');
  return [inputType(context, 0)];
};

function qonnxRules(name: string, rule: ShapeRule): readonly NamedShapeRule[] {
  return QONNX_DOMAINS.map((domain) => ({ domain, name, rule }));
}

/** Rules of quantizers, ONNX's and QONNX's. */
export const quantizeRules: readonly NamedShapeRule[] = [
  ...rulesFor(['QuantizeLinear'], quantizeLinear),
  ...rulesFor(['DequantizeLinear'], dequantizeLinear),
  ...rulesFor(['DynamicQuantizeLinear'], dynamicQuantizeLinear),
  ...qonnxRules('Quant', qonnxQuantizer(3)),
  ...qonnxRules('IntQuant', qonnxQuantizer(3)),
  ...qonnxRules('BipolarQuant', qonnxQuantizer(1)),
  ...qonnxRules('Trunc', qonnxQuantizer(4)),
  ...qonnxRules('MultiThreshold', multiThreshold),
];
