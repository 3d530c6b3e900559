/** Categorical colours as CSS variables of the page, told apart by readers with colour blindness; light and dark. */
const series = ['--c1', '--c2', '--c3', '--c4', '--c5', '--c6', '--c7', '--c8'] as const;

/** The colour of the n-th category; the last one repeats. */
export function seriesColor(index: number): string {
  return `var(${series[Math.min(index, series.length - 1)] ?? '--c8'})`;
}

/** What the chart is about. */
export const ACCENT = 'var(--accent)';
/** What it is compared with. */
export const QUIET = 'var(--quiet)';
/** Zeros: work that is not done. */
export const ZERO = 'var(--zero)';
/** Lines of axes and grids. */
export const GRID = 'var(--grid)';
