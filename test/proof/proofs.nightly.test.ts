import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CHIP_PRESETS, chipPreset, macroSpec, proofJobs } from '@tally/core';
import { proveJob } from '../../packages/cli/src/prove/prove-job.ts';
import { noProvers, schemeJobs, TEST_ENGINES, title } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'tally-proof-nightly-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(noProvers)(title('proven'), () => {
  const jobs = CHIP_PRESETS.flatMap((chip) =>
    proofJobs(macroSpec(chipPreset(chip))).map((job) => ({ chip, name: job.name, job })),
  );
  test.each(jobs)('$chip: $name', async ({ job }) => {
    const result = await proveJob(job, { engines: TEST_ENGINES, limitSeconds: 1100, folder });
    expect(result.status, JSON.stringify(result.attempts)).toBe('proven');
  });

  test.each(schemeJobs())('$scheme, $weightSystem: $name', async ({ job }) => {
    const result = await proveJob(job, { engines: TEST_ENGINES, limitSeconds: 1100, folder });
    expect(result.status, JSON.stringify(result.attempts)).toBe('proven');
  });
});
