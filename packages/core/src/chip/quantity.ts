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

/** Bounds of a quantity: `min` and `max` are in the range, `above` is not. */
export type QuantityBounds = { readonly max: number; readonly integer?: boolean } & (
  { readonly min: number } | { readonly above: number }
);

/** Schema of a quantity of one unit within bounds. */
export function quantity(unit: string, bounds: QuantityBounds) {
  const number: z.ZodNumber = bounds.integer === true ? z.int() : z.number();
  const value = ('above' in bounds ? number.gt(bounds.above) : number.min(bounds.min)).max(bounds.max);
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
