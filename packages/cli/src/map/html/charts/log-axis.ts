/** The powers of ten below and above values, all greater than 0; a decade apart at least. */
export function decades(values: readonly number[]): readonly [number, number] {
  const low = 10 ** Math.floor(Math.log10(Math.min(...values)));
  const high = 10 ** Math.ceil(Math.log10(Math.max(...values)) + 0.05);
  return [low, high];
}

/** The multiples of powers of ten by `factors` that lie within a domain, rising. */
export function steps([low, high]: readonly [number, number], factors: readonly number[]): readonly number[] {
  const values: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
    for (const factor of factors) {
      // From the decimal text: 3 x 0.1 is not 0.3.
      const value = Number(`${factor}e${power}`);
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) values.push(value);
    }
  return values;
}

/** Ticks at powers of ten, or of a thousand where there are too many of those. */
export function powers(domain: readonly [number, number]): readonly number[] {
  const tens = steps(domain, [1]);
  return tens.length <= 7 ? tens : tens.filter((value) => Math.round(Math.log10(value)) % 3 === 0);
}

/** The largest 1, 2 or 5 times a power of ten that is not above a value greater than 0. */
export function stepBelow(value: number): number {
  return steps([value / 10, value], [1, 2, 5]).at(-1) ?? value;
}

/** Options of text that stands on lines: a rim in the colour of the card. */
export const HALO = { stroke: 'var(--card)', strokeWidth: 4, fill: 'currentColor' } as const;
