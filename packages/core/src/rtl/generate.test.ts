import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MACRO_SCHEMES } from '../chip/index.ts';
import { coreModules, coreObservables, generateCore, RTL_GENERATOR_VERSION } from './index.ts';
import { specOf } from './spec.test-support.ts';

describe('generateCore', () => {
  it('names the version of the package', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      readonly version: string;
    };
    expect(RTL_GENERATOR_VERSION).toBe(version);
  });

  it('makes one module a file, each after those it uses', () => {
    const modules = coreModules(specOf({ scheme: 'weight-bit-planes' }));
    const names = modules.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.at(-1)).toBe('tally_core');
    modules.forEach(({ items }, index) => {
      const used = JSON.stringify(items, (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      for (const later of names.slice(index)) expect(used).not.toContain(`"module":"${later}"`);
    });
  });

  it.each(MACRO_SCHEMES)('%s with 8 entries is the golden directory', async (scheme) => {
    for (const { path, text } of generateCore(specOf({ scheme }))) {
      await expect(text).toMatchFileSnapshot(`../../../../test/golden/rtl/${scheme}/${path}`);
    }
  });
});

describe('coreObservables', () => {
  it.each(MACRO_SCHEMES)('are declared where their path says: %s', (scheme) => {
    const spec = specOf({ scheme });
    const files = new Map(generateCore(spec).map(({ path, text }) => [path, text]));
    const observables = coreObservables(spec);
    expect(new Set(observables.map(({ name }) => name)).size).toBe(observables.length);
    // 4 wires; 2 x (valid + 10 fields) + phase; 1 + 1 + 3 + 3 + 2 + 5 + 6 + 6 + 3 x 5 + 2 x 6 in stages; 2 lines,
    // 2 counters, product, vsum, psum, acc; 3 of the output.
    expect(observables).toHaveLength(4 + 23 + 54 + 2 + 2 + 1 + 3 + 3);
    for (const { name, path, bits, depth, kind } of observables) {
      const place = path === name ? 'tally_core' : path.slice(0, -name.length - 1).replace(/^u_/, 'tally_');
      const range = bits === 1 ? '' : `\\[${bits - 1}:0\\]`;
      const words = depth === null ? '' : ` \\[0:${depth - 1}\\]`;
      const mark = kind === 'wire' && name !== 'advance' ? '' : ' /\\* verilator public_flat_rd \\*/';
      expect(files.get(`${place}.sv`)).toMatch(new RegExp(`logic +${range} *${name}${words}${mark}[,;\\n]`));
    }
  });
});
