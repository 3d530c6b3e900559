import { codeRange, isCodeFormat } from '../codes.ts';
import { showShape, type Check } from '../check.ts';
import { INT32_MAX, INT32_MIN } from '../integers.ts';
import type { Weights } from '../network.ts';
import type { CodesType, TensorType } from '../tensor-type.ts';

/** The input as codes, or null and an issue: only codes can be searched and multiplied on the macro. */
export function requireCodes(input: TensorType, check: Check): CodesType | null {
  if (input.kind === 'codes') return input;
  check.report(
    'input-not-codes',
    'input',
    `is a tensor of integers (${input.min} .. ${input.max}), must be unsigned codes`,
    'put a threshold node before this layer',
  );
  return null;
}

/** True when the input has the rank; else an issue. */
export function requireRank(input: TensorType, rank: 1 | 3, check: Check): boolean {
  if (input.shape.length === rank) return true;
  check.report(
    'rank-mismatch',
    'input',
    `has shape ${showShape(input.shape)}, must be ${rank === 3 ? '[channels, height, width]' : '[features]'}`,
    rank === 3 ? 'place this node before flatten' : 'put a flatten node before this one',
  );
  return false;
}

/** Checks format, length and every code of the weights. The first wrong code is named, the others counted. */
export function checkWeights(weights: Weights, expected: number, why: string, check: Check): boolean {
  const { format, codes } = weights;
  if (format.system === 'unsigned' || !isCodeFormat(format)) {
    check.report(
      'weight-format-illegal',
      'weights.format',
      `is ${format.system} of ${format.bits} bits, must be sign-magnitude of 2 to 8 bits or twos-complement of 1 to 8 bits`,
      'choose a legal weight format',
    );
    return false;
  }
  if (!check.length('weights.codes', codes.length, expected, why)) return false;
  const { min, max } = codeRange(format);
  let first = -1;
  let wrong = 0;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    if (code < min || code > max) {
      if (first < 0) first = i;
      wrong++;
    }
  }
  if (wrong === 0) return true;
  check.report(
    'weight-code-out-of-range',
    `weights.codes[${first}]`,
    `is ${codes[first]}, outside ${min} .. ${max} of ${format.system} ${format.bits} bits (${wrong} of ${codes.length} codes are)`,
    'clamp the codes to the format or widen it',
  );
  return false;
}

/**
 * The interval of all accumulators, over every input whose codes lie in 0 .. maxCode: per output the
 * sum of its negative (positive) weights times maxCode, plus its bias; then the hull of the outputs.
 */
export function accumulatorBound(
  codes: Int8Array,
  outputs: number,
  dotLength: number,
  bias: Int32Array | null,
  maxCode: number,
): { readonly min: number; readonly max: number } {
  let min = Infinity;
  let max = -Infinity;
  for (let output = 0; output < outputs; output++) {
    let negative = 0;
    let positive = 0;
    for (let i = output * dotLength; i < (output + 1) * dotLength; i++) {
      const code = codes[i];
      if (code < 0) negative += code;
      else positive += code;
    }
    const offset = bias?.[output] ?? 0;
    min = Math.min(min, negative * maxCode + offset);
    max = Math.max(max, positive * maxCode + offset);
  }
  return { min, max };
}

/** Bounds of int32, for messages. */
export const INT32_TEXT = `${INT32_MIN} .. ${INT32_MAX}`;
