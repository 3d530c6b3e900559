import { apply, random, type Case } from './case.ts';
import * as rearrange from './naive-rearrange.ts';

function slices(
  title: string,
  start: readonly [number, number, number],
  size: readonly [number, number, number],
  step: readonly [number, number, number],
): Case {
  return {
    title,
    inputs: [random(title, [2, 4, 6, 7])],
    differentiable: [0],
    apply: apply('slice', { start, size, step }),
    reference: ([x]) => rearrange.slice(x, start, size, step),
  };
}

function pads(
  title: string,
  before: readonly [number, number, number],
  after: readonly [number, number, number],
  values: readonly number[] | null,
): Case {
  return {
    title,
    inputs: [random(title, [2, 3, 4, 5])],
    differentiable: [0],
    apply: apply('pad', { before, after, values }),
    reference: ([x]) => rearrange.pad(x, before, after, values),
  };
}

function upsamples(title: string, factors: readonly [number, number]): Case {
  return {
    title,
    inputs: [random(title, [2, 3, 4, 5])],
    differentiable: [0],
    apply: apply('upsample', { factors }),
    reference: ([x]) => rearrange.upsample(x, factors),
  };
}

/** Cases of the operators that only move elements. */
export const rearrangeCases: {
  readonly [Name in 'pad' | 'slice' | 'upsample' | 'concat']: readonly [Case, ...Case[]];
} = {
  pad: [
    pads('zeros around', [0, 1, 2], [0, 3, 0], null),
    pads('channels', [2, 0, 0], [1, 0, 0], null),
    pads('a value per channel', [0, 1, 1], [0, 1, 1], [0.5, -0.25, 2]),
  ],
  slice: [
    slices('every other pixel', [0, 0, 0], [4, 3, 4], [1, 2, 2]),
    slices('every other pixel of an odd start', [1, 1, 1], [2, 3, 3], [2, 2, 2]),
    slices('a box', [1, 2, 3], [2, 3, 4], [1, 1, 1]),
    slices('every third column', [0, 0, 2], [4, 6, 2], [1, 1, 3]),
  ],
  upsample: [upsamples('twice and three times', [2, 3]), upsamples('columns only', [1, 4])],
  concat: [
    {
      title: 'three values',
      inputs: [
        random('concat 0', [2, 1, 3, 2]),
        random('concat 1', [2, 4, 3, 2]),
        random('concat 2', [2, 2, 3, 2]),
      ],
      differentiable: [0, 1, 2],
      apply: apply('concat', {}),
      reference: (parts) => rearrange.concat(parts),
    },
  ],
};
