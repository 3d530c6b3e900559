import { z } from 'zod';
import { FIGURE_LABELS, type FigureLabel, type SameType } from '../units/index.ts';

/**
 * Where a supply lies: at a measured operating point of the chip, between two of them, or outside all, where the fitted
 * curve is extrapolated.
 */
export type SweepRegion = 'operating-point' | 'between' | 'extrapolated';

/** The reference workload at one supply and the highest clock there. */
export interface SweepPoint {
  readonly voltageV: number;
  readonly clockMHz: number;
  readonly region: SweepRegion;
  /** Name of the operating point at this supply; null elsewhere. */
  readonly operatingPoint: string | null;
  readonly gops: number;
  /** Macro energy of one operation, femtojoules. */
  readonly energyPerOpFj: number;
  readonly topsPerWatt: number;
  /** Of `topsPerWatt` over the spreads of the table, its residual as it stands there; null without spreads. */
  readonly topsPerWattInterval: { readonly low: number; readonly high: number } | null;
  /** Macro power, microwatts. */
  readonly powerUw: number;
}

/** A published figure at an operating point, for comparison. */
export interface PublishedSweepFigure {
  readonly operatingPoint: string;
  readonly voltageV: number;
  readonly clockMHz: number;
  readonly gops: number | null;
  readonly topsPerWatt: number | null;
}

/** `tally sweep --json`: clock, throughput and energy of a chip over its supply. */
export interface VoltageSweep {
  readonly kind: 'tally-voltage-sweep';
  readonly formatVersion: 1;
  readonly chip: string;
  readonly tech: string;
  /** Ascending in voltage; the operating points within the range are always among them. */
  readonly points: readonly SweepPoint[];
  readonly published: readonly PublishedSweepFigure[];
  readonly labels: {
    readonly clock: FigureLabel;
    readonly throughput: FigureLabel;
    readonly energy: FigureLabel;
  };
  /** The calibrated parameters in these figures, by their place in the chip or the table. */
  readonly calibrated: readonly string[];
  readonly notes: readonly string[];
}

const value = z.number().nonnegative();
const label = z.enum(FIGURE_LABELS);

/** Schema of {@link VoltageSweep}. */
export const voltageSweepSchema = z
  .strictObject({
    kind: z.literal('tally-voltage-sweep'),
    formatVersion: z.literal(1),
    chip: z.string(),
    tech: z.string(),
    points: z
      .array(
        z
          .strictObject({
            voltageV: value,
            clockMHz: value,
            region: z.enum(['operating-point', 'between', 'extrapolated']),
            operatingPoint: z.string().nullable(),
            gops: value,
            energyPerOpFj: value,
            topsPerWatt: value,
            topsPerWattInterval: z.strictObject({ low: value, high: value }).readonly().nullable(),
            powerUw: value,
          })
          .readonly(),
      )
      .readonly(),
    published: z
      .array(
        z
          .strictObject({
            operatingPoint: z.string(),
            voltageV: value,
            clockMHz: value,
            gops: value.nullable(),
            topsPerWatt: value.nullable(),
          })
          .readonly(),
      )
      .readonly(),
    labels: z.strictObject({ clock: label, throughput: label, energy: label }).readonly(),
    calibrated: z.array(z.string()).readonly(),
    notes: z.array(z.string()).readonly(),
  })
  .readonly();

true satisfies SameType<z.infer<typeof voltageSweepSchema>, VoltageSweep>;

/** JSON Schema (draft 2020-12) of `tally sweep --json`. */
export function voltageSweepJsonSchema(): Record<string, unknown> {
  return { title: 'Tally voltage sweep', ...z.toJSONSchema(voltageSweepSchema) };
}
