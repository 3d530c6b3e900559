import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { chipPreset, macroSpec } from '@tally/core';
import { axiCircuit } from './axi-circuit.ts';
import { runAxi } from './axi.ts';
import { randomCommands } from './random-commands.ts';
import { seeded } from './random.ts';

const folder = mkdtempSync(join(tmpdir(), 'tally-axi-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const circuit = axiCircuit(macroSpec(chipPreset('zhu2020')));
const run = (program: string) =>
  runAxi(program, circuit, randomCommands(circuit.macro.spec, seeded(1), 5), 1);

/** A harness that is a shell script. */
function harness(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\ncat > /dev/null; ${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const agreed = `echo '{"kind":"agreed","clocks":7}'`;

test.each([
  ['false', 'exit 1', 'status 1 after no disagreement'],
  ['quiet', 'exit 0', 'it said 0 times how the streams ended, not once'],
  ['twice', `${agreed}; ${agreed}`, 'it said 2 times how the streams ended, not once'],
  ['blind', agreed, 'it agreed to 7 clocks and showed 0 of them'],
  ['crash', `${agreed}; exit 134`, 'status 134'],
])('a harness that fails is no agreement: %s', async (name, script, message) => {
  const program = harness(name, script);
  await expect(run(program)).rejects.toThrow(
    `${program}: the circuit's harness failed: ${message} [harness-failed]`,
  );
});

test('one that is not there is named', async () => {
  await expect(run('/nowhere/cosim')).rejects.toThrow(
    "/nowhere/cosim: the circuit's harness failed: it could not be started: spawn /nowhere/cosim ENOENT [harness-failed]",
  );
});

test('a clock on which the core differs comes before what is left over later', async () => {
  // Words of a clock in the log: flags, pins, record. In the first clock the core is reset and every bit of its record 1.
  const { command, partialSum, recordWords } = circuit.source.layout;
  const pins = 4 * (1 + command.words + partialSum.words);
  const line = `head -c ${pins} /dev/zero >&3; head -c ${4 * recordWords} /dev/zero | tr '\\000' '\\377' >&3`;
  const left = (clock: number) => `echo '{"kind":"leftover","clock":${clock},"what":["STATUS"]}'; exit 1`;
  const early = await run(harness('early', `${line}; ${left(1)}`));
  expect(early).toMatchObject({ kind: 'difference', clock: 0 });
  if (early.kind === 'difference') expect(early.signals[0].signal).toMatch(/^core\./);
  expect(await run(harness('late', left(1)))).toEqual({ kind: 'leftover', clock: 1, what: ['STATUS'] });
});
