import { fail } from '../diagnostics/index.ts';
import { showShape } from '../network/check.ts';
import { elementCount } from '../network/integers.ts';
import type { Network } from '../network/network.ts';

/** The index of the first code at or above `limit`, or -1. */
function firstAtLeast(codes: Uint8Array, limit: number): number {
  let all = 0;
  for (let i = 0; i < codes.length; i++) all |= codes[i];
  if (all < limit) return -1;
  return codes.findIndex((code) => code >= limit);
}

/**
 * Checks the images of a run: whole images, and codes within the input width, which the kernels rely on.
 *
 * @throws TallyError `image-shape-mismatch` when the length is not `count` whole images,
 * `image-code-out-of-range` when a pixel does not fit the input width.
 */
export function checkRunImages(network: Network, images: Uint8Array, count: number): void {
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
  const wrong = bits === 8 ? -1 : firstAtLeast(images, 2 ** bits);
  if (wrong >= 0) {
    fail(
      'image-code-out-of-range',
      `images[${wrong}]`,
      `is ${images[wrong]}, must be below ${2 ** bits} (the network reads ${bits}-bit codes)`,
      'quantize the images to the input width of the network',
    );
  }
}
