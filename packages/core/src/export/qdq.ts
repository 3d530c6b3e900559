import { codeRange, type CodeFormat } from '../network/codes.ts';
import type { ModelQuantizeNode } from '../model/model.ts';
import { weightCodes } from '../model/weight-codes.ts';
import type { ElementType } from '../onnx/builder.ts';
import type { ModelWriter } from './model-writer.ts';
import type { QuantizedWeights, QuantizerStyle } from './quantizers.ts';

/** Element type that says the format by itself; null where codes need a Clip to state their range. */
function statingType({ system, bits }: CodeFormat, codes: Int8Array): ElementType | null {
  // Readers take an integer type without its lowest code for a symmetric one.
  const isStated = system === 'sign-magnitude' || codes.includes(-(2 ** (bits - 1)));
  if (!isStated) return null;
  return bits === 8 ? 'int8' : bits === 4 ? 'int4' : null;
}

/**
 * Weights as integer constants behind a DequantizeLinear. Formats that no element type states are int8 with a Clip of the
 * codes in between, which changes no code but gives their range.
 */
function weights(
  writer: ModelWriter,
  { layer, name, tensor, quantizer, steps, path }: QuantizedWeights,
): string {
  const { format } = quantizer;
  const codes = weightCodes(tensor.data, steps.data, tensor.shape[0] ?? 1, format);
  const stating = statingType(format, codes);
  const type = stating ?? 'int8';
  const stored = writer.named(`${name}_quantized`, type, tensor.shape, codes);
  const { min, max } = codeRange(format);
  const limited =
    stating === null
      ? writer.helper(
          'Clip',
          [stored, writer.constant(type, [], [min]), writer.constant(type, [], [max])],
          {},
          `${layer}.weight.clip`,
        )
      : stored;
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
  { id, zeroPoint, levels }: { readonly id: string; readonly zeroPoint: number; readonly levels: number },
  made: string,
): string {
  const zero = writer.constant('uint8', [], [zeroPoint]);
  const codes = writer.helper('QuantizeLinear', [input, scale, zero], {}, `${id}.codes`, id);
  const limits = (): readonly string[] =>
    [0, levels - 1].map((limit) => writer.constant('uint8', [], [limit]));
  const limited = levels === 256 ? codes : writer.helper('Clip', [codes, ...limits()], {}, `${id}.clip`);
  return writer.node('DequantizeLinear', [limited, scale, zero], {}, made, `${id}.dequantize`);
}

/**
 * The codes are the model's own: unsigned, the zero point added after rounding. A zero point of k + 1/2 has no integer: x is
 * shifted by half a step before and back behind. Of the two integers beside it the even one is taken, so that ties round as
 * the model's do.
 */
function activation(writer: ModelWriter, node: ModelQuantizeNode, input: string, path: string): void {
  const step = writer.steps(node.step, `${path}.step`).data[0];
  const scale = writer.parameter(node.step, `${path}.step`, []);
  const below = Math.floor(node.zeroPoint);
  if (below === node.zeroPoint) {
    throughCodes(writer, input, scale, node, node.id);
    return;
  }
  const zeroPoint = below % 2 === 0 ? below : below + 1;
  const half = writer.scalar(step * (node.zeroPoint - zeroPoint));
  const shifted = writer.helper('Add', [input, half], {}, `${node.id}.shift`);
  const unshifted = writer.fresh(`${node.id}.unshift`);
  const made = throughCodes(writer, shifted, scale, { ...node, zeroPoint }, unshifted);
  writer.node('Sub', [made, half], {}, node.id, `${node.id}.sub`);
}

function input(writer: ModelWriter, name: string): string {
  const { bits, scale } = writer.graph.input;
  const codes = { id: name, zeroPoint: 0, levels: 2 ** bits };
  return throughCodes(writer, name, writer.scalar(scale), codes, writer.fresh(`${name}.dequantize`));
}

/**
 * QuantizeLinear / DequantizeLinear as ONNX Runtime executes them, and with the clipped codes between them
 * that exporters of fewer than 8 bits write (Brevitas calls it QCDQ). Operator set 21, which has 4-bit
 * types (for weights).
 *
 * A bias stands apart: ONNX Runtime (1.30) rounds one inside a Conv or Gemm between quantizers to units of the products.
 */
export const qdq: QuantizerStyle = { opset: 21, biasApart: true, weights, activation, input };
