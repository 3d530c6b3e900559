import { fail } from '../diagnostics/index.ts';
import { withValues } from './table-entries.ts';
import type { TechTable } from './tech-table.ts';
import type { UncertainInput } from './uncertain-inputs.ts';

/** A figure as a function of the table that prices it. */
export type TableFigure = (tech: TechTable) => number;

/** Lowest and highest value that a figure takes, and its value with all typical entries. */
export interface FigureInterval {
  readonly low: number;
  readonly typical: number;
  readonly high: number;
}

/** Most inputs whose corners are all visited: 2^14 evaluations. */
const MOST_INPUTS = 14;

/**
 * The exact range of a figure over all values of the inputs between their ends.
 *
 * The figure must be monotone in each input while the others stand still; the direction may depend on the
 * others. Then its extremes lie at corners, and all 2^n are visited. Sums of counts x entries, their quotients,
 * and both with a residual that is fitted again (linear in the entries) are such figures.
 *
 * @param inputs at most 14
 * @throws TallyError `too-many-uncertain-inputs`, `figure-not-finite`
 */
export function exactInterval(
  tech: TechTable,
  inputs: readonly UncertainInput[],
  figure: TableFigure,
): FigureInterval {
  if (inputs.length > MOST_INPUTS) {
    fail(
      'too-many-uncertain-inputs',
      `table ${tech.name}`,
      `has ${inputs.length} entries with a spread, an exact interval visits the corners of at most ${MOST_INPUTS}`,
      'leave out the spreads that matter least',
    );
  }
  const typical = figure(tech);
  let low = typical;
  let high = typical;
  for (let corner = 0; corner < 2 ** inputs.length; corner++) {
    const values = new Map(
      inputs.map((input, bit) => [input.path, (corner >> bit) & 1 ? input.high : input.low]),
    );
    const value = figure(withValues(tech, values));
    if (!Number.isFinite(value)) {
      fail(
        'figure-not-finite',
        `table ${tech.name}`,
        `gives ${value} at an end of its entries' spreads, a figure must be finite there`,
        'give low ends above 0',
      );
    }
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { low, typical, high };
}
