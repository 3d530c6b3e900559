import { execFileSync } from 'node:child_process';
import { open } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { encodeNetwork, hashNetwork, reproductionSchema, runReportSchema, type RunReport } from '@tally/core';
import { tally, temporaryFolder } from './support/tally.ts';
import { tinyNetwork, writeTinyDataset } from './support/tiny.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder.path, name);

beforeEach(() => {
  mkdirSync(at('out'));
  writeFileSync(at('net.tally'), encodeNetwork(tinyNetwork()));
  writeTinyDataset(folder.path);
});

const run = (...options: string[]) =>
  tally(['run', 'net.tally', '--data', 'images', ...options], { cwd: folder.path });

test('the JSON follows its schema and conserves the work', async () => {
  const ended = await run('--json', 'out/r.json');
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  const report: RunReport = runReportSchema.parse(JSON.parse(readFileSync(at('out/r.json'), 'utf8')));
  expect(report.network).toEqual({ name: 'tiny', hash: hashNetwork(tinyNetwork()) });
  expect(report.images).toBe(6);
  // stem 4 x 7 x 7 outputs x 9, body 8 x 4 x 4 x 36, classifier 10 x 128
  expect(report.layers.map(({ id, macs }) => [id, macs])).toEqual([
    ['stem', 1764],
    ['body', 4608],
    ['classifier', 1280],
  ]);
  expect(report.total.macs).toBe(1764 + 4608 + 1280);
  // W8 sign-magnitude x A8 on W3 x A2: 4 x 4 digit passes
  expect(report.total.pairCounts.pairs).toBe(6 * (16 * 1764 + 4608 + 1280));
  for (const { pairCounts } of report.layers) {
    expect(pairCounts.nonzeroPairs).toBe(
      pairCounts.pairs -
        pairCounts.zeroWeightPairs -
        pairCounts.zeroActivationPairs +
        pairCounts.zeroBothPairs,
    );
  }
});

test('--json - prints the JSON and nothing else', async () => {
  const ended = await run('--json', '-');
  expect(ended.code).toBe(0);
  expect(runReportSchema.safeParse(JSON.parse(ended.stdout)).success).toBe(true);
  expect(readdirSync(at('out'))).toEqual([]);
});

test('the same input gives the same bytes of JSON and HTML, on any number of threads', async () => {
  expect((await run('--json', 'out/a.json', '--html', 'out/a.html')).code).toBe(0);
  expect((await run('--json', 'out/b.json', '--html', 'out/b.html', '--threads', '2')).code).toBe(0);
  expect(readFileSync(at('out/b.json'))).toEqual(readFileSync(at('out/a.json')));
  expect(readFileSync(at('out/b.html'))).toEqual(readFileSync(at('out/a.html')));
  expect(readdirSync(at('out')).sort()).toEqual(['a.html', 'a.json', 'b.html', 'b.json']);
});

test('an older result stays as it was when a run is refused', async () => {
  writeFileSync(at('out/r.json'), 'old');
  expect((await run('--json', 'out/r.json', '--images', '7')).code).toBe(1);
  expect(readFileSync(at('out/r.json'), 'utf8')).toBe('old');
});

test('images without labels: accuracy is not made up', async () => {
  const ended = await tally(['run', 'net.tally', '--data', 'images/t10k-images-idx3-ubyte', '--json', '-'], {
    cwd: folder.path,
  });
  expect((JSON.parse(ended.stdout) as RunReport).top1).toBeNull();
});

test('a table of units prices counts one to one', async () => {
  const ended = await run('--tech', 'unit', '--images', '1', '--json', '-');
  const { energy, accumulations, cycles } = (JSON.parse(ended.stdout) as RunReport).total;
  expect(energy.byComponentPj['accumulate']).toBe(accumulations);
  expect(energy.byComponentPj['clock and control']).toBe(cycles);
});

test('Ctrl-C ends with 130 and leaves nothing', async () => {
  // A pipe that nobody fills: opening it for writing returns when tally has opened it for reading.
  execFileSync('mkfifo', [at('pipe')]);
  let pid = 0;
  const ended = tally(['run', 'net.tally', '--data', 'pipe', '--html', 'out/r.html'], {
    cwd: folder.path,
    onStart: (started) => (pid = started),
  });
  const pipe = await open(at('pipe'), 'w');
  process.kill(pid, 'SIGINT');
  await setTimeout(200);
  await pipe.close();
  const { code, stderr } = await ended;
  expect([code, stderr]).toEqual([130, 'interrupted\n']);
  expect(readdirSync(at('out'))).toEqual([]);
});

test('reproduce prints rows that follow their schema, and never calls a fit a reproduction', async () => {
  const ended = await tally(['reproduce', 'zhu2020', '--json']);
  expect(ended.code).toBe(0);
  const rows = reproductionSchema.parse(JSON.parse(ended.stdout));
  const row = (figure: string) => rows.find((candidate) => candidate.figure === figure);
  expect(row('Multiplication reduction')).toMatchObject({
    published: 12.8,
    ours: 12.8,
    label: 'reconstructed',
  });
  expect(row('Peak macro energy efficiency')).toMatchObject({ published: 11.6, label: 'calibrated' });
  expect(row('ImageNet top-1, 3-bit ResNet-18')).toMatchObject({
    published: 64.4,
    ours: null,
    label: 'not-run',
  });
});

test('inspect recognises files by their bytes', async () => {
  const shown = async (file: string) =>
    (await tally(['inspect', file], { cwd: folder.path })).stdout.split('\n')[0];
  expect(await shown('net.tally')).toBe('integer network tiny');
  expect(await shown('images/t10k-images-idx3-ubyte')).toBe('IDX images t10k-images-idx3-ubyte');
  expect(await shown('images/t10k-labels-idx1-ubyte')).toBe('IDX labels t10k-labels-idx1-ubyte');
  expect(await shown('zhu2020')).toBe('preset zhu2020');
});
