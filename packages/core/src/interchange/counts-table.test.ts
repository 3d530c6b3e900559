import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { countAccesses } from '../mapping/index.ts';
import { mappingCases } from '../mapping/random-case.test-support.ts';
import { countsCsv, countsRows, countsYaml, type CountedLayer } from './counts-table.ts';
import { FILES } from './timeloop/fixture.test-support.ts';
import { importTimeloop } from './timeloop/read.ts';

test('a row for each operand at memory, buffer, network and macros', () => {
  const { layers } = importTimeloop(FILES);
  // The counts are worked out in timeloop/read.test.ts; all elements have 8 bits.
  expect(countsCsv(countsRows(layers))).toBe(`layer,tier,name,operand,reads,writes,read_bits,write_bits
conv,memory,memory,weights,144,0,1152,0
conv,buffer,buffer,weights,288,144,2304,1152
conv,network,network,weights,288,0,2304,0
conv,macro,macro,weights,2304,288,18432,2304
conv,memory,memory,activations,240,0,1920,0
conv,buffer,buffer,activations,1152,240,9216,1920
conv,network,network,activations,2304,0,18432,0
conv,macro,macro,activations,2304,2304,18432,18432
conv,memory,memory,partialSums,0,64,0,512
conv,buffer,buffer,partialSums,64,64,512,512
conv,network,network,partialSums,64,0,512,0
conv,macro,macro,partialSums,0,64,0,512
`);
});

test('names with commas, quotes and line breaks are quoted', () => {
  const [layer] = importTimeloop(FILES).layers;
  const [, first] = countsCsv(countsRows([{ ...layer, name: 'a,"b"' }])).split('\n');
  expect(first).toBe('"a,""b""",memory,memory,weights,144,0,1152,0');
});

test('rows of every mapping add up to its totals; YAML holds it all', () => {
  fc.assert(
    fc.property(mappingCases(20_000), ({ problem, machine, mapping }) => {
      const counts = countAccesses(problem, machine, mapping);
      const layer: CountedLayer = { name: 'layer', problem, machine, mapping, counts };
      const rows = countsRows([layer]);
      const sum = (tier: string, key: 'readBits' | 'writeBits', name?: string): number =>
        rows
          .filter((row) => row.tier === tier && (name === undefined || row.name === name))
          .reduce((all, row) => all + row[key], 0);
      expect([sum('memory', 'readBits'), sum('memory', 'writeBits')]).toEqual([
        counts.memory.readBits,
        counts.memory.writeBits,
      ]);
      expect(sum('network', 'readBits')).toBe(counts.deliveredBits);
      for (const [index, { name }] of machine.buffers.entries()) {
        expect(sum('buffer', 'readBits', name)).toBe(counts.buffers[index].readBits);
        expect(sum('buffer', 'writeBits', name)).toBe(counts.buffers[index].writeBits);
      }
      expect(parse(countsYaml([layer]))).toEqual({
        kind: 'tally-access-counts',
        formatVersion: 1,
        layers: [layer],
      });
    }),
    { numRuns: 60, seed: 7 },
  );
});
