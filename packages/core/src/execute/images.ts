import { fail } from '../diagnostics/index.ts';
import { showShape } from '../network/check.ts';
import { elementCount } from '../network/integers.ts';
import type { Network } from '../network/network.ts';

/**
 * Checks the images of a run against the network's input.
 *
 * @throws TallyError `image-shape-mismatch` when the length is not `count` whole images,
 * `image-code-out-of-range` when a pixel does not fit the input width.
 */
export function checkImages(network: Network, images: Uint8Array, count: number): void {
  const { shape, bits } = network.input;
  const expected = count * elementCount(shape);
  if (!Number.isInteger(count) || count < 1 || images.length !== expected) {
    fail(
      'image-shape-mismatch',
      'images',
      `have ${images.length} elements, must have ${expected} (${count} images of ${showShape(shape)})`,
      'give whole images of the network input shape, and their number',
    );
  }
  const limit = 2 ** bits;
  const wrong = bits === 8 ? -1 : images.findIndex((code) => code >= limit);
  if (wrong >= 0) {
    fail(
      'image-code-out-of-range',
      `images[${wrong}]`,
      `is ${images[wrong]}, must be below ${limit} (the network reads ${bits}-bit codes)`,
      'quantize the images to the input width of the network',
    );
  }
}
