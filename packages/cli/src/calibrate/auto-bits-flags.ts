import { fail, parseBitsRules, type LayerPrecision } from '@tally/core';
import type { Budget } from './auto-bits.ts';

/**
 * Parses `W3A2,W3A3,W4A4:twos-complement`: precisions, each with both widths.
 *
 * @throws TallyError `option-malformed`
 */
export function parseCandidates(text: string, path: string): readonly LayerPrecision[] {
  return text.split(',').map((part) => {
    const precision = parseBitsRules(`*=${part.trim()}`, path).at(0)?.precision ?? {};
    const { weights, activations, codes = 'sign-magnitude' } = precision;
    if (weights === undefined || activations === undefined) {
      return fail('option-malformed', path, `'${part}' has one width only`, 'write both, e.g. W3A2');
    }
    return { weights, activations, codes };
  });
}

const UNITS = { cycles: 'cycles', energyUj: 'microjoules' } as const;

/**
 * Parses a budget of cycles or microjoules: `4000000`, or `1.5x` for a multiple of the cheapest choice.
 *
 * @throws TallyError `option-out-of-range`
 */
export function parseBudget(text: string, of: Budget['of'], option: string): Budget {
  const times = text.endsWith('x');
  const value = Number(times ? text.slice(0, -1) : text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    fail(
      'option-out-of-range',
      option,
      `is '${text}', must be ${UNITS[of]} per image or a multiple of the cheapest choice`,
      `give a number above 0, as in ${of === 'cycles' ? '4000000' : '900'} or 1.5x`,
    );
  }
  return { of, kind: times ? 'times-cheapest' : 'absolute', value, option };
}
