import { describe, expect, it } from 'vitest';
import { TallyError } from '../../diagnostics/index.ts';
import type { AccessCounts } from '../access-counts.ts';
import { EXAMPLE_MACHINE, EXAMPLE_MAPPING, EXAMPLE_PROBLEM } from '../example.test-support.ts';
import { countAccesses } from './count.ts';
import { verifyCounts } from './verify.ts';

const right = countAccesses(EXAMPLE_PROBLEM, EXAMPLE_MACHINE, EXAMPLE_MAPPING);

/** The counts with one number changed, at a dotted path. */
function changed(path: string, change: (value: number) => number): AccessCounts {
  const copy = structuredClone(right);
  const keys = path.split('.');
  let at = copy as unknown as Record<string, unknown>;
  for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>;
  const last = keys[keys.length - 1];
  at[last] = change(at[last] as number);
  return copy;
}

function issuesOf(counts: AccessCounts) {
  try {
    verifyCounts(EXAMPLE_PROBLEM, EXAMPLE_MACHINE, counts);
  } catch (error) {
    if (error instanceof TallyError) return error.issues;
    throw error;
  }
  return [];
}

/** Paths of all numbers. */
function numbers(value: unknown, path: string): readonly string[] {
  if (typeof value === 'number') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => numbers(part, path === '' ? key : `${path}.${key}`));
}

describe('verifyCounts', () => {
  it('accepts what is right', () => {
    expect(issuesOf(right)).toEqual([]);
  });

  it('names the invariant and the place', () => {
    expect(issuesOf(changed('operands.weights.memory.reads', () => 36_863))).toEqual([
      {
        code: 'count-invariant-broken',
        path: 'conv: operands.weights.memory.reads',
        message: 'is 36863, below the 36864 distinct weights',
        remedy: 'report the layer, the system and the mapping; do not use the counts',
      },
      {
        code: 'count-invariant-broken',
        path: 'conv: operands.weights.buffer.writes',
        message: 'is 73728, but memory hands 36863 over',
        remedy: 'report the layer, the system and the mapping; do not use the counts',
      },
    ]);
  });

  it('refuses lost MACs and totals that are not the sums of their parts', () => {
    expect(issuesOf(changed('operands.activations.macro.reads', (value) => value - 1))[0].message).toBe(
      'is 589823, but the layer has 589824 digit pairs',
    );
    expect(issuesOf(changed('memory.readBits', (value) => value + 1))[0].message).toBe(
      'is 245761, but its parts add up to 245760',
    );
  });

  it.each(numbers(right, ''))('%s: negative, NaN and infinite values are refused there', (path) => {
    for (const wrong of [-1, NaN, Infinity]) {
      expect(issuesOf(changed(path, () => wrong))).toContainEqual(
        expect.objectContaining({
          path: `conv: ${path}`,
          message: `is ${wrong}, must be a whole number from 0 to 2^53 - 1`,
        }),
      );
    }
  });
});
