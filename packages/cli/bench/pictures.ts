import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { mulberry32 } from './random.ts';

/** Name of the listing beside the pictures. */
export const LABELS = 'labels.csv';

/** Size of a picture: the commonest of ILSVRC2012. */
const WIDTH = 500;
const HEIGHT = 375;
/** Side of the square field that pictures are windows of. */
const FIELD = 1500;
/** Quality at which a picture of this noise has about the size of a photograph of ILSVRC2012, 110 kB. */
const QUALITY = 94;

/** Adds noise that is linear between values a `cell` of pixels apart, like detail of that size in a photograph. */
function addDetail(field: Float32Array, cell: number, amplitude: number, random: () => number): void {
  const nodes = Math.ceil(FIELD / cell) + 1;
  const values = Float32Array.from({ length: nodes * nodes }, () => (random() * 2 - 1) * amplitude);
  for (let y = 0; y < FIELD; y++) {
    const row = Math.floor(y / cell) * nodes;
    const down = (y % cell) / cell;
    for (let x = 0; x < FIELD; x++) {
      const node = row + Math.floor(x / cell);
      const right = (x % cell) / cell;
      const above = values[node] * (1 - right) + values[node + 1] * right;
      const below = values[node + nodes] * (1 - right) + values[node + nodes + 1] * right;
      field[y * FIELD + x] += above * (1 - down) + below * down;
    }
  }
}

/** Noise with detail of every size from `finest` pixels on, stronger the larger. */
function noise(finest: number, random: () => number): Float32Array {
  const field = new Float32Array(FIELD * FIELD);
  for (let cell = 256; cell >= finest; cell /= 2) addDetail(field, cell, 11 * cell ** 0.4, random);
  return field;
}

/** Red, green, blue: brightness with fine detail, and coarser colours around it. */
function colours(random: () => number): Uint8ClampedArray {
  const brightness = noise(1, random);
  const tints = [noise(8, random), noise(8, random), noise(8, random)];
  const pixels = new Uint8ClampedArray(FIELD * FIELD * 3);
  for (let i = 0; i < FIELD * FIELD; i++) {
    for (let c = 0; c < 3; c++) pixels[3 * i + c] = 120 + brightness[i] + 0.5 * tints[c][i];
  }
  return pixels;
}

/**
 * Makes a data set in `folder`: `distinct` different JPEG files of 500 x 375 pixels, which cost what photographs
 * cost to decode, links to them until there are `count` files, and `labels.csv`, which tells `classes` classes apart.
 *
 * @returns bytes of a file on average
 */
export async function makePictures(
  folder: string,
  {
    distinct,
    count,
    classes,
  }: { readonly distinct: number; readonly count: number; readonly classes: number },
  seed: number,
): Promise<number> {
  mkdirSync(folder, { recursive: true });
  const random = mulberry32(seed);
  const field = sharp(colours(random), { raw: { width: FIELD, height: FIELD, channels: 3 } });
  const pathOf = (index: number): string => join(folder, `${index}.jpg`);
  let bytes = 0;
  for (let index = 0; index < count; index++) {
    if (index >= distinct) {
      linkSync(pathOf(index % distinct), pathOf(index));
      continue;
    }
    const left = Math.floor(random() * (FIELD - WIDTH));
    const top = Math.floor(random() * (FIELD - HEIGHT));
    const window = field.clone().extract({ left, top, width: WIDTH, height: HEIGHT });
    const file = await window.jpeg({ quality: QUALITY }).toBuffer();
    writeFileSync(pathOf(index), file);
    bytes += file.length;
  }
  const lines = Array.from({ length: count }, (_, index) => `${index}.jpg,${index % classes}`);
  writeFileSync(join(folder, LABELS), `file,class_index\n${lines.join('\n')}\n`);
  return bytes / Math.min(distinct, count);
}
