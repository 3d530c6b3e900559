// Descriptors are arrays of 32-bit words that the planner writes; see plan/step.ts for the same layout.

/** Word `index` of a descriptor as an address or a count. */
// @ts-ignore: decorator
@inline
export function word(descriptor: usize, index: i32): usize {
  return <usize>load<u32>(descriptor + (<usize>index << 2));
}

/** Bytes of the products of one tile with eight outputs in the transformed domain: 24 points x 8 x int32. */
export const TILE_BYTES: usize = 768;
