import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axes } from '../random-case.test-support.ts';
import type { WindowAxis } from '../problem.ts';
import { touchedTaps, windowTable } from './window-axis.ts';

const same: WindowAxis = { outputs: 5, inputs: 5, taps: 3, stride: 1, dilation: 1, padding: 1 };

describe('windowTable', () => {
  it('5 outputs of a padded 3-tap window in tiles of 2', () => {
    // tiles {0,1}, {2,3}, {4} read {0,1,2}, {1,2,3,4}, {3,4}; in common {1,2} and {3,4}; last and first nothing
    expect(windowTable(same, 2)).toEqual({
      size: 5,
      tile: 2,
      count: 3,
      last: 1,
      inputs: 9,
      firstInputs: 3,
      largestInputs: 4,
      adjacent: 4,
      wrap: 0,
    });
  });

  it('one tile shares all with itself', () => {
    expect(windowTable(same, 5)).toMatchObject({ inputs: 5, adjacent: 0, wrap: 5 });
  });

  it('a stride wider than the kernel leaves inputs out', () => {
    // outputs 0, 1, 2 read 0, 3, 6
    const axis = { outputs: 3, inputs: 8, taps: 1, stride: 3, dilation: 1, padding: 0 };
    expect(windowTable(axis, 2)).toMatchObject({ inputs: 3, firstInputs: 2, adjacent: 0, wrap: 0 });
  });

  it('dilated windows share what they read, not what lies between', () => {
    // outputs 0, 1, 2 read {0,2}, {1,3}, {2,4}: neighbours share nothing, the last and the first input 2
    const axis = { outputs: 3, inputs: 5, taps: 2, stride: 1, dilation: 2, padding: 0 };
    expect(windowTable(axis, 1)).toMatchObject({ inputs: 6, adjacent: 0, wrap: 1 });
  });

  it('is what sets of inputs say', () => {
    fc.assert(
      fc.property(axes, fc.integer({ min: 1, max: 6 }), (axis, wanted) => {
        const tile = Math.min(wanted, axis.outputs);
        const sets: Set<number>[] = [];
        for (let output = 0; output < axis.outputs; output++) {
          const index = Math.floor(output / tile);
          sets[index] ??= new Set();
          for (let tap = 0; tap < axis.taps; tap++) {
            const at = output * axis.stride + tap * axis.dilation - axis.padding;
            if (at >= 0 && at < axis.inputs) sets[index].add(at);
          }
        }
        const both = (a: Set<number>, b: Set<number>) => [...a].filter((input) => b.has(input)).length;
        const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
        expect(windowTable(axis, tile)).toMatchObject({
          count: sets.length,
          inputs: sum(sets.map(({ size }) => size)),
          firstInputs: sets[0].size,
          largestInputs: Math.max(...sets.map(({ size }) => size)),
          adjacent: sum(sets.slice(1).map((set, index) => both(set, sets[index]))),
          wrap: both(sets[sets.length - 1], sets[0]),
        });
      }),
      { numRuns: 500 },
    );
  });
});

describe('touchedTaps', () => {
  it('leaves padding out: 5 outputs x 3 taps less one tap at each end', () => {
    expect(touchedTaps(same)).toBe(13);
  });

  it('is what visiting every tap says', () => {
    fc.assert(
      fc.property(axes, (axis) => {
        let touched = 0;
        for (let output = 0; output < axis.outputs; output++) {
          for (let tap = 0; tap < axis.taps; tap++) {
            const at = output * axis.stride + tap * axis.dilation - axis.padding;
            if (at >= 0 && at < axis.inputs) touched++;
          }
        }
        expect(touchedTaps(axis)).toBe(touched);
      }),
      { numRuns: 500 },
    );
  });
});
