import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { modelCache, pruneModelCache } from './model-cache.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tally-cache-test-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ['/var/cache/mine', '/var/cache/mine/tally/cosim'],
  ['', join(homedir(), '.cache/tally/cosim')],
  ['relative/cache', join(homedir(), '.cache/tally/cosim')],
])("XDG_CACHE_HOME '%s' means %s", (set, cache) => {
  vi.stubEnv('XDG_CACHE_HOME', set);
  expect(modelCache()).toBe(cache);
});

test('what killed builds left more than a day ago goes; models and builds of today stay', () => {
  const hour = 3600;
  const now = 1_800_000_000;
  const ages: readonly (readonly [string, number])[] = [
    ['old.12345678.tmp', 25],
    ['young.12345678.tmp', 23],
    ['model', 1000],
  ];
  for (const [name, hours] of ages) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'file'), 'x');
    utimesSync(join(folder, name), now - hours * hour, now - hours * hour);
  }
  pruneModelCache(folder, now * 1000);
  expect(readdirSync(folder).sort()).toEqual(['model', 'young.12345678.tmp']);
  pruneModelCache(join(folder, 'none'));
});
