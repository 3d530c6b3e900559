import { expect, it } from 'vitest';
import { specOf } from '../spec.test-support.ts';
import { proofJobs } from './jobs.ts';

it('refuses more free entries than the small macro has', () => {
  const spec = specOf({ scheme: 'ordered-pairs' });
  expect(() => proofJobs(spec, { entries: 8, freeEntries: 9 })).toThrow(
    'freeEntries: is 9, the small macro has 8 entries [free-entries-out-of-range] — give at most as many as there are entries, or a larger macro',
  );
  expect(proofJobs(spec, { entries: 8, freeEntries: 8 }).map(({ name }) => name)).toContain(
    'datapath/one-step',
  );
});
