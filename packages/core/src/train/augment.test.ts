import fc from 'fast-check';
import { expect, it } from 'vitest';
import { augmentImage } from './augment.ts';
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
