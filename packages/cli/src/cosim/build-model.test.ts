import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chipPreset, createMacro, macroSpec, TallyError, traceLayout } from '@tally/core';
import { buildModel } from './build-model.ts';
import { macroCircuit } from './circuit.ts';
import { probesOf } from './harness-layout.ts';
import { missingTools } from './toolchain.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tally-build-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const spec = macroSpec(chipPreset('zhu2020'));
const missing = missingTools();

test('each tool that is missing is named with its package', async () => {
  vi.stubEnv('PATH', folder);
  const refused = buildModel({ ...macroCircuit(spec).source, trace: false }, folder);
  await expect(refused).rejects.toThrow(
    /verilator: the program verilator was not found.*\[tool-missing\] — apt-get install verilator, or put it on the PATH\ng\+\+: .*\nmake: /,
  );
  expect(readdirSync(folder)).toEqual([]);
});

test.skipIf(missing.length > 0)(
  `a failing tool is quoted, its output kept, nothing half-built${missing.length > 0 ? ` (skipped: apt-get install ${missing.join(' ')})` : ''}`,
  async () => {
    const { source } = macroCircuit(spec, (files) =>
      files.map((file) =>
        file.path === 'tally_core.sv' ? { ...file, text: file.text.replace('endmodule', 'endmodul') } : file,
      ),
    );
    const error: unknown = await buildModel({ ...source, trace: false }, folder).catch(
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof TallyError)) throw new Error('the build was not refused');
    const [{ code, path, message, remedy }] = error.issues;
    expect([code, path]).toEqual(['tool-failed', 'verilator']);
    expect(message).toMatch(
      /^building the model of tally_core failed: %Error: rtl\/tally_core\.sv:\d+:\d+: syntax error/,
    );
    const log = /read the whole output in (\S+)$/.exec(remedy)?.[1] ?? '';
    expect(existsSync(log) && readFileSync(log, 'utf8')).toContain('syntax error');
    rmSync(log);
    expect(readdirSync(folder)).toEqual([]);
  },
);

test('a signal that the circuit lacks, or has with another width, is refused by name', () => {
  const trace = traceLayout(createMacro(spec));
  const observables = trace.signals
    .filter(({ kind }) => kind === 'register')
    .map(({ name, bits }) => ({ name, path: name, bits }));
  const arrays = [
    { name: 'psum_q', path: 'psum_q', bits: spec.partialSumBits, depth: spec.partialSums },
    { name: 'acc_q', path: 'acc_q', bits: spec.accumulatorBits, depth: spec.partialSums },
  ];
  const all = [...observables, ...arrays];
  expect(probesOf(trace, all).memories.map(({ name, depth }) => [name, depth])).toEqual([
    ['psum_q', 16],
    ['acc_q', 16],
  ]);
  expect(() =>
    probesOf(
      trace,
      all.filter(({ name }) => name !== 'vsum_q'),
    ),
  ).toThrow('vsum_q: the simulator traces it, the circuit does not show it [signal-not-in-circuit]');
  const wide = all.map((one) => (one.name === 'phase_q' ? { ...one, bits: one.bits + 1 } : one));
  expect(() => probesOf(trace, wide)).toThrow(
    /phase_q: has \d+ bits in the simulator's trace, \d+ in the circuit/,
  );
});
