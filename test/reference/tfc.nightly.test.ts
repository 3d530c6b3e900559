import { describe, expect, test } from 'vitest';
import { compareTfc, hasTfc, TFC_MISSING } from './support/tfc.ts';

describe.skipIf(!hasTfc)(`TFC_2W2A on MNIST (${TFC_MISSING})`, () => {
  test('all 10,000 images: every code exact, 96.60 % top-1 by integers', () => {
    expect(compareTfc(10_000)).toEqual({
      codes: 9_760_000,
      different: 0,
      correctByIntegers: 9660,
      correctByFloat: 9660,
    });
  });
});
