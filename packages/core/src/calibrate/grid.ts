/**
 * The argument of the smallest value of a function over a geometric grid of (lowest, highest], refined
 * once between the neighbours of the best point. `highest` itself is always tried, and a later point
 * must be strictly better, so that the result is never worse than the one at `highest`.
 *
 * @param lowest above 0 and below `highest`.
 */
export function bestOnGrid(
  error: (argument: number) => number,
  lowest: number,
  highest: number,
  points = { coarse: 64, fine: 12 },
): { readonly argument: number; readonly error: number } {
  let best = { argument: highest, error: error(highest) };
  const consider = (argument: number): void => {
    const found = error(argument);
    if (found < best.error) best = { argument, error: found };
  };
  const ratio = (lowest / highest) ** (1 / points.coarse);
  for (let k = 1; k <= points.coarse; k++) consider(highest * ratio ** k);
  const centre = best.argument;
  for (let k = 1 - points.fine; k < points.fine; k++) {
    const argument = centre * ratio ** (k / points.fine);
    if (k !== 0 && argument <= highest) consider(argument);
  }
  return best;
}
