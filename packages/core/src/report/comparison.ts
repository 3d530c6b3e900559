import { z } from 'zod';
import { FIGURE_LABELS, type FigureLabel, type SameType } from '../units/index.ts';

/**
 * What an efficiency includes. `arithmetic`: the macro's counted actions, no residual. `macro`: with the table's energy per
 * cycle. `buffer`, `dram`: the macro and its memory traffic, all of it priced as that memory.
 */
export type ComparisonLevel = 'arithmetic' | 'macro' | 'buffer' | 'dram';

export const COMPARISON_LEVELS = [
  'arithmetic',
  'macro',
  'buffer',
  'dram',
] as const satisfies readonly ComparisonLevel[];

/** An efficiency at one level. */
export interface ComparedEfficiency {
  readonly level: ComparisonLevel;
  readonly energyPerOpFj: number;
  /** Operations as they are: one MAC of the stated widths is two. */
  readonly topsPerWatt: number;
  /** The same per 1-bit operation: x weight bits x activation bits. */
  readonly topsPerWatt1Bit: number;
  /** Of `topsPerWatt` over the spreads of the table, residual as it stands there; null without spreads. */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

/** What the figures of a row refer to: stated in every row, so that none is read against another basis. */
export interface Normalisation {
  /** Technology, nanometres; null: not known. */
  readonly nodeNm: number | null;
  /** Null: the publication or its abstract does not state it. */
  readonly voltageV: number | null;
  /** Operations, e.g. `W3 x A2`. */
  readonly operations: string;
  readonly weightBits: number;
  readonly activationBits: number;
}

/** One method of computing the same work at the same table and traffic. */
export interface ComparedMethod {
  readonly method: string;
  readonly title: string;
  readonly family: 'counting' | 'grouping' | 'baseline';
  /** The chip's own scheme. */
  readonly own: boolean;
  readonly normalisation: Normalisation;
  readonly opsPerCycle: number;
  /** At the highest clock of the operating point, were it the same for every method. */
  readonly gops: number;
  readonly efficiencies: readonly ComparedEfficiency[];
  /** Arithmetic energy over that of the chip's own scheme: above 1 the own scheme is better. */
  readonly energyRatio: { readonly value: number; readonly low: number; readonly high: number };
  /** Pieces alone, without the rest; mm². */
  readonly areaMm2: number;
  readonly label: FigureLabel;
  readonly source: string;
}

/** A figure of a chip as published: shown, never computed with. */
export interface PublishedEfficiencyRow {
  readonly chip: string;
  readonly normalisation: Normalisation;
  readonly level: 'macro';
  readonly topsPerWatt: number;
  /** What the model says of the same figure, nothing fitted to it; null where a parameter was fitted. */
  readonly predicted: {
    readonly topsPerWatt: number;
    readonly low: number;
    readonly high: number;
    readonly residual: number;
  } | null;
  readonly source: string;
}

/** The methods on the work of one chip. */
export interface ChipComparison {
  readonly chip: string;
  readonly tech: string;
  /** What the methods compute. */
  readonly work: string;
  readonly operatingPoint: { readonly voltageV: number; readonly clockMHz: number };
  readonly traffic: { readonly readBits: number; readonly writtenBits: number; readonly dataflow: string };
  readonly methods: readonly ComparedMethod[];
}

/** `tally compare --json`. */
export interface ComparisonReport {
  readonly kind: 'tally-comparison';
  readonly formatVersion: 1;
  readonly toolVersion: string;
  readonly chips: readonly ChipComparison[];
  readonly published: readonly PublishedEfficiencyRow[];
  readonly notes: readonly string[];
}

const value = z.number().nonnegative();
const normalisation = z
  .strictObject({
    nodeNm: value.nullable(),
    voltageV: value.nullable(),
    operations: z.string(),
    weightBits: z.int().positive(),
    activationBits: z.int().positive(),
  })
  .readonly();

const method = z
  .strictObject({
    method: z.string(),
    title: z.string(),
    family: z.enum(['counting', 'grouping', 'baseline']),
    own: z.boolean(),
    normalisation,
    opsPerCycle: value,
    gops: value,
    efficiencies: z
      .array(
        z
          .strictObject({
            level: z.enum(COMPARISON_LEVELS),
            energyPerOpFj: value,
            topsPerWatt: value,
            topsPerWatt1Bit: value,
            interval: z.strictObject({ low: value, high: value }).readonly().nullable(),
          })
          .readonly(),
      )
      .readonly(),
    energyRatio: z.strictObject({ value, low: value, high: value }).readonly(),
    areaMm2: value,
    label: z.enum(FIGURE_LABELS),
    source: z.string(),
  })
  .readonly();

/** Schema of {@link ComparisonReport}. */
export const comparisonSchema = z
  .strictObject({
    kind: z.literal('tally-comparison'),
    formatVersion: z.literal(1),
    toolVersion: z.string(),
    chips: z
      .array(
        z
          .strictObject({
            chip: z.string(),
            tech: z.string(),
            work: z.string(),
            operatingPoint: z.strictObject({ voltageV: value, clockMHz: value }).readonly(),
            traffic: z.strictObject({ readBits: value, writtenBits: value, dataflow: z.string() }).readonly(),
            methods: z.array(method).readonly(),
          })
          .readonly(),
      )
      .readonly(),
    published: z
      .array(
        z
          .strictObject({
            chip: z.string(),
            normalisation,
            level: z.literal('macro'),
            topsPerWatt: value,
            predicted: z
              .strictObject({ topsPerWatt: value, low: value, high: value, residual: z.number() })
              .readonly()
              .nullable(),
            source: z.string(),
          })
          .readonly(),
      )
      .readonly(),
    notes: z.array(z.string()).readonly(),
  })
  .readonly();

true satisfies SameType<z.infer<typeof comparisonSchema>, ComparisonReport>;

/** JSON Schema (draft 2020-12) of `tally compare --json`. */
export function comparisonJsonSchema(): Record<string, unknown> {
  return { title: 'Tally comparison of methods', ...z.toJSONSchema(comparisonSchema) };
}
