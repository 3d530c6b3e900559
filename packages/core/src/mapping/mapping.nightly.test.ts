import fc from 'fast-check';
import { it } from 'vitest';
import { expectEqualCounts } from './counts-equal.test-support.ts';
import { EXAMPLE_MACHINE, EXAMPLE_PROBLEM } from './example.test-support.ts';
import { mappingCases, mappingsOf, type MappingCase } from './random-case.test-support.ts';

it('closed form = element-by-element walk on 2,000 random (layer, system, mapping) triples', () => {
  fc.assert(fc.property(mappingCases(40_000), expectEqualCounts), { numRuns: 2000 });
});

/** The macro of zhu2020 under layers with more entries than a row: several chunks, windows, and all rows in use. */
const largeCases: fc.Arbitrary<MappingCase> = fc
  .record({
    channels: fc.integer({ min: 10, max: 80 }),
    outputs: fc.integer({ min: 1, max: 40 }),
    kernel: fc.constantFrom(1, 3, 5),
    size: fc.integer({ min: 1, max: 9 }),
    stride: fc.integer({ min: 1, max: 2 }),
    groups: fc.integer({ min: 1, max: 2 }),
    macros: fc.integer({ min: 1, max: 4 }),
    multicast: fc.boolean(),
  })
  .filter(({ channels, outputs, kernel, size }) => channels * outputs * (kernel * size) ** 2 <= 150_000)
  .chain(({ channels, outputs, kernel, size, stride, groups, macros, multicast }) => {
    const padding = (kernel - 1) / 2;
    const axis = {
      outputs: size,
      inputs: (size - 1) * stride + 1,
      taps: kernel,
      stride,
      dilation: 1,
      padding,
    };
    const problem = { ...EXAMPLE_PROBLEM, channels, outputs, groups, rows: axis, columns: axis };
    // Large tiles, so that legality is not in question here.
    const buffers = EXAMPLE_MACHINE.buffers.map((buffer) => ({ ...buffer, capacityBits: 2 ** 40 }));
    const machine = { ...EXAMPLE_MACHINE, macros, multicast, buffers };
    return mappingsOf(problem, machine).map((mapping) => ({ problem, machine, mapping }));
  });

it('closed form = element-by-element walk on 100 larger layers on the macro of zhu2020', () => {
  fc.assert(fc.property(largeCases, expectEqualCounts), { numRuns: 100 });
});
