import {
  largestTiles,
  tensorBits,
  type MachineBuffer,
  type MappedLayerReport,
  type MappingReport,
  type Operand,
} from '@tally/core';

/** What one buffer holds while a layer runs, bits. */
export interface BufferUse {
  readonly buffer: MachineBuffer;
  /** The largest tile of each operand, once. */
  readonly tiles: readonly { readonly operand: Operand; readonly bits: number }[];
  /** Tensors that stay on chip between layers. */
  readonly keptBits: number;
  /** Tiles, twice where the buffer is double-buffered, and what is kept. */
  readonly usedBits: number;
}

/** How the buffers are filled by a mapping. */
export function bufferUses(
  { problem, mapping, keeps }: MappedLayerReport,
  { machine }: Pick<MappingReport, 'machine'>,
): readonly BufferUse[] {
  const bits = largestTiles(problem, machine, mapping);
  const whole = tensorBits(problem);
  return machine.buffers.map((buffer) => {
    const holdsActivations = buffer.operands.includes('activations');
    // A kept input is there as a whole: it needs no tile.
    const tiles = buffer.operands
      .filter((operand) => !(operand === 'activations' && keeps.input))
      .map((operand) => ({ operand, bits: bits[operand] }));
    const keptBits = holdsActivations
      ? (keeps.input ? whole.input : 0) + (keeps.results ? whole.results : 0)
      : 0;
    const once = tiles.reduce((sum, tile) => sum + tile.bits, 0);
    return { buffer, tiles, keptBits, usedBits: (buffer.doubleBuffered ? 2 : 1) * once + keptBits };
  });
}
