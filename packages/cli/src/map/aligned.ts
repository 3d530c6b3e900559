import { rough } from '../terminal/number.ts';

/**
 * A figure of a column, all with as many decimals as give the largest four digits; more where less than two digits would be left.
 *
 * @param largest of the column, sums left out
 */
export function aligned(value: number, largest: number): string {
  const decimals = largest === 0 ? 0 : Math.max(0, 3 - Math.floor(Math.log10(largest)));
  if (value !== 0 && value < 9.5 * 10 ** -decimals) return rough(value, 2);
  return value >= 1000 ? rough(value, 4) : value.toFixed(decimals);
}
