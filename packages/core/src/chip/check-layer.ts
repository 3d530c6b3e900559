import type { Issue } from '../diagnostics/index.ts';
import type { Chip } from './chip.ts';
import { chipFormats } from './formats.ts';
import { digitPlan } from './digit-plan.ts';
import type { MacLayer } from '../network/mac-layer.ts';
import { partialSumBounds, signedBits } from './partial-sums.ts';

/**
 * Why a chip cannot hold a layer; empty when it can.
 *
 * - `too-many-digits`: an operand splits into more digits than the chip's limit,
 * - `partial-sum-overflow`: the sum over one vector may leave the stored partial sum,
 * - `accumulator-overflow`: the sum over all vectors and passes may leave the accumulators outside.
 *
 * Bounds are proven from the actual weights over all inputs, so no image can overflow a layer that passes.
 */
export function checkLayer(layer: MacLayer, chip: Chip): readonly Issue[] {
  const plan = digitPlan(chipFormats(chip), layer.weights.format, layer.inputBits);
  const issues: Issue[] = [];
  const report = (code: string, path: string, message: string, remedy: string): void => {
    issues.push({ code, path: `${layer.id}.${path}`, message, remedy });
  };
  const limit = chip.limits.maxDigits.value;
  for (const [operand, digits, bits] of [
    ['weights', plan.weightDigits, layer.weights.format.bits],
    ['input', plan.activationDigits, layer.inputBits],
  ] as const) {
    if (digits > limit) {
      report(
        'too-many-digits',
        operand,
        `${bits}-bit codes split into ${digits} digits, chip '${chip.name}' handles at most ${limit}`,
        'quantize the layer to fewer bits, or raise limits.maxDigits of the chip',
      );
    }
  }
  const bounds = partialSumBounds(layer, plan, chip.geometry.entries.value);
  const stored = chip.geometry.partialSumBits.value;
  if (signedBits(bounds.vector) > stored) {
    report(
      'partial-sum-overflow',
      'weights',
      `the sum over one vector reaches ${bounds.vector}, which needs ${signedBits(bounds.vector)} signed bits; partial sums of chip '${chip.name}' have ${stored}`,
      'use narrower operands, or raise geometry.partialSumBits of the chip',
    );
  }
  const outside = chip.limits.accumulatorBits.value;
  if (signedBits(bounds.total) > outside) {
    report(
      'accumulator-overflow',
      'weights',
      `the dot product reaches ${bounds.total}, which needs ${signedBits(bounds.total)} signed bits; accumulators of chip '${chip.name}' have ${outside}`,
      'split the layer, use narrower operands, or raise limits.accumulatorBits of the chip',
    );
  }
  return issues;
}
