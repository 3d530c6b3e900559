/** A unit that suits a set of values: divide by `factor`, say `unit`. */
export interface ScaledUnit {
  readonly factor: number;
  readonly unit: string;
}

const prefixes: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
  [1, ''],
  [1e-3, 'm'],
  [1e-6, 'µ'],
  [1e-9, 'n'],
  [1e-12, 'p'],
  [1e-15, 'f'],
];

/** The SI prefix with which the largest value lies between 1 and 1000. */
export function unitFor(largest: number, base: string): ScaledUnit {
  const [factor, prefix] = prefixes.find(([least]) => largest >= least) ?? [1, ''];
  return { factor, unit: `${prefix}${base}` };
}

/** Rounds to significant digits, for tables of data. */
export function rounded(value: number, digits = 4): number {
  return value === 0 ? 0 : Number(value.toPrecision(digits));
}

/** Room to the left of a chart for its longest row name, in pixels. */
export function marginFor(names: readonly string[]): number {
  return Math.min(240, 18 + 6.6 * Math.max(...names.map((name) => name.length), 4));
}
