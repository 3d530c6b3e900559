import type { ComputeMethod } from './method.ts';
import {
  adderTreeFullAdders,
  BIT_PRODUCTS_PER_MULTIPLICATION,
  FULL_ADDERS_PER_ADDER,
  FULL_ADDERS_PER_MATCH,
  operandBits,
} from './units.ts';

/**
 * Dense bit-parallel MAC: a multiplier per entry and an adder tree, a vector per cycle. Every operand bit is read once per
 * vector; products with a zero are multiplied and added like the others. Entries that hold nothing cost nothing.
 */
export const denseMacMethod: ComputeMethod = {
  name: 'dense-mac',
  title: 'Dense bit-parallel multiply-accumulate',
  family: 'baseline',
  source:
    'A multiplier per entry, an adder tree, one vector per cycle; operands read from the same cells; zeros are not skipped.',
  counts: (work) => {
    const { weightMagnitude, weightStored, activation, product } = operandBits(work);
    const tree = adderTreeFullAdders(work.entries, product) / work.entries;
    return {
      actions: {
        searchedBits: work.digitPairs * (weightStored + activation),
        matches: (work.digitPairs * tree) / FULL_ADDERS_PER_MATCH,
        classMultiplications:
          (work.digitPairs * weightMagnitude * activation) / BIT_PRODUCTS_PER_MULTIPLICATION,
        rescales: 0,
        accumulations: work.vectors,
        thresholdComparisons: work.thresholdComparisons,
        loadedBits: work.loadedBits,
        cycles: work.vectors + work.overheadCycles,
      },
      lookupBits: 0,
    };
  },
  pieces: (work, storage, comparators) => {
    const { weightMagnitude, activation, product } = operandBits(work);
    return {
      ...storage,
      popcountInputs: 0,
      multipliers: (work.entries * weightMagnitude * activation) / BIT_PRODUCTS_PER_MULTIPLICATION,
      adders: adderTreeFullAdders(work.entries, product) / FULL_ADDERS_PER_ADDER + 1,
      comparators,
      rest: 0,
    };
  },
};
