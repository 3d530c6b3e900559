import type { FloatTensor, ModelNode } from '../../../model/model.ts';
import type { Importer } from '../importer.ts';
import type { NodeScope } from '../scope.ts';
import type { Activation } from '../value.ts';

function isAll(tensor: FloatTensor | undefined, value: number): boolean {
  return tensor?.data.every((element) => element === value) ?? false;
}

/** Whether one ONNX node reads the values that a model node stands for, apart from those that make another of them. */
function isReadOnce(importer: Importer, id: string): boolean {
  const names = new Set(
    [...importer.values].flatMap(([name, value]) =>
      value.kind === 'activation' && value.id === id ? [name] : [],
    ),
  );
  const readers = [...names].flatMap((name) => importer.readers(name));
  const others = readers.filter(({ outputs }) => !outputs.some((output) => names.has(output)));
  return others.length === 1 && !importer.graph.outputs.some((name) => names.has(name));
}

/** Takes `shift` off what `node` adds to every element and returns the id of the value without it; null when it adds something else. */
function without(importer: Importer, node: ModelNode | undefined, shift: number): string | null {
  const parameter = (name: string): FloatTensor | undefined => importer.parameters.get(name);
  if (node?.kind === 'batch-norm') {
    const { gamma, beta, mean, variance, epsilon, input } = node;
    const isSum = isAll(parameter(gamma), 1) && isAll(parameter(mean), 0) && isAll(parameter(variance), 1);
    return isSum && epsilon === 0 && isAll(parameter(beta), shift) ? input : null;
  }
  if (node?.kind !== 'conv' && node?.kind !== 'fully-connected') return null;
  if (node.bias === null || !isAll(parameter(node.bias), shift) || !isReadOnce(importer, node.id))
    return null;
  importer.replace({ ...node, bias: null });
  return node.id;
}

/**
 * Half a step added before a quantizer and taken off behind it: a zero point of k + 1/2, which QuantizeLinear does not have.
 * Exact on ties only where the quantizer's own zero point is even: others stay as they are.
 *
 * @param subtracted what the node takes off every element.
 * @returns the quantized value, or null when this is something else.
 */
export function halfZeroPoint(
  { importer, node }: NodeScope,
  value: Activation,
  index: number,
  subtracted: number,
): Activation | null {
  const quantizer = importer.maker(value.id);
  if (quantizer?.kind !== 'quantize' || quantizer.zeroPoint % 2 !== 0) return null;
  const step = importer.parameters.get(quantizer.step)?.data[0] ?? NaN;
  const zeroPoint = quantizer.zeroPoint + subtracted / step;
  const isHalf = Math.abs(subtracted) === step / 2 && zeroPoint > 0 && zeroPoint < quantizer.levels - 1;
  const isOwn = importer.onlyReader(node.inputs[index] ?? '') !== null && !importer.isRead(quantizer.id);
  if (!isHalf || !isOwn) return null;
  const input = without(importer, importer.maker(quantizer.input), Math.fround(subtracted));
  if (input === null) return null;
  importer.replace({ ...quantizer, input, zeroPoint });
  for (const [name, id] of importer.places) if (id === quantizer.id) importer.places.delete(name);
  return value;
}
