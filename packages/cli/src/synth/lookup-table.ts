import { fail } from '@tally/core';
import type { LibertyGroup } from './liberty.ts';

/** What an axis of a table stands for. */
type Axis = 'load' | 'slew' | 'other';

/** A table of a Liberty file in the library's own units: values by load, by slew, by both, or one value. */
export interface LookupTable {
  readonly axes: readonly { readonly of: Axis; readonly points: readonly number[] }[];
  /** First axis outermost. */
  readonly values: Float64Array;
}

function axisOf(variable: string): Axis {
  if (variable === 'total_output_net_capacitance') return 'load';
  return variable === 'input_net_transition' || variable === 'input_transition_time' ? 'slew' : 'other';
}

function numbers(texts: readonly string[]): readonly number[] {
  return texts.flatMap((text) =>
    text
      .split(/[\s,]+/)
      .filter((one) => one !== '')
      .map(Number),
  );
}

/**
 * A group such as `rise_power (template) { index_1 (...); values (...); }`.
 *
 * @param templates variables by template
 * @throws TallyError `library-unusable` when the values do not fill the axes
 */
export function lookupTable(
  group: LibertyGroup,
  templates: ReadonlyMap<string, readonly string[]>,
  where: string,
): LookupTable {
  const variables = templates.get(group.args[0] ?? '') ?? [];
  const axes = variables.flatMap((variable, i) => {
    const index = group.attributes.get(`index_${i + 1}`);
    return index === undefined ? [] : [{ of: axisOf(variable), points: numbers(index) }];
  });
  const values = Float64Array.from(numbers(group.attributes.get('values') ?? []));
  const size = axes.reduce((product, { points }) => product * points.length, 1);
  if (values.length !== size || values.some((value) => !Number.isFinite(value))) {
    fail(
      'library-unusable',
      where,
      `has ${values.length} values, its axes need ${size}`,
      'give index and values of every table',
    );
  }
  return { axes, values };
}

/** Place of a value between two points of an axis; beyond the ends the last piece goes on straight. */
function place(points: readonly number[], value: number): { readonly at: number; readonly part: number } {
  if (points.length < 2) return { at: 0, part: 0 };
  let at = 0;
  while (at < points.length - 2 && value >= points[at + 1]) at += 1;
  return { at, part: (value - points[at]) / (points[at + 1] - points[at]) };
}

/**
 * The table's value at a load and a slew, linear between its points (Liberty's own interpolation). Axes of
 * something else are taken at their first point.
 *
 * @param load and @param slew in the library's units
 */
export function lookUp({ axes, values }: LookupTable, load: number, slew: number): number {
  let weights: readonly (readonly [index: number, weight: number])[] = [[0, 1]];
  for (const { of, points } of axes) {
    const { at, part } = of === 'other' ? { at: 0, part: 0 } : place(points, of === 'load' ? load : slew);
    weights = weights.flatMap(([index, weight]) => {
      const base = index * points.length + at;
      return part === 0
        ? [[base, weight] as const]
        : [[base, weight * (1 - part)] as const, [base + 1, weight * part] as const];
    });
  }
  return weights.reduce((sum, [index, weight]) => sum + weight * values[index], 0);
}
