import type { ActionCounts } from '../chip/index.ts';
import type { AreaCounts } from '../energy/index.ts';
import type { ComparedWork } from './work.ts';

/** What a method does with some work: priced actions, and bits read from product tables. */
export interface MethodCounts {
  readonly actions: ActionCounts;
  /** Priced by `memory.lookupBit`; 0 for methods without tables. */
  readonly lookupBits: number;
}

/** A macro's storage, the same for every method: bits in searchable cells, and partial sums. */
export interface StorageBits {
  readonly searchableBits: number;
  readonly partialSumBits: number;
}

/**
 * A way to compute dot products, as counts of the actions and pieces that a technology table prices. Where a method's
 * circuit differs from the entry-counting macro's it is expressed in their units: a multiplier of m x a bits is m a / 32 of
 * `classMultiplications` (half of an 8 x 8 multiplier), a full adder half of a `matches`, a bit read from the macro's
 * storage one searched bit.
 */
export interface ComputeMethod {
  readonly name: string;
  readonly title: string;
  /** `counting` and `grouping`: registered schemes that a macro can search. `baseline`: what they are compared with. */
  readonly family: 'counting' | 'grouping' | 'baseline';
  /** Publication or reading, and what is taken for granted of the circuit. */
  readonly source: string;
  readonly counts: (work: ComparedWork) => MethodCounts;
  /** Pieces of a macro of this method, nothing of its rest. */
  readonly pieces: (work: ComparedWork, storage: StorageBits, comparators: number) => AreaCounts;
}
