import { readHalves, writeHalves } from '@tally/core';

/** A rectangle of a feature map. */
export interface Rectangle {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

const product = (shape: readonly number[]): number => shape.reduce((all, size) => all * size, 1);

/** One value of a network for all calibration images, kept in half precision. */
export class FeatureCache {
  readonly count: number;
  /** Without the image axis: `[c, h, w]` or `[features]`. */
  readonly shape: readonly number[];
  readonly #halves: Uint16Array;

  /** @param reuse another cache, no longer needed, whose memory may be taken over. */
  constructor(count: number, shape: readonly number[], reuse?: FeatureCache) {
    this.count = count;
    this.shape = shape;
    const length = count * product(shape);
    const old = reuse === undefined ? null : reuse.#halves;
    this.#halves = old !== null && old.length >= length ? old.subarray(0, length) : new Uint16Array(length);
  }

  /** Elements of one image. */
  get size(): number {
    return product(this.shape);
  }

  /** Writes the values of the images from `first` on. */
  write(first: number, values: Float32Array): void {
    writeHalves(values, this.#halves, first * this.size);
  }

  /** Reads whole images into `target`, from its element `at` on. */
  read(first: number, images: number, target: Float32Array, at = 0): void {
    readHalves(this.#halves, first * this.size, images * this.size, target, at);
  }

  /** Reads a rectangle of one image's maps (all of a value without maps) into `target`, from its element `at` on. */
  readRectangle(
    image: number,
    { top, left, height, width }: Rectangle,
    target: Float32Array,
    at: number,
  ): void {
    const [channels = 0, rows = 0, columns = 0] = this.shape;
    if (this.shape.length < 3 || (width === columns && height === rows)) {
      this.read(image, 1, target, at);
      return;
    }
    let to = at;
    for (let channel = 0; channel < channels; channel++) {
      let from = image * this.size + (channel * rows + top) * columns + left;
      for (let row = 0; row < height; row++) {
        readHalves(this.#halves, from, width, target, to);
        from += columns;
        to += width;
      }
    }
  }
}
