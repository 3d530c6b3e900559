/** How a data set is stored. */
export type DatasetKind =
  'idx' | 'cifar10' | 'class-folders' | 'ilsvrc2012-folder' | 'ilsvrc2012-tar' | 'labels-csv';

/**
 * Images in a fixed order, read one at a time: an evaluation never holds them all.
 *
 * Pixels are what a decoder gives, codes 0 to 255; normalisation belongs to the network.
 */
export interface Dataset {
  /** For people: name of the folder or file. */
  readonly name: string;
  readonly kind: DatasetKind;
  /** Number of classes; every label is below it. */
  readonly classes: number;
  /** Number of images. */
  readonly length: number;
  /** Channels, rows, columns of every image. */
  readonly shape: readonly [number, number, number];
  /**
   * SHA-256 in hex over everything that decides which bytes {@link read} gives in which order and
   * what they are labelled: file names, sizes, labels and the transform; for data sets held in memory
   * the pixels themselves. The folder's own place does not matter. Same identity, same evaluation.
   */
  readonly identity: string;
  /** Class index 0 .. classes - 1 of image `index`, or null where the data set has no labels. */
  label(index: number): number | null;
  /** Where image `index` comes from, for messages. */
  source(index: number): string;
  /**
   * Pixels of image `index`: uint8, channels x rows x columns, the caller's own copy. May be called
   * again before the last one has settled.
   *
   * @throws TallyError `image-unreadable`, `image-corrupt`, `image-unsupported`,
   * `image-shape-mismatch`, each with the file's name
   * @throws RangeError when `index` is none of 0 .. length - 1
   */
  read(index: number): Promise<Uint8Array>;
  /**
   * Another view of image `index`, of the same shape: of a picture a random part of it (see `randomView` of the core), of an
   * image that is in memory itself, shifted by up to an eighth of its side; mirrored every other time. The same seed and
   * number, 1, 2, ..., give the same view of the same image.
   *
   * @throws as {@link read}
   */
  view(index: number, seed: number, number: number): Promise<Uint8Array>;
  /** Ends threads and closes files; images cannot be read afterwards. */
  close(): Promise<void>;
}

/** Refuses an index outside a data set; a defect of the caller, not of the user's files. */
export function checkIndex(index: number, length: number): void {
  if (Number.isInteger(index) && index >= 0 && index < length) return;
  throw new RangeError(`image ${index} of a data set with ${length} images`);
}
