import { z } from 'zod';
import type { SameType } from '../units/index.ts';

/**
 * What happens to a table's calibrated residual while its other entries move. `table`: it stays, the table is taken
 * as it is. `recalibrated`: it is fitted again, so that the published figure it was fitted to always comes out.
 */
export type UncertaintyMode = 'table' | 'recalibrated';

/** An entry of the technology table that is known as an interval only. */
export interface UncertainInputReport {
  /** Place in the table, e.g. `energies.searchedBits`. */
  readonly path: string;
  readonly unit: string;
  readonly low: number;
  readonly typical: number;
  readonly high: number;
  /** Where the ends come from. */
  readonly spread: string;
}

/** What one input alone does to a figure, from its low to its high end, in the figure's unit. */
export interface SensitivityReport {
  readonly path: string;
  readonly atLow: number;
  readonly atHigh: number;
  readonly swing: number;
}

/** A figure over the spreads of the table. */
export interface FigureUncertainty {
  /** Field of the report, dot-separated, or `areaMm2`, `memoryEnergyPj` of a run. */
  readonly figure: string;
  readonly unit: string;
  readonly mode: UncertaintyMode;
  /** Exact: no values of the inputs between their ends give less or more. */
  readonly interval: { readonly low: number; readonly typical: number; readonly high: number };
  /** Monte Carlo with independent inputs. */
  readonly sampled: {
    readonly mean: number;
    readonly p5: number;
    readonly p25: number;
    readonly p50: number;
    readonly p75: number;
    readonly p95: number;
  };
  /** The three inputs that matter most, the largest swing first; fewer where fewer have an influence. */
  readonly sensitivities: readonly SensitivityReport[];
}

/** How far figures may lie from their typical values, because the table's entries are known as intervals. */
export interface UncertaintyReport {
  /** Seed and samples of Monte Carlo: the same give the same figures to the last bit. */
  readonly seed: number;
  readonly samples: number;
  readonly distribution: 'triangular' | 'log-triangular';
  readonly inputs: readonly UncertainInputReport[];
  readonly figures: readonly FigureUncertainty[];
}

const number = z.number();

/** Schema of {@link UncertaintyReport}. */
export const uncertaintySchema = z
  .strictObject({
    seed: z.int().nonnegative(),
    samples: z.int().positive(),
    distribution: z.enum(['triangular', 'log-triangular']),
    inputs: z
      .array(
        z
          .strictObject({
            path: z.string(),
            unit: z.string(),
            low: number,
            typical: number,
            high: number,
            spread: z.string(),
          })
          .readonly(),
      )
      .readonly(),
    figures: z
      .array(
        z
          .strictObject({
            figure: z.string(),
            unit: z.string(),
            mode: z.enum(['table', 'recalibrated']),
            interval: z.strictObject({ low: number, typical: number, high: number }).readonly(),
            sampled: z
              .strictObject({ mean: number, p5: number, p25: number, p50: number, p75: number, p95: number })
              .readonly(),
            sensitivities: z
              .array(
                z.strictObject({ path: z.string(), atLow: number, atHigh: number, swing: number }).readonly(),
              )
              .readonly(),
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();

true satisfies SameType<z.infer<typeof uncertaintySchema>, UncertaintyReport>;
