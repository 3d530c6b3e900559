import type { Operand } from '../operand.ts';

/** Energies, picojoules, and speeds of a machine at one supply and clock: plain numbers of 0 or more. */
export interface MappingPrices {
  /** Per bit of memory. */
  readonly memory: { readonly readPj: number; readonly writePj: number };
  /** Per bit of the buffer that holds the operand; zeros where it has none. */
  readonly buffers: Readonly<Record<Operand, { readonly readPj: number; readonly writePj: number }>>;
  /** Per bit delivered by the wires. */
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

/** A tier that limits the speed: bits per cycle, and whether it moves while the macros compute. */
export interface TierSpeed {
  readonly operands: readonly Operand[];
  readonly bitsPerCycle: number;
  readonly doubleBuffered: boolean;
}

/** The speeds of a machine. */
export interface MappingSpeeds {
  readonly memoryBitsPerCycle: number;
  readonly buffers: readonly TierSpeed[];
}
