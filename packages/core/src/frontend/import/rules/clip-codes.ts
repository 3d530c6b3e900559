import type { NodeScope } from '../scope.ts';
import { quantizeActivation } from '../quantizer.ts';
import type { ConstantValue } from '../value.ts';

function clipConstant(scope: NodeScope, constant: ConstantValue, low: number, high: number): void {
  const data = Float64Array.from(constant.data, (code) => Math.min(high, Math.max(low, code)));
  const isRange = Number.isFinite(low) && Number.isFinite(high);
  scope.set({ ...constant, data, ...(isRange ? { range: { low, high } } : {}) });
}

/**
 * Clip between QuantizeLinear (or stored weight codes) and DequantizeLinear: codes of a width that no element type has, as
 * exporters of fewer than 8 bits write them. Of an activation the quantizer that has these levels only.
 *
 * @param low smallest code, -Infinity where the file gives none.
 * @param high largest code.
 */
export function clipCodes(scope: NodeScope, low: number, high: number): void {
  const { importer } = scope;
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
  // Code 0 of the model is the file's `first`.
  const first = integers.zeroPoint - wide.zeroPoint;
  const levels = {
    low: Math.max(low, first),
    high: Math.min(high, first + wide.levels - 1),
    scale: integers.scale,
    zeroPoint: integers.zeroPoint,
  };
  const source = importer.maker(wide.input);
  const narrow = quantizeActivation(
    scope,
    { ...value, id: wide.input, integers: null },
    levels,
  );
  scope.set({ ...narrow, integers });
}
