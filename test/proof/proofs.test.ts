import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CHIP_PRESETS, chipPreset, macroSpec, PROOF_UNITS, proofJobs, type ProofJob } from '@tally/core';
import { proveJob } from '../../packages/cli/src/prove/prove-job.ts';
import { MUTATIONS } from './mutations.ts';
import { kill, noProvers, seededJob, smallJobs, TEST_ENGINES, title } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'tally-proof-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test.each(CHIP_PRESETS)('%s: every unit that the circuit has is proven, names are unique', (chip) => {
  const spec = macroSpec(chipPreset(chip));
  const jobs = proofJobs(spec);
  const without = spec.search === 'pair' ? ['mux-cell'] : [];
  expect([...new Set(jobs.map(({ unit }) => unit))]).toEqual(
    PROOF_UNITS.filter((unit) => !without.includes(unit)),
  );
  expect(new Set(jobs.map(({ name }) => name)).size).toBe(jobs.length);
  for (const { properties, files, top, name } of jobs) {
    expect(properties.length, name).toBeGreaterThan(0);
    expect(files.at(-1)?.path).toBe(`${top}.sv`);
    for (const { label } of properties) expect(files.at(-1)?.text).toContain(`${label}: assert (`);
  }
});

/** Seconds together; larger sizes and the datapath run nightly. */
const QUICK: readonly ProofJob['unit'][] = [
  'cam-cell',
  'mux-cell',
  'activation-row',
  'search-driver',
  'dual-counter',
  'threshold-unit',
  'controller',
  'composition',
];

describe.skipIf(noProvers)(title('proven at 8 entries'), { timeout: 300_000 }, () => {
  const jobs = smallJobs('zhu2020-w3a3').filter(({ unit }) => QUICK.includes(unit));
  test.each(jobs)('$name', async (job) => {
    const result = await proveJob(job, { engines: TEST_ENGINES, limitSeconds: 200, folder });
    expect(result.status, JSON.stringify(result.attempts)).toBe('proven');
    expect(result.counterexample).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('every engine by itself proves what holds and refutes what does not', async () => {
    const holds = smallJobs('zhu2020').find(({ unit }) => unit === 'dual-counter')!;
    const fails = seededJob(MUTATIONS.find(({ unit }) => unit === 'dual-counter')!);
    for (const engine of TEST_ENGINES) {
      const options = { engines: [engine], limitSeconds: 200, folder };
      expect(await proveJob(holds, options)).toMatchObject({ status: 'proven', engine });
      const refuted = await proveJob(fails, options);
      expect(refuted).toMatchObject({ status: 'counterexample', engine });
      // Yosys' own solver does not say which.
      expect(refuted.counterexample?.properties).toEqual(engine === 'sat' ? [] : ['counts_pos']);
      expect(existsSync(refuted.counterexample!.vcd)).toBe(true);
    }
  });

  test('a counterexample shows the clock and the values that the property reads', async () => {
    const mutation = MUTATIONS.find(({ about }) => about === 'two ones count as one')!;
    const { counterexample } = await kill(mutation, folder, 200);
    expect(counterexample).toMatchObject({ properties: ['plain_sum'], clock: 0 });
    const values = Object.fromEntries(
      counterexample!.signals.map(({ signal, value }) => [signal, Number(value)]),
    );
    // The plain sum, counted here.
    const ones = values['bits'].toString(2).replaceAll('0', '').length;
    expect(values['count']).toBeLessThan(ones);
  });
});
