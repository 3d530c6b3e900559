import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { augmentImage, mixImages } from './augment.ts';
import { Random } from './random.ts';

const ROWS = 4;
const COLUMNS = 5;

it('makes a shifted, perhaps mirrored copy with zeros from outside', () => {
  const source = Uint8Array.from({ length: ROWS * COLUMNS }, (_, i) => i + 1);
  const pixel = (row: number, column: number): number =>
    row >= 0 && row < ROWS && column >= 0 && column < COLUMNS ? source[row * COLUMNS + column] : 0;
  const possible = new Set<string>();
  for (let down = -2; down <= 2; down++) {
    for (let right = -2; right <= 2; right++) {
      for (const mirror of [false, true]) {
        const copy: number[] = [];
        for (let row = 0; row < ROWS; row++) {
          for (let column = 0; column < COLUMNS; column++) {
            copy.push(pixel(row + down, (mirror ? COLUMNS - 1 - column : column) + right));
          }
        }
        possible.add(copy.join());
      }
    }
  }
  // 5 shifts x 5 shifts x 2: all different for an image without equal pixels.
  expect(possible.size).toBe(50);
  const seen = new Set<string>();
  for (let seed = 0; seed < 1000; seed++) {
    const target = new Uint8Array(source.length);
    augmentImage(source, target, [1, ROWS, COLUMNS], new Random(seed), { padding: 2, flip: true });
    seen.add(target.join());
  }
  // All 50 appear in 1,000 draws (each is missed with probability 0.98^1000 = 2e-9).
  expect(seen).toEqual(possible);
});

it('without padding and flip is the identity', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), fc.nat(), (source, seed) => {
      const target = new Uint8Array(20);
      augmentImage(source, target, [1, ROWS, COLUMNS], new Random(seed), { padding: 0, flip: false });
      expect(target).toEqual(source);
    }),
  );
});

describe('mixImages', () => {
  const batch = Uint8Array.of(0, 100, 255, 10, 200, 40, 90, 255, 0);

  it('blends the next image as it was into each, the larger part its own', () => {
    const weights = new Set<number>();
    for (let seed = 0; seed < 500; seed++) {
      const mixed = Uint8Array.from(batch);
      mixImages(mixed, 3, new Random(seed), 1);
      for (let image = 0; image < 3; image++) {
        // The weight that the widest difference of the pair shows, and the other pixels with it.
        const pair = (i: number): readonly [number, number] => [
          batch[3 * image + i],
          batch[(3 * image + i + 3) % 9],
        ];
        const fits = Array.from({ length: 129 }, (_, k) => k).filter((k) =>
          [0, 1, 2].every((i) => {
            const [own, next] = pair(i);
            return mixed[3 * image + i] === Math.floor(own + ((next - own) * k) / 256 + 0.5);
          }),
        );
        expect(fits.length, `seed ${seed} image ${image}: ${mixed.join()}`).toBeGreaterThan(0);
        weights.add(fits[0]);
      }
    }
    // 1,500 draws of 129 weights; some of them give the same pixels.
    expect(weights.size).toBeGreaterThan(90);
    expect(weights).toContain(0);
  });

  it('leaves the rest of the images as they are', () => {
    const none = Uint8Array.from(batch);
    mixImages(none, 3, new Random(1), 0);
    expect(none).toEqual(batch);
    const many = Uint8Array.from({ length: 4000 }, (_, i) => (i % 2) * 255);
    mixImages(many, 1, new Random(1), 0.25);
    const changed = many.filter((value, i) => value !== (i % 2) * 255).length;
    // 4,000 x 0.25 x 128/129, standard deviation 27.
    expect(Math.abs(changed - 992)).toBeLessThan(140);
  });
});
