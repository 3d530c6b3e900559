/** Why no mapping outside the evaluated ones can be better: every point of the space is in exactly one of these. */
export interface SearchProof {
  /** Mappings in the space. */
  readonly points: number;
  /** Tiles that do not fit into the buffers. */
  readonly removedByCapacity: number;
  /** A bound on all tiles with these sizes of outputs and channels was worse than the best. */
  readonly removedByOutputsAndChannels: number;
  /** A bound on the tile, whatever its order, split and macro tile, was worse than the best. */
  readonly removedByTile: number;
  /** A bound on the split, whatever rows, columns and order, was worse than the best. */
  readonly removedBySplit: number;
  /** A bound on the tile's order, whatever its split and macro tile, was worse than the best. */
  readonly removedByOrder: number;
  /** Another macro tile, or another order, needs no more of anything and comes first. */
  readonly removedByDominance: number;
  /** A bound on the split and macro tile, whatever the order, was worse than the best. */
  readonly removedByMacroTile: number;
  /** Costs worked out. */
  readonly evaluated: number;
  /** Left when the budget was spent; 0: the best is proven. */
  readonly left: number;
}

export const NO_POINTS: SearchProof = {
  points: 0,
  removedByCapacity: 0,
  removedByOutputsAndChannels: 0,
  removedByTile: 0,
  removedBySplit: 0,
  removedByOrder: 0,
  removedByDominance: 0,
  removedByMacroTile: 0,
  evaluated: 0,
  left: 0,
};

/** Proofs of several spaces as one. */
export function sumProofs(proofs: readonly SearchProof[]): SearchProof {
  const keys = Object.keys(NO_POINTS) as (keyof SearchProof)[];
  const sum = (key: keyof SearchProof): number => proofs.reduce((total, proof) => total + proof[key], 0);
  return Object.fromEntries(keys.map((key) => [key, sum(key)])) as unknown as SearchProof;
}
