import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ProofJob } from '@tally/core';
import { decide } from './decide.ts';
import { missingProvers } from './engines.ts';

const missing = missingProvers();
const title =
  missing.length === 0 ? 'contradicting assumptions' : `(skipped: apt-get install ${missing.join(' ')})`;

const folder = mkdtempSync(join(tmpdir(), 'tally-decide-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A register that is never 1 under the assumption that its input is `assumed`, stated beside `input == 0`. */
function jobOf(name: string, assumed: 0 | 1): ProofJob {
  const text = `module ${name}(input clk, input d);
  reg q;
  initial q = 1'b0;
  always @(posedge clk) q <= d;
  always_comb rests: assume (d == 1'b0);
  always_comb given: assume (d == 1'b${assumed});
  always_comb low: assert (q == 1'b0);
endmodule
`;
  const file = { path: `${name}.sv`, text };
  writeFileSync(join(folder, file.path), text);
  return {
    kind: 'proof-job',
    unit: 'core',
    name: `core/${name}`,
    claim: 'the register stays 0',
    size: '1 bit',
    method: { kind: 'bounded', clocks: 3 },
    nature: 'bits',
    properties: [{ label: 'low', signals: ['q'] }],
    files: [file],
    top: name,
  };
}

describe.skipIf(missing.length > 0)(title, { timeout: 60_000 }, () => {
  test('prove nothing by the SAT solver', async () => {
    expect((await decide(jobOf('quiet', 0), 'sat', folder, 60)).verdict).toEqual({ kind: 'proven' });
    await expect(decide(jobOf('torn', 1), 'sat', folder, 60)).rejects.toThrow(
      'core/torn: what it assumes leaves no run of 3 clocks, so that anything would be proven [assumptions-contradict] — report it with the chip: a defect of Tally',
    );
  });

  test('prove nothing by an SMT solver', async () => {
    await expect(decide(jobOf('torn_too', 1), 'z3', folder, 60)).rejects.toThrow(
      'Assumptions are unsatisfiable',
    );
  });
});
