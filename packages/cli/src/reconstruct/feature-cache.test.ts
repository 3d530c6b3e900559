import { describe, expect, it } from 'vitest';
import { FeatureCache } from './feature-cache.ts';

/** Two images of two channels, three rows, four columns: values 100 image + 12 channel + 4 row + column. */
function filled(): FeatureCache {
  const cache = new FeatureCache(2, [2, 3, 4]);
  const image = Float32Array.from({ length: 24 }, (_, i) => i);
  cache.write(0, image);
  cache.write(
    1,
    image.map((value) => 100 + value),
  );
  return cache;
}

describe('feature cache', () => {
  it('reads whole images', () => {
    const target = new Float32Array(26);
    filled().read(1, 1, target, 2);
    expect([...target.subarray(0, 4)]).toEqual([0, 0, 100, 101]);
    expect(target[25]).toBe(123);
  });

  it('reads rectangles of every channel', () => {
    const target = new Float32Array(9).fill(-1);
    filled().readRectangle(1, { top: 1, left: 2, height: 2, width: 2 }, target, 1);
    // Rows 1 and 2, columns 2 and 3: 4 + 2, 4 + 3, 8 + 2, 8 + 3; the second channel is 12 further.
    expect([...target]).toEqual([-1, 106, 107, 110, 111, 118, 119, 122, 123]);
  });

  it('reads all of a value without maps, whatever the rectangle', () => {
    const cache = new FeatureCache(2, [3]);
    cache.write(0, Float32Array.of(1, 2, 3, 4, 5, 6));
    const target = new Float32Array(3);
    cache.readRectangle(1, { top: 0, left: 0, height: 1, width: 1 }, target, 0);
    expect([...target]).toEqual([4, 5, 6]);
  });

  it('takes over another cache’s memory: an image written in place does not touch later ones', () => {
    const old = filled();
    const smaller = new FeatureCache(2, [3], old);
    const later = new Float32Array(24);
    smaller.write(0, Float32Array.of(7, 8, 9));
    old.read(1, 1, later);
    expect(later[0]).toBe(100);
    const target = new Float32Array(3);
    smaller.read(0, 1, target);
    expect([...target]).toEqual([7, 8, 9]);
  });
});
