/** Energies, picojoules, of a machine at one supply and clock: plain numbers of 0 or more. */
export interface MappingPrices {
  /** Per bit of memory. */
  readonly memory: BitPrices;
  /** Per bit of each buffer, in the order of the machine's buffers. */
  readonly buffers: readonly BitPrices[];
  /** Per bit delivered by the network on chip. */
  readonly deliveredPj: number;
  /** Per bit stored in a row of a macro. */
  readonly loadedPj: number;
  /** Per step: searches, multiplications, rescaling, accumulation, and the cycles of its slots. */
  readonly stepPj: number;
  /** Per window: the cycles of its overhead. */
  readonly windowPj: number;
  /** What no mapping changes: matches and threshold comparisons of the layer. */
  readonly layerPj: number;
  /** Leakage of all buffers during one cycle. */
  readonly leakagePjPerCycle: number;
}

/** Picojoules per bit. */
export interface BitPrices {
  readonly readPj: number;
  readonly writePj: number;
}
