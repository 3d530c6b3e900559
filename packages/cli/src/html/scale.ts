export { unitFor, type ScaledUnit } from '../terminal/number.ts';

/** Rounds to significant digits, for tables of data. */
export function rounded(value: number, digits = 4): number {
  return value === 0 ? 0 : Number(value.toPrecision(digits));
}

/** Room to the left of a chart for its longest row name, in pixels. */
export function marginFor(names: readonly string[]): number {
  return Math.min(240, 18 + 6.6 * Math.max(...names.map((name) => name.length), 4));
}
