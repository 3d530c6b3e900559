/**
 * Where a number comes from. Every number that the product shows carries one.
 *
 * - `published`: quoted from the publication of the chip itself,
 * - `literature`: from another cited source,
 * - `synthesised`: computed by synthesis, timing and power tools from our circuit and a cell library,
 * - `reconstructed`: our inference, overridable; the publication does not state it,
 * - `calibrated`: fitted so that some published figure comes out. It predicts nothing about that figure.
 */
export type SourceLabel = 'published' | 'literature' | 'synthesised' | 'reconstructed' | 'calibrated';

export const SOURCE_LABELS = [
  'published',
  'literature',
  'synthesised',
  'reconstructed',
  'calibrated',
] as const satisfies readonly SourceLabel[];

/**
 * Label of a figure in a report: that of the weakest number it depends on, or
 *
 * - `counted`: an exact count over the network and the images, or a ratio of such counts; given the chip's
 *   operand formats where digits are counted, and its scheme where classes are,
 * - `not-run`: the tool has not produced the figure.
 */
export type FigureLabel = SourceLabel | 'counted' | 'not-run';

export const FIGURE_LABELS = [
  ...SOURCE_LABELS,
  'counted',
  'not-run',
] as const satisfies readonly FigureLabel[];

/** From strong to weak: a figure is only as good as the weakest number in it. */
const STRENGTH: readonly FigureLabel[] = [
  'counted',
  'published',
  'literature',
  'synthesised',
  'reconstructed',
  'calibrated',
  'not-run',
];

/**
 * The weakest of some labels.
 *
 * @example weakestLabel(['published', 'calibrated', 'counted']) // 'calibrated'
 */
export function weakestLabel(labels: Iterable<FigureLabel>): FigureLabel {
  let weakest = 0;
  for (const label of labels) weakest = Math.max(weakest, STRENGTH.indexOf(label));
  return STRENGTH[weakest] ?? 'not-run';
}
