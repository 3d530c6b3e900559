export { FIGURE_LABELS, SOURCE_LABELS, weakestLabel, type FigureLabel, type SourceLabel } from './label.ts';
export type { SameType } from './type-equal.ts';
