import type { Random } from './random.ts';

/** How training images are varied. */
export interface Augmentation {
  /** Zero pixels added on each side before a random crop back to the image's size. */
  readonly padding: number;
  /** Mirror every other image, on average, left to right. */
  readonly flip: boolean;
}

/**
 * Copies one image `[channels, rows, columns]` of codes, shifted and mirrored at random. Pixels from outside are 0.
 * Takes the same count of random numbers for every image.
 */
export function augmentImage(
  source: Uint8Array,
  target: Uint8Array,
  [channels, rows, columns]: readonly [channels: number, rows: number, columns: number],
  random: Random,
  { padding, flip }: Augmentation,
): void {
  const down = random.below(2 * padding + 1) - padding;
  const right = random.below(2 * padding + 1) - padding;
  const mirror = flip && random.below(2) === 1;
  for (let channel = 0; channel < channels; channel++) {
    const plane = channel * rows * columns;
    for (let row = 0; row < rows; row++) {
      const sourceRow = row + down;
      const start = plane + sourceRow * columns;
      for (let column = 0; column < columns; column++) {
        const unmirrored = mirror ? columns - 1 - column : column;
        const sourceColumn = unmirrored + right;
        const inside = sourceRow >= 0 && sourceRow < rows && sourceColumn >= 0 && sourceColumn < columns;
        target[plane + row * columns + column] = inside ? (source[start + sourceColumn] ?? 0) : 0;
      }
    }
  }
}
