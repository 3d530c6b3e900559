import { fail, type RgbImage } from '@tally/core';
import sharp, { type Metadata, type OutputInfo } from 'sharp';

/** What Pillow refuses from twice this on; a small file may unpack to any number of pixels. */
const MOST_PIXELS = 89_478_485;
const FORMATS: readonly string[] = ['jpeg', 'png', 'webp', 'tiff', 'gif'];

// One image is one thread's work; images run beside each other. Nothing is decoded twice.
sharp.concurrency(1);
sharp.cache(false);

/**
 * Decodes a picture to red, green, blue: the same bytes as Pillow's `Image.open(f).convert('RGB')` gives.
 * JPEG in any subsampling, baseline or progressive, RGB, grayscale (repeated three times) or CMYK; PNG, WebP,
 * TIFF and GIF of 8 bits or fewer, transparency dropped. The content decides, not the name. Colour
 * profiles and the orientation tag are ignored, as Pillow and torchvision ignore them.
 *
 * @param source name of the file, for messages
 * @throws TallyError `image-corrupt` (cut off, empty, damaged), `image-unsupported` (another format, 16 bits, too large)
 */
export async function decodeImage(bytes: Uint8Array, source: string): Promise<RgbImage> {
  if (bytes.length === 0) return failCorrupt(new Error('the file is empty'), source);
  const image = sharp(bytes, { ignoreIcc: true, failOn: 'error', limitInputPixels: MOST_PIXELS });
  let metadata: Metadata;
  try {
    metadata = await image.metadata();
  } catch (error) {
    return failCorrupt(error, source);
  }
  const { format, depth, space, width, height } = metadata;
  if (!FORMATS.includes(format)) unsupported(source, `is a picture in the format ${format}`);
  if (depth !== 'uchar') unsupported(source, `has ${depth} samples`);
  if (width * height > MOST_PIXELS) {
    unsupported(source, `has ${width}×${height} pixels, at most ${MOST_PIXELS} are decoded`);
  }
  const cmyk = space === 'cmyk';
  // The same name twice makes the library keep the four inks instead of guessing a profile.
  const raw = cmyk ? image.pipelineColourspace('cmyk').toColourspace('cmyk').raw() : image.raw();
  let decoded: { readonly data: Uint8Array; readonly info: OutputInfo };
  try {
    decoded = await raw.toBuffer({ resolveWithObject: true });
  } catch (error) {
    return failCorrupt(error, source);
  }
  const { data, info } = decoded;
  return { width: info.width, height: info.height, pixels: toRgb(data, info.channels, cmyk, source) };
}

function toRgb(data: Uint8Array, channels: number, cmyk: boolean, source: string): Uint8Array {
  if (cmyk && channels === 4) return inksToRgb(data);
  if (channels === 3) return data;
  if (channels === 4) return dropFourth(data);
  return unsupported(source, `decodes to ${channels} channels`);
}

function dropFourth(data: Uint8Array): Uint8Array {
  const pixels = new Uint8Array((data.length / 4) * 3);
  for (let i = 0, o = 0; i < data.length; i += 4, o += 3) {
    pixels[o] = data[i];
    pixels[o + 1] = data[i + 1];
    pixels[o + 2] = data[i + 2];
  }
  return pixels;
}

/** Pillow's conversion (src/libImaging/Convert.c, `cmyk2rgb`): white minus black, times white minus the ink. */
function inksToRgb(data: Uint8Array): Uint8Array {
  const pixels = new Uint8Array((data.length / 4) * 3);
  for (let i = 0, o = 0; i < data.length; i += 4, o += 3) {
    const light = 255 - data[i + 3];
    for (let c = 0; c < 3; c++) pixels[o + c] = light - timesOver255(data[i + c], light);
  }
  return pixels;
}

/** a * b / 255, rounded, for codes. */
function timesOver255(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

function failCorrupt(error: unknown, source: string): never {
  const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0];
  return fail(
    'image-corrupt',
    source,
    `cannot be decoded: ${reason}`,
    'get the file again, or leave such images out with --skip-corrupt',
  );
}

function unsupported(source: string, what: string): never {
  return fail(
    'image-unsupported',
    source,
    `${what}; pictures are read as ${FORMATS.join(', ')} with 8 bits per sample`,
    'convert it, or leave such images out with --skip-corrupt',
  );
}
