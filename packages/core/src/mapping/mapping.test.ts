import fc from 'fast-check';
import { it } from 'vitest';
import { expectEqualCounts } from './counts-equal.test-support.ts';
import { mappingCases } from './random-case.test-support.ts';

it('closed form = element-by-element walk on 300 random (layer, system, mapping) triples', () => {
  fc.assert(fc.property(mappingCases(10_000), expectEqualCounts), { numRuns: 300 });
});
