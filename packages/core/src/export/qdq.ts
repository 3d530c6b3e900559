import { codeRange } from '../network/codes.ts';
import type { ModelQuantizeNode } from '../model/model.ts';
import { weightCodes } from '../model/weight-codes.ts';
import type { ElementType } from '../onnx/builder.ts';
import type { ModelWriter } from './model-writer.ts';
import type { QuantizedWeights, QuantizerStyle } from './quantizers.ts';

/**
 * Weights as integer constants behind a DequantizeLinear. A width without an element type of its own is int8 with
 * a Clip of the codes in between, which changes no code but states the width.
 */
function weights(
  writer: ModelWriter,
  { layer, name, tensor, quantizer, steps, path }: QuantizedWeights,
): string {
  const { format } = quantizer;
  const codes = weightCodes(tensor.data, steps.data, tensor.shape[0] ?? 1, format);
  const { min, max } = codeRange(format);
  const type: ElementType = min === -8 && max === 7 ? 'int4' : 'int8';
  const whole = type === 'int4' || (min === -128 && max === 127);
  const stored = writer.named(`${name}.codes`, type, tensor.shape, codes);
  const limited = whole
    ? stored
    : writer.helper(
        'Clip',
        [stored, writer.constant(type, [], [min]), writer.constant(type, [], [max])],
        {},
        `${layer}.weight.clip`,
      );
  const perChannel = steps.data.length > 1;
  const scale = writer.parameter(
    quantizer.step,
    `${path}.weightQuantizer.step`,
    perChannel ? [steps.data.length] : [],
  );
  const zeroPoint = writer.constant(
    type,
    perChannel ? [steps.data.length] : [],
    new Int8Array(steps.data.length),
  );
  return writer.helper(
    'DequantizeLinear',
    [limited, scale, zeroPoint],
    perChannel ? { axis: { int: 0 } } : {},
    `${layer}.weight.dequantize`,
  );
}

/** QuantizeLinear, Clip of the codes where the element type has more than `levels`, DequantizeLinear. */
function throughCodes(
  writer: ModelWriter,
  input: string,
  scale: string,
  zeroPoint: number,
  levels: number,
  stem: string,
  made: string | null,
): string {
  const type: ElementType = levels === 16 ? 'uint4' : 'uint8';
  const zero = writer.constant(type, [], [zeroPoint]);
  const codes = writer.helper('QuantizeLinear', [input, scale, zero], {}, `${stem}.codes`);
  const whole = levels === 16 || levels === 256;
  const limited = whole
    ? codes
    : writer.helper(
        'Clip',
        [codes, writer.constant(type, [], [0]), writer.constant(type, [], [levels - 1])],
        {},
        `${stem}.clip`,
      );
  const operands = [limited, scale, zero];
  return made === null
    ? writer.helper('DequantizeLinear', operands, {}, `${stem}.dequantize`)
    : writer.node('DequantizeLinear', operands, {}, made);
}

/**
 * The codes are the model's own, unsigned with its zero point. QuantizeLinear rounds x / scale before it adds the
 * zero point: on a tie it takes the even multiple of the step, not the even code; they differ where the zero point is odd.
 * A zero point of k + 1/2 has no integer: x is shifted by half a step before and back behind.
 */
function activation(writer: ModelWriter, node: ModelQuantizeNode, input: string, path: string): void {
  const step = writer.steps(node.step, `${path}.step`).data[0];
  const scale = writer.parameter(node.step, `${path}.step`, []);
  const whole = Math.floor(node.zeroPoint);
  if (whole === node.zeroPoint) {
    throughCodes(writer, input, scale, whole, node.levels, node.id, node.id);
    return;
  }
  const half = writer.scalar(step / 2);
  const shifted = writer.helper('Add', [input, half], {}, `${node.id}.shift`);
  const made = throughCodes(writer, shifted, scale, whole, node.levels, node.id, null);
  writer.node('Sub', [made, half], {}, node.id);
}

function input(writer: ModelWriter, name: string): string {
  const { bits, scale } = writer.graph.input;
  return throughCodes(writer, name, writer.scalar(scale), 0, 2 ** bits, name, null);
}

/**
 * QuantizeLinear / DequantizeLinear as ONNX Runtime executes them, and with the clipped codes between them
 * that exporters of fewer than 8 bits write (Brevitas calls it QCDQ). Operator set 21, which has 4-bit types.
 */
export const qdq: QuantizerStyle = { opset: 21, weights, activation, input };
