import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { encodeNetwork } from '@tally/core';
import { temporaryFolder } from './support/tally.ts';
import { tinyNetwork } from './support/tiny.ts';

const folder = temporaryFolder();
const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

async function example(name: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, ['--conditions=source', `examples/${name}`, ...args], {
    cwd: root,
  });
  return stdout;
}

test('price-a-network runs and prices the network it is given', async () => {
  const network = join(folder.path, 'tiny.tally');
  writeFileSync(network, encodeNetwork(tinyNetwork()));
  const lines = (await example('price-a-network.ts', network)).trim().split('\n');
  expect(lines[0]).toMatch(/^tiny: \d+\.\d % of 100 images right$/);
  expect(lines[1]).toMatch(/^1\.04 times fewer multiplications, 39315 cycles, 0\.0\d+ µJ per image$/);
});

test('price-a-network runs the shipped network', async () => {
  expect(await example('price-a-network.ts')).toMatch(/^resnet8-w3a2: (8|9)\d\.\d % of 100 images right\n/);
});

test('compare-schemes derives the 12.8 of the publication', async () => {
  const lines = (await example('compare-schemes.ts')).trim().split('\n');
  // 3 x 3 magnitude pairs + 1 slot = 10 multiplications; 128 / 10 = 12.8
  expect(lines[0]).toBe(
    `${'Ordered magnitude pairs'.padEnd(46)} 9 searches, 10 multiplications: 12.8 x fewer`,
  );
  expect(lines.at(-2)).toMatch(/^Dense multiply-accumulate +0 searches, 128 multiplications: 1\.0 x fewer$/);
});
