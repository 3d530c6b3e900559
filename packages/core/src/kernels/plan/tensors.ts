import type { Arena } from './arena.ts';
import { roundUp } from './arena.ts';
import { pixelsOf, type Extent } from './extent.ts';

export type Padding = readonly [top: number, left: number, bottom: number, right: number];

/**
 * Codes of a batch, one byte each: `[image][line][pixel][channel]`, zero padding around each image,
 * channels padded to a multiple of 4 (an input of 1 or 3 channels is not).
 */
export interface CodesBuffer {
  readonly kind: 'codes';
  readonly extent: Extent;
  readonly bits: number;
  readonly padding: Padding;
  readonly address: number;
  readonly pixelBytes: number;
  readonly lineBytes: number;
  readonly imageBytes: number;
  /** Bytes from an image's first padded pixel to its first real one. */
  readonly interior: number;
}

/** Integers of a batch: `[image][pixel][column]`, int32, columns = channels padded to a multiple of 8. */
export interface IntegersBuffer {
  readonly kind: 'integers';
  readonly extent: Extent;
  readonly columns: number;
  readonly address: number;
}

export type Buffer = CodesBuffer | IntegersBuffer;

/** Int32 columns of a scratch row or of a pixel of integers. */
export function columnsOf(channels: number): number {
  return roundUp(channels, 8);
}

/** Reserves a buffer of codes for `batch` images. */
export function reserveCodes(
  arena: Arena,
  extent: Extent,
  bits: number,
  padding: Padding,
  batch: number,
): CodesBuffer {
  const pixelBytes = extent.channels < 4 ? extent.channels : roundUp(extent.channels, 4);
  const lineBytes = (padding[1] + extent.width + padding[3]) * pixelBytes;
  const imageBytes = roundUp((padding[0] + extent.height + padding[2]) * lineBytes, 16);
  return {
    kind: 'codes',
    extent,
    bits,
    padding,
    address: arena.reserve(imageBytes * batch),
    pixelBytes,
    lineBytes,
    imageBytes,
    interior: padding[0] * lineBytes + padding[1] * pixelBytes,
  };
}

/** A window's walk over a buffer of codes: where its first tap lies for each output pixel. */
export interface Walk {
  readonly height: number;
  readonly width: number;
  readonly stride: readonly [number, number];
  /** Padding that the window itself counts; the buffer has at least as much. */
  readonly top: number;
  readonly left: number;
}

/** Address (or known copy) of a table of byte offsets, one per pixel of a whole batch, of windows in `buffer`. */
export function pixelTable(arena: Arena, buffer: CodesBuffer, walk: Walk, batch: number): number {
  const { lineBytes, pixelBytes, imageBytes, interior } = buffer;
  const first = interior - walk.top * lineBytes - walk.left * pixelBytes;
  const down = walk.stride[0] * lineBytes;
  const right = walk.stride[1] * pixelBytes;
  const key = `table ${[walk.height, walk.width, first, down, right, imageBytes, batch].join(' ')}`;
  return arena.putOnce(key, () => {
    const table = new Int32Array(batch * walk.height * walk.width);
    let next = 0;
    for (let image = 0; image < batch; image++) {
      for (let y = 0; y < walk.height; y++) {
        for (let x = 0; x < walk.width; x++) {
          table[next++] = image * imageBytes + first + y * down + x * right;
        }
      }
    }
    return table;
  });
}

/** The table of a buffer's own pixels. */
export function ownTable(arena: Arena, buffer: CodesBuffer, batch: number): number {
  const { height, width } = buffer.extent;
  return pixelTable(arena, buffer, { height, width, stride: [1, 1], top: 0, left: 0 }, batch);
}

/** Int32 bytes of one image of integers. */
export function integersImageBytes(extent: Extent): number {
  return pixelsOf(extent) * columnsOf(extent.channels) * 4;
}
