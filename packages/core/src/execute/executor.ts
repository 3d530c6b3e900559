/**
 * How often each activation digit level occurred at each position of a layer's input, summed over
 * the images run. From it and the weights the exact number of matches of every counting class
 * follows without looking at a single dot product (see `counting/pairs`).
 */
export interface LevelHistogram {
  /** Images summed over. */
  readonly images: number;
  /** Digits are base 2^digitBits, least significant first: a = sum_d digit_d * 2^(digitBits * d). */
  readonly digitBits: number;
  readonly digits: number;
  /** Elements of the layer's input, `channels * height * width`, row-major (channel first). */
  readonly positions: number;
  /** Shape `[positions, digits, 2^digitBits]`. */
  readonly counts: Float64Array;
}

export interface RunOptions {
  /** Layers (conv or fully-connected node ids) whose input levels are to be counted, with the digit width of each. */
  readonly histogramDigitBits?: ReadonlyMap<string, number>;
  /**
   * Called for every value that the executor materialises, in topological order, per batch; data in
   * row-major `[images, ...shape]`. An executor may fuse nodes: then the inner values are not shown.
   * Slow: for tests and inspection.
   */
  readonly observe?: (id: string, data: Uint8Array | Int32Array, images: number) => void;
}

export interface RunResult {
  /** Network outputs, shape `[images, classes]`. */
  readonly outputs: Int32Array;
  /** By MAC node id; empty when not asked for. */
  readonly histograms: ReadonlyMap<string, LevelHistogram>;
}

/** Runs one network, bit-exactly. Two implementations exist: `reference` (naive) and `kernels` (WebAssembly). */
export interface Executor {
  /**
   * @param images unsigned codes, shape `[count, ...network.input.shape]`, each below 2^input.bits
   * @throws TallyError `image-shape-mismatch` when the length is not `count` whole images
   */
  run(images: Uint8Array, count: number, options?: RunOptions): RunResult;
}
