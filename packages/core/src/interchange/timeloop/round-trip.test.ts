import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countAccesses } from '../../mapping/index.ts';
import { MAPPING_DATAFLOWS } from '../../mapping/index.ts';
import { mappingCases } from '../../mapping/random-case.test-support.ts';
import { importTimeloop } from './read.ts';
import { exportTimeloop } from './write.ts';

test('every mapping, written and read, evaluates to the same counts', () => {
  const seen = new Map<string, number>();
  let plain = 0;
  fc.assert(
    fc.property(mappingCases(200_000), (mapped) => {
      const file = exportTimeloop(mapped);
      const { layers, unused } = importTimeloop([{ name: 'layer.yaml', text: file.text }]);
      expect(layers).toHaveLength(1);
      const { problem, machine, mapping } = mapped;
      expect(layers[0].problem).toEqual(problem);
      expect(layers[0].counts).toEqual(countAccesses(problem, machine, mapping));
      expect(layers[0].mapping.tile).toEqual(mapping.tile);
      expect(layers[0].mapping.split).toEqual(mapping.split);
      expect(layers[0].mapping.macro.dataflow).toBe(mapping.macro.dataflow);
      expect(unused.map(({ what }) => what)).not.toContain('instance');
      seen.set(mapping.macro.dataflow, (seen.get(mapping.macro.dataflow) ?? 0) + 1);
      if (file.isPlain) plain++;
    }),
    { numRuns: 300, seed: 20261123 },
  );
  expect([...seen.keys()].sort()).toEqual(MAPPING_DATAFLOWS.map(({ name }) => name).sort());
  // Both ways of writing are met often.
  expect(plain).toBeGreaterThan(30);
  expect(300 - plain).toBeGreaterThan(30);
});
