import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { tally, temporaryFolder } from '../e2e/support/tally.ts';

/** The command with tools that stand in for the real ones, so that a model can be whatever a test wants. */
const folder = temporaryFolder();
const at = (name: string): string => join(folder.path, name);

function script(path: string, text: string): void {
  writeFileSync(at(path), `#!/bin/sh\n${text}\n`);
  chmodSync(at(path), 0o755);
}

/** Tools whose model is `bin/model`. */
beforeEach(() => {
  mkdirSync(at('bin'));
  for (const tool of ['g++', 'make']) script(`bin/${tool}`, 'echo stand-in');
  script(
    'bin/verilator',
    'if [ "$1" = --version ]; then echo stand-in; else mkdir -p build; cp "$(dirname "$0")/model" build/cosim; fi',
  );
});

const environment = (): Readonly<Record<string, string>> => ({
  PATH: `${at('bin')}:${process.env['PATH'] ?? ''}`,
  XDG_CACHE_HOME: at('cache'),
});

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  tally(['cosim', 'zhu2020', ...args], { cwd: folder.path, env: { ...environment(), ...env } });

describe('a model that does not answer is no agreement', () => {
  test.each([
    ['exit 1', 'status 1 after no disagreement'],
    ['exit 0', "it ended after 0 segments without a word on 'random layer 0, "],
  ])('%s', async (model, message) => {
    script('bin/model', model);
    const ended = await run(['--random', '2']);
    expect([ended.code, ended.stdout]).toEqual([1, '']);
    expect(ended.stderr).toContain(`the circuit's harness failed: ${message}`);
    expect(ended.stderr).toMatch(
      / {2}fix {3}remove the built model, rm -r \S+\/cache\/tally\/cosim\/\w+, and/,
    );
  });
});
