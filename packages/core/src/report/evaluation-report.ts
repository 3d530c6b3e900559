import { z } from 'zod';
import type { SameType } from '../units/index.ts';
import type { RunReport } from './run-report.ts';
import { runReportSchema } from './run-report-schema.ts';

/** In which arithmetic a network was evaluated. */
export type EvaluationForm = 'float' | 'fake-quantized' | 'integer';

/** How a float or fake-quantized model was computed. */
export interface EvaluationArithmetic {
  /**
   * `float32`; `float64`: sums of codes exactly, the rest in float64; `fixed-residuals`: the same, and what residual
   * additions, and batch norms behind them, read in the fixed point of the integer network.
   */
  readonly name: 'float32' | 'float64' | 'fixed-residuals';
  /** The last place of that fixed point is 2^-residualFractionBits; null where nothing is rounded to one. */
  readonly residualFractionBits: number | null;
  /** The same of what average pools sum, where it is coarser; by the pool's id. */
  readonly pooledFractionBits: Readonly<Record<string, number>>;
  /** By batch norm that reads values in that fixed point: their ids. */
  readonly normalized: Readonly<Record<string, readonly string[]>>;
}

/** An accuracy with what the number of images lets one say about it. */
export interface AccuracyReport {
  readonly correct: number;
  readonly images: number;
  /** correct / images, 0 to 1. */
  readonly share: number;
  /** Wilson score interval, 95 %, shares 0 to 1. */
  readonly interval: { readonly low: number; readonly high: number };
}

/** The result of `tally eval`: plain JSON data, the same bytes for the same network and images. */
export interface EvaluationReport {
  readonly kind: 'tally-evaluation-report';
  /** Version of this format; raised when a field changes its meaning. */
  readonly formatVersion: 1;
  readonly toolVersion: string;
  /** `hash`: content hash of an integer network, SHA-256 of the file of another form. */
  readonly network: {
    readonly name: string;
    readonly hash: string;
    readonly form: EvaluationForm;
    /** Of models only: an integer network and an ONNX file say it themselves. */
    readonly arithmetic?: EvaluationArithmetic | undefined;
  };
  /** The data set as a whole; `images` may exceed the images evaluated. */
  readonly dataset: { readonly name: string; readonly identity: string; readonly images: number };
  readonly top1: AccuracyReport;
  readonly top5: AccuracyReport;
  /** Pictures left out because they could not be decoded, each with the reason. */
  readonly skipped: readonly string[];
  /** Counts, cycles and energy of the same images by the same integer network; null for other forms. */
  readonly run: RunReport | null;
}

const count = z.int().nonnegative();
const fraction = z.number().min(0).max(1);
const accuracy = z
  .strictObject({
    correct: count,
    images: count,
    share: fraction,
    interval: z.strictObject({ low: fraction, high: fraction }).readonly(),
  })
  .readonly();

/** Schema of {@link EvaluationReport}. */
export const evaluationReportSchema = z
  .strictObject({
    kind: z.literal('tally-evaluation-report'),
    formatVersion: z.literal(1),
    toolVersion: z.string(),
    network: z
      .strictObject({
        name: z.string(),
        hash: z.string(),
        form: z.enum(['float', 'fake-quantized', 'integer']),
        arithmetic: z
          .strictObject({
            name: z.enum(['float32', 'float64', 'fixed-residuals']),
            residualFractionBits: z.int().nullable(),
            pooledFractionBits: z.record(z.string(), z.int()).readonly(),
            normalized: z.record(z.string(), z.array(z.string()).readonly()).readonly(),
          })
          .readonly()
          .optional(),
      })
      .readonly(),
    dataset: z.strictObject({ name: z.string(), identity: z.string(), images: count }).readonly(),
    top1: accuracy,
    top5: accuracy,
    skipped: z.array(z.string()).readonly(),
    run: runReportSchema.nullable(),
  })
  .readonly();

true satisfies SameType<z.infer<typeof evaluationReportSchema>, EvaluationReport>;

/** JSON Schema (draft 2020-12) of `tally eval --json`. */
export function evaluationReportJsonSchema(): Record<string, unknown> {
  return { title: 'Tally evaluation report', ...z.toJSONSchema(evaluationReportSchema) };
}
