import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runReportSchema } from '@tally/core';
import { tally, temporaryFolder } from './support/tally.ts';

const folder = temporaryFolder();

test('the demo writes the report and prints the comparison', async () => {
  const out = join(folder.path, 'new', 'out');
  const ended = await tally(['demo', '--out', out, '--images', '300']);
  // Standard error may hold progress, on a slow machine.
  expect(ended.code, ended.stderr).toBe(0);
  expect(readdirSync(out).sort()).toEqual(['report.html', 'report.json']);
  const report = runReportSchema.parse(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')));
  expect(report.images).toBe(300);
  expect(report.top1).toBe(286 / 300);
  expect(ended.stdout).toContain('zhu2020: published figures beside ours');
  expect(ended.stdout).toContain(`Open ${join(out, 'report.html')} for the figures.`);
});
