import type { Chip, Quantity } from '../chip/index.ts';
import { exactInterval, uncertainInputs, type TableFigure, type TechTable } from '../energy/index.ts';
import type { FigureLabel } from '../units/index.ts';

/** Fitted parameters are rounded: a figure they were fitted to comes out within this share. */
const FIT_TOLERANCE = 1e-3;

/** Labels of numbers that nobody published: free to be chosen. */
export const UNPUBLISHED: ReadonlySet<FigureLabel> = new Set(['reconstructed', 'calibrated']);

/** The value of a figure that may not be published. */
export function value(quantity: Quantity | null): number | null {
  return quantity === null ? null : quantity.value;
}

/** a / b where both are known. */
export function ratio(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a / b;
}

/** A number with at most so many decimals, without trailing zeros. */
export function round(x: number, digits: number): string {
  return String(Number(x.toFixed(digits)));
}

/** Whether ours is the published figure but for rounding, as a parameter fitted to it makes it. */
export function comesOut(ours: number, published: number | null): boolean {
  return published !== null && Math.abs(ours / published - 1) <= FIT_TOLERANCE;
}

/** The calibrated entries of a table come from another chip: to be said where they are used. */
export function fittedElsewhere(chip: Chip, tech: TechTable): string {
  return tech.calibration?.chip === chip.name ? '' : ', not of this chip';
}

/** Lowest and highest value of a figure over the spreads of a group of entries; null where there are none. */
export function spreadOf(
  tech: TechTable,
  group: 'energies' | 'areas',
  figure: TableFigure,
): { readonly low: number; readonly high: number } | null {
  const inputs = uncertainInputs(tech, [group]);
  if (inputs.length === 0) return null;
  const { low, high } = exactInterval(tech, inputs, figure);
  return { low, high };
}
