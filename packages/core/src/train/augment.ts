import type { Random } from './random.ts';

/** How training images are varied. */
export interface Augmentation {
  /** Zero pixels added on each side before a random crop back to the image's size. */
  readonly padding: number;
  /** Mirror every other image, on average, left to right. */
  readonly flip: boolean;
  /** Share of the images into which another is blended, 0 to 1; left out: 0. */
  readonly mixup?: number;
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

/** Steps of a blend's weight: blends are exact in integers. */
const MIXUP_UNIT = 256;

/**
 * Blends the next image of the batch (the first into the last) into each of a share of the images, in place:
 * code = round((1 - w) own + w next), w uniform over 0, 1/256 .. 1/2, halves up, so that each image keeps the larger part. What
 * mixup makes (Zhang et al., ICLR 2018), for students that imitate what a teacher says of the blend (Beyer et al., CVPR 2022):
 * labels are left as they are.
 *
 * @param images codes of a batch, one image behind the other.
 * @param size of one image.
 * @param share of the images, 0 to 1.
 */
export function mixImages(images: Uint8Array, size: number, random: Random, share: number): void {
  const count = images.length / size;
  const first = images.slice(0, size);
  for (let image = 0; image < count; image++) {
    const isMixed = random.unit() < share;
    const weight = random.below(MIXUP_UNIT / 2 + 1);
    if (!isMixed) continue;
    const own = images.subarray(image * size, (image + 1) * size);
    // The next one is still as it was.
    const next = image + 1 < count ? images.subarray((image + 1) * size, (image + 2) * size) : first;
    for (let i = 0; i < size; i++) {
      own[i] = ((MIXUP_UNIT - weight) * own[i] + weight * next[i] + MIXUP_UNIT / 2) >> 8;
    }
  }
}
