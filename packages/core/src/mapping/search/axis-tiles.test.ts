import { expect, test } from 'vitest';
import { disjoint, repeated, windowed } from './axis-tiles.ts';

test('a 3-tap window with padding over 8 inputs, tiles of 4 positions: the halo is shared', () => {
  const axis = { outputs: 8, inputs: 8, taps: 3, stride: 1, dilation: 1, padding: 1 };
  // Tiles read inputs 0..4 and 3..7: five each, two of them (3, 4) in both.
  expect(windowed(axis, 4)).toEqual({ count: 2, sum: 10, first: 5, largest: 5, shared: 2, sharedOnRestart: 2 });
  // One tile: all inputs once, and the same again when the loop starts anew.
  expect(windowed(axis, 8)).toEqual({ count: 1, sum: 8, first: 8, largest: 8, shared: 0, sharedOnRestart: 8 });
});

test('a stride beyond the kernel skips inputs; dilation leaves holes', () => {
  const strided = { outputs: 3, inputs: 9, taps: 1, stride: 3, dilation: 1, padding: 0 };
  expect(windowed(strided, 2)).toEqual({ count: 2, sum: 3, first: 2, largest: 2, shared: 0, sharedOnRestart: 0 });
  // Positions 0 and 1 read {0, 2} and {1, 3}.
  const dilated = { outputs: 2, inputs: 4, taps: 2, stride: 1, dilation: 2, padding: 0 };
  expect(windowed(dilated, 1)).toEqual({ count: 2, sum: 4, first: 2, largest: 2, shared: 0, sharedOnRestart: 0 });
});

test('disjoint tiles share nothing; a loop that an operand does not know shares everything', () => {
  expect(disjoint(10, 4)).toEqual({ count: 3, sum: 10, first: 4, largest: 4, shared: 0, sharedOnRestart: 0 });
  expect(disjoint(4, 4)).toEqual({ count: 1, sum: 4, first: 4, largest: 4, shared: 0, sharedOnRestart: 4 });
  expect(repeated(3)).toEqual({ count: 3, sum: 3, first: 1, largest: 1, shared: 2, sharedOnRestart: 1 });
});
