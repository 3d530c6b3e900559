import { describe, expect, it } from 'vitest';
import sharp, { type Sharp } from 'sharp';
import { decodeImage } from './decode.ts';
import { plainPixels } from '../testing/pictures.ts';

const width = 5;
const height = 3;
const pixels = plainPixels(width, height, 4);
const picture = (): Sharp => sharp(pixels, { raw: { width, height, channels: 3 } });

describe('decodeImage', () => {
  it.each([
    ['PNG', () => picture().png()],
    ['lossless WebP', () => picture().webp({ lossless: true })],
    ['TIFF', () => picture().tiff({ compression: 'none' })],
    ['PNG with transparency, which is dropped', () => picture().ensureAlpha(0.3).png()],
  ])('reads %s, whatever the file is called', async (_, make) => {
    const image = await decodeImage(await make().toBuffer(), 'a.JPEG');
    expect({ ...image, pixels: [...image.pixels] }).toEqual({ width, height, pixels: [...pixels] });
  });

  it('repeats gray three times', async () => {
    const gray = Uint8Array.from({ length: width * height }, (_, i) => i * 7);
    const bytes = await sharp(gray, { raw: { width, height, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    const image = await decodeImage(bytes, 'gray.png');
    expect([...image.pixels]).toEqual([...gray].flatMap((code) => [code, code, code]));
  });

  it('turns inks into colours as Pillow does', async () => {
    // Cyan, magenta, yellow, black: 0 0 0 0, 255 0 128 0, 0 0 0 255, 100 50 200 55, in a TIFF made by Pillow.
    // Light = 255 - black, code = light - round(ink * light / 255), as in 200 - round(100 * 200 / 255) = 122.
    const tiff =
      'SUkqAAgAAAAKAAABBAABAAAABAAAAAEBBAABAAAAAQAAAAIBAwAEAAAAhgAAAAMBAwABAAAAAQAAAAYBAwABAAAABQAAABEBBAABAAAAjgAAABUBAwABAAAABAAAABYBBAABAAAAAQAAABcBBAABAAAAEAAAABwBAwABAAAAAQAAAAAAAAAIAAgACAAIAAAAAAD/AIAAAAAA/2QyyDc=';
    const expected = [255, 255, 255, 0, 255, 127, 0, 0, 0, 122, 161, 43];
    expect([...(await decodeImage(Buffer.from(tiff, 'base64'), 'inks.tif')).pixels]).toEqual(expected);
  });

  it('reads inverted inks in JPEG as Pillow does', async () => {
    // Image.frombytes('CMYK', (3, 2), bytes(i * 37 % 256 for i in range(24))), quality 100; its convert('RGB').
    const jpeg =
      '/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwABAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB/8AAFAgAAgADBEMRAE0RAFkRAEsRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAoICf/EACIQAAMAAwACAAcAAAAAAAAAAAQFBgMHCAIJABMnOEZYZf/aAA4EQwBNAFkASwAAPwDC/sDtjsyL3menjuuOnJNQZrPn6sMVzO+9qIVxVVfc+6vurqmJBV1Yo2egtLejobGsc5cXkxo6p85oXBJjdocZnSR6gY2QvvWpyJdXUrN2lvaazy1ljY1iNXR1VZVUdVROKGmpqFwKY3fUD5uYY0cuWhhTFoxKJOOJzk58uXzQBrfUOpvk7N+l+u/uU61/Cpr9o9wfzPi+J2NkLQvYjixlZusbh706Jkw2lMjVvmIsrA752PCwsyMc0FKJwT8XETk9HSabFl8V05KoU08nGDUKwQ8H/9k=';
    const expected = [144, 123, 102, 106, 69, 33, 88, 73, 58, 56, 25, 207, 44, 35, 25, 18, 166, 141];
    expect([...(await decodeImage(Buffer.from(jpeg, 'base64'), 'inks.jpg')).pixels]).toEqual(expected);
  });

  it('refuses what is cut off, empty or no picture, by the file name', async () => {
    const jpeg = await picture().resize(64, 64).jpeg().toBuffer();
    const cases: readonly (readonly [string, Uint8Array, string])[] = [
      [
        'cut.JPEG',
        jpeg.subarray(0, jpeg.length - 80),
        'cut.JPEG: cannot be decoded: VipsJpeg: premature end',
      ],
      ['empty.JPEG', new Uint8Array(), 'empty.JPEG: cannot be decoded: the file is empty'],
      ['text.JPEG', Buffer.from('hello'), 'text.JPEG: cannot be decoded: Input buffer contains unsupported'],
      ['half.png', (await picture().png().toBuffer()).subarray(0, 60), 'half.png: cannot be decoded: '],
    ];
    for (const [name, bytes, message] of cases) {
      await expect(decodeImage(bytes, name), name).rejects.toThrow(message);
      await expect(decodeImage(bytes, name), name).rejects.toThrow(
        '[image-corrupt] — get the file again, or leave such images out with --skip-corrupt',
      );
    }
  });

  it('refuses 16-bit samples and formats that are no photographs', async () => {
    const deep = await sharp(new Uint16Array(12).fill(40000), { raw: { width: 2, height: 2, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    await expect(decodeImage(deep, 'deep.png')).rejects.toThrow(
      'deep.png: has ushort samples; pictures are read as jpeg, png, webp, tiff, gif with 8 bits per sample [image-unsupported]',
    );
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>');
    await expect(decodeImage(svg, 'a.jpg')).rejects.toThrow('a.jpg: is a picture in the format svg');
  });
});
