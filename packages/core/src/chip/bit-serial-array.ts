import type { Quantity } from './quantity.ts';

/** A supply that the publication of a chip may leave open. */
export interface SupplyRange extends Quantity {
  /** Volts between which the measurement may lie; equal where the publication states the supply. */
  readonly low: number;
  readonly high: number;
}

/** A published efficiency at one precision. */
export interface PublishedEfficiency {
  /** Weight and input bits, equal. */
  readonly bits: number;
  /** Unit `TOPS/W`; operations are those of that precision. */
  readonly topsPerWatt: Quantity;
}

/**
 * A digital in-memory macro that is no entry-counting chip: an array of bit cells, each a storage cell, a gate that
 * multiplies one weight bit with one input bit, and a full adder. The cells of a column MAC are stacked: N weight bits and
 * `carryCells` cells that widen the sum; column MACs side by side add into one dot product; inputs come bit by bit. Only
 * geometry is described; energy and area are predicted from a technology table, nothing is fitted.
 */
export interface BitSerialArray {
  readonly kind: 'tally-bit-serial-array';
  readonly formatVersion: 1;
  readonly name: string;
  readonly title: string;
  readonly citation: string;
  readonly node: Quantity;
  readonly geometry: {
    /** Bit cells of one column of the array. */
    readonly rows: Quantity;
    /** Columns of the array: entries of a dot product. */
    readonly columns: Quantity;
    /** Cells of a column MAC beside its weight bits. */
    readonly carryCells: Quantity;
  };
  /** Supply of the published efficiencies. */
  readonly supply: SupplyRange;
  readonly published: {
    /** At least one; each precision once. */
    readonly efficiencies: readonly PublishedEfficiency[];
    /** Area of the array's macro, mm²; null: not known. */
    readonly areaMm2: Quantity | null;
  };
}

/** How often each priced action happens while the whole array works off one dot product per row neuron. */
export interface BitSerialWork {
  /** Dot products side by side. */
  readonly neurons: number;
  readonly macs: number;
  /** Cycles: one per input bit. */
  readonly cycles: number;
  /** One weight bit times one input bit, in a cell. */
  readonly bitProducts: number;
  readonly fullAdders: number;
  /** Shift-and-add of a neuron's sum with the one of the input bit before; none at one input bit. */
  readonly accumulations: number;
  /** Input bits that are put on the columns. */
  readonly inputBits: number;
}

/**
 * The work of one pass over an array at N-bit weights and inputs.
 *
 * @param bits 1 to 16 and small enough that a column MAC fits a column
 * @example 128 x 128 cells, 7 carry cells, 1 bit: 128 / (1 + 7) = 16 neurons, 2,048 MACs in one cycle, 16,384 full adders
 */
export function bitSerialWork({ geometry }: Pick<BitSerialArray, 'geometry'>, bits: number): BitSerialWork {
  const cells = bits + geometry.carryCells.value;
  const columns = geometry.columns.value;
  const neurons = Math.floor(geometry.rows.value / cells);
  const macs = neurons * columns;
  return {
    neurons,
    macs,
    cycles: bits,
    bitProducts: macs * bits * bits,
    fullAdders: macs * cells * bits,
    accumulations: bits === 1 ? 0 : neurons * bits,
    inputBits: columns * bits,
  };
}
