import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { MUTATIONS } from './mutations.ts';
import { kill, noProvers, title } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'tally-proof-nightly-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(noProvers)(title('every seeded bug is found'), () => {
  test.each(MUTATIONS)('$unit: $about ($killer)', async (mutation) => {
    const result = await kill(mutation, folder, 1800);
    expect(result.status).toBe('counterexample');
    if (mutation.property !== undefined) {
      expect(result.counterexample?.properties).toContain(mutation.property);
    }
  });
});
