/** A picture as decoders give it: red, green, blue of one pixel beside each other. */
export interface RgbImage {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** uint8, `height` x `width` x 3. */
  readonly pixels: Uint8Array;
}

/** Pixels channel by channel, as networks read them: uint8, 3 x `height` x `width`. */
export function toPlanar({ width, height, pixels }: RgbImage): Uint8Array {
  const size = width * height;
  const planar = new Uint8Array(3 * size);
  for (let p = 0, i = 0; p < size; p++, i += 3) {
    planar[p] = pixels[i];
    planar[size + p] = pixels[i + 1];
    planar[2 * size + p] = pixels[i + 2];
  }
  return planar;
}
