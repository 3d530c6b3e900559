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
      how: z.string(),
    })
    .readonly(),
);

true satisfies SameType<z.infer<typeof reproductionSchema>[number], ReproductionRow>;

/** A row with its residual worked out. */
export function reproductionRow(row: Omit<ReproductionRow, 'residual'>): ReproductionRow {
  const residual = row.ours === null || row.published === null ? null : row.ours / row.published - 1;
  const { figure, unit, published, ours, label, how } = row;
  return { figure, unit, published, ours, residual, label, how };
}
