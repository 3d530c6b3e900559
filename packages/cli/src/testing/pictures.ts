import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import sharp from 'sharp';

/** A picture of one colour with a lighter spot, so that every file differs: red, green, blue, row-major. */
export function plainPixels(width: number, height: number, shade: number): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, i) =>
    i < 9 ? 250 : (shade * 20 + (i % 3) * 5) % 240,
  );
}

/** Bytes of a PNG, so that pixels come back exactly. */
export function pngBytes(width: number, height: number, shade: number): Promise<Buffer> {
  return sharp(plainPixels(width, height, shade), { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** Writes a PNG (whatever its name says) with its folders. */
export async function writePicture(path: string, shade: number, width = 6, height = 4): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, await pngBytes(width, height, shade));
}

/** Channel after channel from {@link plainPixels}. */
export function plainPlanar(width: number, height: number, shade: number): number[] {
  const pixels = plainPixels(width, height, shade);
  const size = width * height;
  return Array.from({ length: 3 * size }, (_, i) => pixels[(i % size) * 3 + Math.floor(i / size)]);
}
