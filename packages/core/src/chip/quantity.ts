import { z } from 'zod';
import { SOURCE_LABELS, type SameType, type SourceLabel } from '../units/index.ts';

/** A number of a chip or technology description, with its unit and where it comes from. */
export interface Quantity {
  readonly value: number;
  readonly unit: string;
  /** Citation, or the inference in one sentence. */
  readonly source: string;
  readonly label: SourceLabel;
}

/** Bounds of a quantity, inclusive. */
export interface QuantityBounds {
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean;
}

/** Schema of a quantity of one unit within bounds. */
export function quantity(unit: string, { min, max, integer = false }: QuantityBounds) {
  const value = integer ? z.int().min(min).max(max) : z.number().min(min).max(max);
  return z
    .strictObject({
      value,
      unit: z.literal(unit).transform((): string => unit),
      source: z.string().min(1),
      label: z.enum(SOURCE_LABELS),
    })
    .readonly();
}

true satisfies SameType<z.infer<ReturnType<typeof quantity>>, Quantity>;
