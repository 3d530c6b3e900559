import type { Interpolation } from './filter.ts';
import type { RgbImage } from './image.ts';
import { resample, type PixelWindow } from './resample.ts';

/** Columns and rows of a picture. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/**
 * The size after torchvision's `Resize(size)` (0.14): the shorter side becomes `size`, the longer one
 * keeps the aspect and is rounded down.
 */
export function shortSideSize({ width, height }: ImageSize, size: number): ImageSize {
  const short = Math.min(width, height);
  const long = Math.trunc((size * Math.max(width, height)) / short);
  return width <= height ? { width: size, height: long } : { width: long, height: size };
}

/** torchvision's `Resize(size)` on a Pillow image, byte for byte. */
export function resizeShortSide(image: RgbImage, size: number, interpolation: Interpolation): RgbImage {
  const { width, height } = shortSideSize(image, size);
  return resample(image, width, height, interpolation);
}

/**
 * What torchvision's `CenterCrop(size)` (0.14) takes of an image: the window, whose offsets are rounded half
 * to even as Python does. A side shorter than `size` is first padded with black, the odd pixel behind.
 */
interface Crop {
  /** Part of the image that is kept. */
  readonly window: PixelWindow;
  /** Where that part goes in the square of `size`. */
  readonly x: number;
  readonly y: number;
}

function cropOf({ width, height }: ImageSize, size: number): Crop {
  const across = cropAxis(width, size);
  const down = cropAxis(height, size);
  return {
    window: { left: across.from, top: down.from, width: across.length, height: down.length },
    x: across.to,
    y: down.to,
  };
}

/** Along one axis: `length` pixels starting at `from` go to `to`. */
function cropAxis(pixels: number, size: number): { from: number; length: number; to: number } {
  if (pixels < size) return { from: 0, length: pixels, to: Math.floor((size - pixels) / 2) };
  return { from: roundHalfEven((pixels - size) / 2), length: size, to: 0 };
}

function roundHalfEven(value: number): number {
  const down = Math.floor(value);
  if (value - down !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}

/** torchvision's `CenterCrop(size)`, byte for byte. */
export function centerCrop(image: RgbImage, size: number): RgbImage {
  return cropResampled(image, image, size, 'bilinear');
}

/** `centerCrop(resizeShortSide(image, resize, interpolation), crop)` without making the pixels that the crop drops. */
export function resizeAndCrop(
  image: RgbImage,
  resize: number,
  crop: number,
  interpolation: Interpolation,
): RgbImage {
  return cropResampled(image, shortSideSize(image, resize), crop, interpolation);
}

function cropResampled(
  image: RgbImage,
  { width, height }: ImageSize,
  size: number,
  interpolation: Interpolation,
): RgbImage {
  const { window, x, y } = cropOf({ width, height }, size);
  const part = resample(image, width, height, interpolation, window);
  if (part.width === size && part.height === size) return part;
  const pixels = new Uint8Array(size * size * 3);
  const line = part.width * 3;
  for (let row = 0; row < part.height; row++) {
    pixels.set(part.pixels.subarray(row * line, (row + 1) * line), ((y + row) * size + x) * 3);
  }
  return { width: size, height: size, pixels };
}
