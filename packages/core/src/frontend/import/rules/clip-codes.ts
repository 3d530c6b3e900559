import { INPUT_ID } from '../../../network/network.ts';
import { isInputCodes } from '../quantizer.ts';
import type { NodeScope } from '../scope.ts';
import type { ConstantValue } from '../value.ts';

function clipConstant(scope: NodeScope, constant: ConstantValue, low: number, high: number): void {
  const data = Float64Array.from(constant.data, (code) => Math.min(high, Math.max(low, code)));
  const isRange = Number.isFinite(low) && Number.isFinite(high);
  scope.set({ ...constant, data, ...(isRange ? { range: { low, high } } : {}) });
}

/**
 * Clip between QuantizeLinear (or stored weight codes) and DequantizeLinear: codes of a width that no element type has, as
 * exporters of fewer than 8 bits write them. The quantizer has these levels only.
 *
 * @param low smallest code, -Infinity where the file gives none.
 * @param high largest code.
 */
export function clipCodes(scope: NodeScope, low: number, high: number): void {
  const { importer, node } = scope;
  const input = scope.value(0);
  if (input.kind === 'constant') {
    clipConstant(scope, input, low, high);
    return;
  }
  const value = scope.settled(0, { integers: true });
  const wide = importer.maker(value.id);
  const { integers } = value;
  if (wide?.kind !== 'quantize' || integers === null)
    return scope.refuse('clips integers that no QuantizeLinear made', 'clip right behind QuantizeLinear');
  // Code 0 of the wide quantizer is the file's code `first`.
  const first = integers.zeroPoint - wide.zeroPoint;
  const least = Math.max(low, first);
  const levels = Math.min(high, first + wide.levels - 1) - least + 1;
  const zeroPoint = integers.zeroPoint - least;
  if (levels < 2 || zeroPoint < 0 || zeroPoint >= levels)
    scope.refuse(
      `leaves the codes ${least} .. ${least + levels - 1} of a quantizer with zero point ${integers.zeroPoint}`,
      'keep at least two codes, the zero point among them',
    );
  if (wide.input === INPUT_ID && isInputCodes(importer, { levels, zeroPoint, scale: integers.scale })) {
    scope.set({ ...value, id: INPUT_ID });
    return;
  }
  const narrow = { ...wide, bits: Math.ceil(Math.log2(levels)), zeroPoint, levels };
  if (importer.onlyReader(node.inputs[0] ?? '') !== null && !importer.isRead(wide.id)) {
    importer.replace(narrow);
    scope.set(value);
    return;
  }
  scope.set({ ...importer.add({ ...narrow, id: scope.id() }, value.shape), integers });
}
