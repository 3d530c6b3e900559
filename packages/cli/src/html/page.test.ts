import { expect, test } from 'vitest';
import { sampleReport, sampleReproduction } from '../testing/sample-report.ts';
import { renderPage } from './page.ts';

const page = renderPage({
  report: sampleReport,
  reproduction: sampleReproduction,
  command: 'tally run <network>',
});

test('the page asks nothing of the network', () => {
  expect(page).not.toMatch(/(?:src|href)=/);
  expect(page).not.toMatch(/url\(|@import|<script/);
});

test('the page shows every label and its meaning', () => {
  for (const label of ['published', 'literature', 'reconstructed', 'calibrated', 'counted', 'not-run']) {
    expect(page).toContain(`<span class="badge ${label}"`);
  }
});

test('text of a document cannot become markup', () => {
  expect(page).toContain('tally run &lt;network&gt;');
  const evil = renderPage({
    report: { ...sampleReport, network: { name: '<script>alert(1)</script>', hash: 'b' } },
    reproduction: [],
    command: 'x',
  });
  expect(evil).not.toContain('<script>');
});

test('equal reports give equal bytes; a stamp is only there on demand', () => {
  const again = renderPage({
    report: sampleReport,
    reproduction: sampleReproduction,
    command: 'tally run <network>',
  });
  expect(again).toBe(page);
  expect(page).not.toContain('<dt>made</dt>');
});

test('every element that opens is closed', () => {
  for (const tag of ['section', 'figure', 'table', 'details', 'svg', 'div', 'dl', 'ul']) {
    const opened = page.match(new RegExp(`<${tag}[ >]`, 'g'))?.length;
    const closed = page.match(new RegExp(`</${tag}>`, 'g'))?.length;
    expect([tag, opened]).toEqual([tag, closed]);
  }
});
