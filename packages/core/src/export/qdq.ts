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

/**
 * QuantizeLinear, Clip of the codes where there are fewer than 256 levels, DequantizeLinear. The codes are uint8 even where
 * they would fit uint4: ONNX Runtime moves pooling between two quantizers onto the codes, and pools no 4-bit type.
 */
function throughCodes(
  writer: ModelWriter,
  input: string,
  scale: string,
  zeroPoint: number,
  levels: number,
  stem: string,
  made: string | null,
): string {
  const zero = writer.constant('uint8', [], [zeroPoint]);
  const codes = writer.helper('QuantizeLinear', [input, scale, zero], {}, `${stem}.codes`);
  const limits = [writer.constant('uint8', [], [0]), writer.constant('uint8', [], [levels - 1])];
  const limited = levels === 256 ? codes : writer.helper('Clip', [codes, ...limits], {}, `${stem}.clip`);
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
 * that exporters of fewer than 8 bits write (Brevitas calls it QCDQ). Operator set 21, which has 4-bit
 * types (for weights).
 *
 * A bias stands apart: ONNX Runtime (1.30) rounds one inside a Conv or Gemm between quantizers to units of the products.
 */
export const qdq: QuantizerStyle = { opset: 21, biasApart: true, weights, activation, input };
