import { createHash } from 'node:crypto';
import { fail, transformText, type Transform } from '@tally/core';
import { checkIndex, type Dataset, type DatasetKind } from './dataset.ts';
import { startDecoder } from './decoder.ts';
import type { ImageFile } from './load-image.ts';

/** One encoded picture and its class. */
export interface ListedImage {
  readonly file: ImageFile;
  /** Its name within the data set, the same wherever the data set lies. */
  readonly key: string;
  readonly label: number;
}

/** All pictures of a data set, in their order; nothing is decoded yet. */
export interface Listing {
  readonly name: string;
  readonly kind: DatasetKind;
  readonly classes: number;
  readonly images: readonly ListedImage[];
}

/** How listed pictures become pixels. */
export interface DecodeOptions {
  readonly transform: Transform;
  /** Shape that the network reads: channels, rows, columns; null takes that of the first picture. */
  readonly shape: readonly [number, number, number] | null;
  /** Decoding threads beside the calling one; 0 for none. */
  readonly threads: number;
}

/**
 * A {@link Dataset} that decodes its pictures when they are read. Pixels are as torchvision makes them.
 *
 * @throws TallyError `dataset-empty`, `label-out-of-range`, `dataset-shape-mismatch`, and what the first picture
 * is refused for, where it has to tell the shape
 */
export async function openListing(listing: Listing, options: DecodeOptions): Promise<Dataset> {
  const { name, kind, classes, images } = listing;
  if (images.length === 0) {
    fail('dataset-empty', name, 'has no images', 'name a folder or an archive with images in it');
  }
  checkListedLabels(listing);
  const shape = await shapeOf(listing, options);
  const decoder = startDecoder(options.threads);
  const { transform } = options;
  return {
    name,
    kind,
    classes,
    length: images.length,
    shape,
    identity: identityOf(listing, transform),
    label(index) {
      checkIndex(index, images.length);
      return images[index].label;
    },
    source(index) {
      checkIndex(index, images.length);
      return images[index].file.source;
    },
    async read(index) {
      checkIndex(index, images.length);
      const { file } = images[index];
      return (await decoder.load({ file, transform, size: [shape[1], shape[2]], view: null })).planar;
    },
    async view(index, seed, number) {
      checkIndex(index, images.length);
      const { file, key } = images[index];
      const view = { seed, path: [key, number] };
      return (await decoder.load({ file, transform, size: [shape[1], shape[2]], view })).planar;
    },
    close: () => decoder.close(),
  };
}

function checkListedLabels({ images, classes }: Listing): void {
  const bad = images.find(({ label }) => !Number.isInteger(label) || label < 0 || label >= classes);
  if (bad === undefined) return;
  fail(
    'label-out-of-range',
    bad.file.source,
    `has the label ${bad.label}, must be below ${classes}, the number of classes`,
    `use a data set of ${classes} classes`,
  );
}

async function shapeOf(
  { name, images }: Listing,
  { transform, shape }: DecodeOptions,
): Promise<Dataset['shape']> {
  const { crop } = transform;
  let made: Dataset['shape'];
  if (crop !== null) made = [3, crop, crop];
  else if (shape?.[0] === 3) return shape;
  else {
    const decoder = startDecoder(0);
    const { height, width } = await decoder.load({
      file: images[0].file,
      transform,
      size: null,
      view: null,
    });
    made = [3, height, width];
  }
  if (shape !== null && shape.some((size, axis) => size !== made[axis])) {
    fail(
      'dataset-shape-mismatch',
      name,
      `its images are ${made.join('×')} after the transform ${transformText(transform)}, the network reads ${shape.join('×')}`,
      'choose another transform or data set',
    );
  }
  return made;
}

function identityOf({ kind, classes, images }: Listing, transform: Transform): string {
  const hash = createHash('sha256').update(
    `tally dataset 1\n${kind}\n${classes}\n${transformText(transform)}\n`,
  );
  for (const { key, label, file } of images) hash.update(`${key}\t${file.length}\t${label}\n`);
  return hash.digest('hex');
}
