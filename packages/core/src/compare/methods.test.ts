import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMPUTE_METHODS } from './registry.ts';
import { adderTreeFullAdders, operandBits } from './units.ts';
import type { ComparedWork } from './work.ts';

const work: ComparedWork = {
  formats: { weight: { system: 'sign-magnitude', bits: 3 }, activation: { system: 'unsigned', bits: 2 } },
  entries: 128,
  rescaleSlots: 1,
  macs: 1152,
  digitPairs: 1152,
  vectors: 9,
  overheadCycles: 2,
  matches: new Map([
    ['ordered-pairs', 432],
    ['weight-levels', 432],
    ['bit-serial', 700],
  ]),
  thresholdComparisons: 3,
  loadedBits: 160,
  traffic: { readBits: 0, writtenBits: 0 },
};

const counts = (name: string) => COMPUTE_METHODS.find((method) => method.name === name)?.counts(work);

describe('adderTreeFullAdders', () => {
  it('adds the levels of a tree', () => {
    // 64 x 5 + 32 x 6 + 16 x 7 + 8 x 8 + 4 x 9 + 2 x 10 + 1 x 11
    expect(adderTreeFullAdders(128, 4)).toBe(755);
    expect(adderTreeFullAdders(1, 4)).toBe(0);
    // Three operands: one adder of 5 bits, then one of 6.
    expect(adderTreeFullAdders(3, 4)).toBe(11);
  });

  it('has one adder less than operands, each wider than a product', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 1000 }), fc.integer({ min: 1, max: 16 }), (entries, bits) => {
        const fullAdders = adderTreeFullAdders(entries, bits);
        expect(fullAdders).toBeGreaterThanOrEqual((entries - 1) * (bits + 1));
        expect(fullAdders).toBeLessThanOrEqual((entries - 1) * (bits + Math.ceil(Math.log2(entries))));
      }),
    );
  });
});

describe('operandBits', () => {
  it('tells stored bits from bits of the magnitude and of the product', () => {
    // Magnitudes 0 to 3, activations 0 to 3, products up to 9.
    expect(operandBits(work)).toEqual({ weightMagnitude: 2, weightStored: 3, activation: 2, product: 4 });
  });
});

describe('methods on one window of 9 vectors', () => {
  it('count entries: 9 keys over 4 bits of 128 entries, 9 + 1 slots', () => {
    expect(counts('ordered-pairs')).toEqual({
      actions: {
        searchedBits: 9 * 9 * 128 * 4,
        matches: 432,
        classMultiplications: 81,
        rescales: 9,
        accumulations: 81,
        thresholdComparisons: 3,
        loadedBits: 160,
        cycles: 92, // 9 x 10 + 2
      },
      lookupBits: 0,
    });
  });

  it('group: a match adds a 2-bit activation', () => {
    expect(counts('weight-levels')?.actions).toMatchObject({
      searchedBits: 9 * 3 * 128 * 2,
      matches: 864, // 432 x 2 bits
      classMultiplications: 27,
      cycles: 38, // 9 x (3 + 1) + 2
    });
  });

  it('work bit by bit: 2 x 2 plane pairs, shifts for nothing', () => {
    expect(counts('bit-serial')?.actions).toMatchObject({
      searchedBits: 9 * 4 * 128 * 2,
      matches: 700,
      classMultiplications: 0,
      accumulations: 36,
      cycles: 47, // 9 x (4 + 1) + 2
    });
  });

  it('multiply: 4 bit products and 755 / 128 full adders a product', () => {
    expect(counts('dense-mac')?.actions).toMatchObject({
      searchedBits: 1152 * 5,
      matches: (1152 * 755) / 128 / 2,
      classMultiplications: (1152 * 4) / 32,
      rescales: 0,
      cycles: 11, // 9 + 2
    });
  });

  it('look up: 4 bits a product', () => {
    expect(counts('lookup-mac')).toMatchObject({ lookupBits: 4608, actions: { classMultiplications: 0 } });
  });

  it('have a name and a source each', () => {
    expect(new Set(COMPUTE_METHODS.map(({ name }) => name)).size).toBe(COMPUTE_METHODS.length);
    for (const { source } of COMPUTE_METHODS) expect(source.length).toBeGreaterThan(20);
  });
});
