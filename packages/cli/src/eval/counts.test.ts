import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packCounts, unpackCounts } from './counts.ts';

const count = fc.oneof(fc.nat(3), fc.nat(70_000), fc.maxSafeNat());

test('counts come back, in as few bytes as the largest needs', () => {
  fc.assert(
    fc.property(fc.array(count, { maxLength: 40 }), (values) => {
      const counts = Float64Array.from(values);
      const packed = packCounts(counts);
      expect(unpackCounts(packed, counts.length)).toEqual(counts);
      const largest = Math.max(0, ...values);
      expect(256 ** packed.width).toBeGreaterThan(largest);
      if (packed.width > 1) expect(256 ** (packed.width - 1)).toBeLessThanOrEqual(largest);
    }),
  );
});

test('another number of counts, another width, other bytes are none', () => {
  const counts = Float64Array.of(1, 300, 2 ** 40, 0);
  const packed = packCounts(counts);
  expect(packed.width).toBe(6);
  expect(unpackCounts(packed, 3)).toBeNull();
  expect(unpackCounts(packed, 5)).toBeNull();
  for (const width of [0, 5, 7, 8, 1.5, NaN]) expect(unpackCounts({ ...packed, width }, 4)).toBeNull();
  expect(unpackCounts({ ...packed, data: packed.data.slice(4) }, 4)).toBeNull();
  // Seven bytes hold more than float64 holds of the integers.
  const seven = (last: number) => deflateSync(Uint8Array.of(255, 255, 255, 255, 255, 255, last));
  const unpacked = (last: number) => unpackCounts({ width: 7, data: seven(last).toString('base64') }, 1);
  expect(unpacked(31)).toEqual(Float64Array.of(2 ** 53 - 1));
  expect(unpacked(32)).toBeNull();
});
