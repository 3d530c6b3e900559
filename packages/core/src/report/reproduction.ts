import { z } from 'zod';
import { FIGURE_LABELS, type FigureLabel, type SameType } from '../units/index.ts';

/** One published figure beside ours. */
export interface ReproductionRow {
  readonly figure: string;
  /** Unit of `published` and `ours`; empty for a plain ratio. */
  readonly unit: string;
  /** Null when the publication states no value. */
  readonly published: number | null;
  /** Null when the tool has not produced the figure. */
  readonly ours: number | null;
  /** ours / published - 1; null when either is missing. */
  readonly residual: number | null;
  /**
   * Label of `ours`. `calibrated` when a parameter was fitted to this very figure, directly or through
   * another row: such a row reproduces nothing.
   */
  readonly label: FigureLabel;
  /**
   * Lowest and highest value of ours over the spreads of the technology table, its residuals as they stand there;
   * null where no spread enters.
   */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** The calibrated parameters in ours, by their place in the chip (`timing.…`) or the table (`energies.…`). */
  readonly calibrated: readonly string[];
  /** How ours was obtained, one or two sentences with the arithmetic. */
  readonly how: string;
}

/** Schema of the rows that `tally reproduce --json` prints. */
export const reproductionSchema = z.array(
  z
    .strictObject({
      figure: z.string(),
      unit: z.string(),
      published: z.number().nullable(),
      ours: z.number().nullable(),
      residual: z.number().nullable(),
      label: z.enum(FIGURE_LABELS),
      interval: z.strictObject({ low: z.number(), high: z.number() }).readonly().nullable(),
      calibrated: z.array(z.string()).readonly(),
      how: z.string(),
    })
    .readonly(),
);

true satisfies SameType<z.infer<typeof reproductionSchema>[number], ReproductionRow>;

/** What a row is made of: the interval and the calibrated parameters may be left out where there are none. */
export type ReproductionFigure = Omit<ReproductionRow, 'residual' | 'interval' | 'calibrated'> &
  Partial<Pick<ReproductionRow, 'interval' | 'calibrated'>>;

/** A row with its residual worked out. */
export function reproductionRow(row: ReproductionFigure): ReproductionRow {
  const residual = row.ours === null || row.published === null ? null : row.ours / row.published - 1;
  const { figure, unit, published, ours, label, interval = null, calibrated = [], how } = row;
  return { figure, unit, published, ours, residual, label, interval, calibrated, how };
}
