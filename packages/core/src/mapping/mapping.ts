import type { Operand } from './operand.ts';

/** The loops over buffer tiles. */
export type Loop = 'batch' | 'group' | 'outputs' | 'rows' | 'columns' | 'channels';

/** In the order in which ties between mappings are broken. */
export const LOOPS = [
  'batch',
  'group',
  'outputs',
  'rows',
  'columns',
  'channels',
] as const satisfies readonly Loop[];

/** Loops whose index tells one tile of an operand from another. */
export const LOOPS_OF = {
  weights: ['group', 'outputs', 'channels'],
  activations: ['batch', 'group', 'rows', 'columns', 'channels'],
  partialSums: ['batch', 'group', 'outputs', 'rows', 'columns'],
} as const satisfies Readonly<Record<Operand, readonly Loop[]>>;

/** Sizes of a buffer tile, in elements; batch and group tiles are 1, the kernel is never cut. */
export interface TileSizes {
  readonly outputs: number;
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
}

/** Contiguous shares of a tile, one per macro: `outputs` x `pixels` of them. */
export interface TileSplit {
  readonly outputs: number;
  readonly pixels: number;
}

/** What one macro does with its share: a dataflow of the registry and its tile inside the macro. */
export interface MacroTile {
  readonly dataflow: string;
  /** Tm: outputs. */
  readonly outputs: number;
  /** Tp: pixels. */
  readonly pixels: number;
  /** Kc: chunks of N entries. */
  readonly chunks: number;
}

/** How one layer is computed; docs/mapping.md. */
export interface LayerMapping {
  /** A permutation of {@link LOOPS}, outermost first. */
  readonly order: readonly Loop[];
  readonly tile: TileSizes;
  readonly split: TileSplit;
  readonly macro: MacroTile;
}

/** Name and content hash of something that a file was made for. */
export interface NamedHash {
  readonly name: string;
  /** SHA-256, 64 hexadecimal digits. */
  readonly hash: string;
}

/** Whole tensors that stay in their buffer between two layers instead of passing through memory. */
export interface KeptTensors {
  /** The layer's input is still there from the layer before. */
  readonly input: boolean;
  /** Its results stay there for the next layer. */
  readonly results: boolean;
}

export interface MappedLayer {
  readonly id: string;
  readonly mapping: LayerMapping;
  /** Left out: nothing is kept. */
  readonly keeps?: KeptTensors | undefined;
}

/** The mappings of a network's layers on a system: the file that is saved and replayed. */
export interface NetworkMapping {
  readonly kind: 'tally-mapping';
  readonly formatVersion: 1;
  readonly network: NamedHash;
  readonly system: NamedHash;
  readonly chip: NamedHash;
  /** Images that are mapped together. */
  readonly batch: number;
  /** One for each layer with MACs, in the network's order. */
  readonly layers: readonly MappedLayer[];
}
