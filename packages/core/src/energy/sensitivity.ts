import type { TableFigure } from './interval.ts';
import { withValues } from './table-entries.ts';
import type { TechTable } from './tech-table.ts';
import type { UncertainInput } from './uncertain-inputs.ts';

/** What one input alone does to a figure, all others at their typical values. */
export interface Sensitivity {
  /** Place of the input in the table. */
  readonly path: string;
  /** The figure with the input at its low end, at its high end. */
  readonly atLow: number;
  readonly atHigh: number;
  /** |atHigh - atLow|, in the figure's unit. */
  readonly swing: number;
}

/** One-at-a-time sensitivities, the largest swing first; ties in the order of the table. */
export function sensitivities(
  tech: TechTable,
  inputs: readonly UncertainInput[],
  figure: TableFigure,
): readonly Sensitivity[] {
  const at = (path: string, value: number): number => figure(withValues(tech, new Map([[path, value]])));
  return inputs
    .map(({ path, low, high }) => {
      const [atLow, atHigh] = [at(path, low), at(path, high)];
      return { path, atLow, atHigh, swing: Math.abs(atHigh - atLow) };
    })
    .sort((a, b) => b.swing - a.swing);
}
