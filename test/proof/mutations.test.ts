import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { PROOF_UNITS } from '@tally/core';
import { MUTATIONS, type Mutation } from './mutations.ts';
import { kill, noProvers, seededJob, title } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'tally-proof-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Units proven as a whole need some seconds for each bug: nightly. */
const SLOW: readonly Mutation['unit'][] = ['datapath', 'core'];

/** The first bug of every unit. */
const quick = PROOF_UNITS.filter((unit) => !SLOW.includes(unit)).map((unit) =>
  MUTATIONS.find((mutation) => mutation.unit === unit)!,
);

test('every unit has at least three seeded bugs, each at its place in the circuit', () => {
  for (const unit of PROOF_UNITS) {
    expect(MUTATIONS.filter((mutation) => mutation.unit === unit).length, unit).toBeGreaterThanOrEqual(3);
  }
  const places = MUTATIONS.map(({ chip, module, from, to, killer }) =>
    [chip, module, from, to, killer].join(' | '),
  );
  expect(new Set(places).size).toBe(MUTATIONS.length);
  // Throws where an edit does not fit the text any more.
  for (const mutation of MUTATIONS) expect(seededJob(mutation).properties.length).toBeGreaterThan(0);
});

describe.skipIf(noProvers)(title('a seeded bug is found'), { timeout: 300_000 }, () => {
  test.each(quick)('$unit: $about', async (mutation) => {
    const result = await kill(mutation, folder, 200);
    expect(result.status).toBe('counterexample');
    const found = result.counterexample?.properties ?? [];
    expect(found).not.toHaveLength(0);
    if (mutation.property !== undefined) expect(found).toContain(mutation.property);
  });
});
