const prefixes: readonly (readonly [factor: number, prefix: string])[] = [
  [1e15, 'P'],
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

/** A unit that suits a set of values: divide by `factor`, say `unit`. */
export interface ScaledUnit {
  readonly factor: number;
  readonly unit: string;
}

/** The SI prefix with which the largest value lies between 1 and 1000. */
export function unitFor(largest: number, base: string): ScaledUnit {
  const [factor, prefix] = prefixes.find(([least]) => largest >= least) ?? [1, ''];
  return { factor, unit: `${prefix}${base}` };
}

/** A number with `digits` significant digits, without an exponent and without trailing noise: 25.04, 0.502, 1810. */
export function significant(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : value < 0 ? '−∞' : '–';
  if (value === 0) return '0';
  const rounded = Number(Math.abs(value).toPrecision(digits));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(rounded)));
  return value.toFixed(Math.min(decimals, 12)).replace('-', '−');
}

/** A value in its base unit with the SI prefix that keeps it between 1 and 1000: `si(3.58e9, 'OPS')` is `3.580 GOPS`. */
export function si(value: number, unit: string, digits = 4): string {
  if (value === 0 || !Number.isFinite(value)) return `${significant(value)} ${unit}`;
  const magnitude = Math.abs(value);
  const [factor, prefix] = prefixes.find(([least]) => magnitude >= least * 0.99995) ?? [1e-15, 'f'];
  return `${significant(value / factor, digits)} ${prefix}${unit}`;
}

/** An integer with thin spaces between groups of three: 10 000. */
export function grouped(value: number): string {
  const [whole = '', ...decimals] = Math.abs(value).toString().split('.');
  const text = whole.replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
  return (value < 0 ? '−' : '') + text + decimals.map((digits) => `.${digits}`).join('');
}

/** A number with `digits` significant digits to be read, not copied: 1.04, 249, 98 800. */
export function rough(value: number, digits = 3): string {
  const rounded = Number(value.toPrecision(digits));
  return Math.abs(rounded) < 1000 ? significant(value, digits) : grouped(rounded);
}

/** A fraction as a percentage: `percent(0.1234)` is `12.3 %`. */
export function percent(fraction: number, decimals = 1): string {
  const text = (100 * fraction).toFixed(decimals);
  return `${Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−')} %`;
}

/** A deviation with its sign: `+2.26 %`, `−94.18 %`, `0.00 %`. */
export function signedPercent(fraction: number): string {
  const text = percent(fraction, 2);
  return fraction > 0 && Number(text.replace(' %', '')) !== 0 ? `+${text}` : text;
}

/** A duration in words of a progress bar: 8 s, 1:05 min. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')} min`;
}
