import type { Interpolation } from './filter.ts';
import type { RgbImage } from './image.ts';
import { resample, type PixelWindow } from './resample.ts';
import type { ImageSize } from './resize.ts';

/** A part of a picture, seen as it is or in a mirror. */
export interface View {
  readonly window: PixelWindow;
  readonly mirrored: boolean;
}

/** Share of the picture's area that a view has, at least: smaller parts rarely show what the picture is of. */
const LEAST_AREA = 0.25;
/** Width over height of a view lies between 1 / this and this, before its place is sought. */
const WIDEST = 4 / 3;
/** Parts that are tried before the largest one in the middle is taken. */
const TRIES = 10;

/**
 * A random view of a picture, as torchvision's `RandomResizedCrop` and `RandomHorizontalFlip` choose them: area uniform from
 * {@link LEAST_AREA} to all, aspect ratio uniform in its logarithm, any place, mirrored every other time.
 *
 * @param unit random numbers in [0, 1); two for every try, three more for place and mirror.
 */
export function randomView({ width, height }: ImageSize, unit: () => number): View {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const area = width * height * (LEAST_AREA + (1 - LEAST_AREA) * unit());
    const ratio = Math.exp((2 * unit() - 1) * Math.log(WIDEST));
    const columns = Math.round(Math.sqrt(area * ratio));
    const rows = Math.round(Math.sqrt(area / ratio));
    if (columns < 1 || rows < 1 || columns > width || rows > height) continue;
    const left = Math.floor(unit() * (width - columns + 1));
    const top = Math.floor(unit() * (height - rows + 1));
    return { window: { left, top, width: columns, height: rows }, mirrored: unit() < 0.5 };
  }
  // The largest part of an allowed shape, in the middle.
  const columns = Math.min(width, Math.max(1, Math.round(height * WIDEST)));
  const rows = Math.min(height, Math.max(1, Math.round(width * WIDEST)));
  const window = {
    left: Math.floor((width - columns) / 2),
    top: Math.floor((height - rows) / 2),
    width: columns,
    height: rows,
  };
  return { window, mirrored: unit() < 0.5 };
}

/** A view as a picture of `width` x `height` pixels: cut out first, then resampled, as torchvision's `resized_crop` does. */
export function applyView(
  image: RgbImage,
  { window, mirrored }: View,
  { width, height }: ImageSize,
  interpolation: Interpolation,
): RgbImage {
  const whole = { width: image.width, height: image.height };
  const part = resample(image, whole.width, whole.height, interpolation, window);
  const made = resample(part, width, height, interpolation);
  return mirrored ? mirror(made) : made;
}

function mirror({ width, height, pixels }: RgbImage): RgbImage {
  const out = new Uint8Array(pixels.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = (row * width + column) * 3;
      out.set(pixels.subarray(from, from + 3), (row * width + width - 1 - column) * 3);
    }
  }
  return { width, height, pixels: out };
}
