import type { ComputeMethod } from './method.ts';
import { adderTreeFullAdders, FULL_ADDERS_PER_ADDER, FULL_ADDERS_PER_MATCH, operandBits } from './units.ts';

/**
 * LUT-based MAC: the product of magnitude and activation is read from a table of all products, one table per entry, then
 * added as in a dense macro. Products by table look-up: pLUTo (Ferreira et al., MICRO 2022), LUT-NN (Tang et al., MobiCom
 * 2023); here in on-chip memory beside the entries, not in DRAM and not of whole subvectors.
 */
export const lookupMacMethod: ComputeMethod = {
  name: 'lookup-mac',
  title: 'LUT-based multiply-accumulate',
  family: 'baseline',
  source:
    'Every product read from a table of products (Ferreira et al., "pLUTo", MICRO 2022), one table per entry, an adder tree; one vector per cycle.',
  counts: (work) => {
    const { weightStored, activation, product } = operandBits(work);
    const tree = adderTreeFullAdders(work.entries, product) / work.entries;
    return {
      actions: {
        searchedBits: work.digitPairs * (weightStored + activation),
        matches: (work.digitPairs * tree) / FULL_ADDERS_PER_MATCH,
        classMultiplications: 0,
        rescales: 0,
        accumulations: work.vectors,
        thresholdComparisons: work.thresholdComparisons,
        loadedBits: work.loadedBits,
        cycles: work.vectors + work.overheadCycles,
      },
      lookupBits: work.digitPairs * product,
    };
  },
  pieces: (work, storage, comparators) => {
    const { weightMagnitude, activation, product } = operandBits(work);
    const table = 2 ** (weightMagnitude + activation) * product;
    return {
      ...storage,
      // Tables in register bits, as partial sums are.
      partialSumBits: storage.partialSumBits + work.entries * table,
      popcountInputs: 0,
      multipliers: 0,
      adders: adderTreeFullAdders(work.entries, product) / FULL_ADDERS_PER_ADDER + 1,
      comparators,
      rest: 0,
    };
  },
};
