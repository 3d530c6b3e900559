import { expect, test } from 'vitest';
import { sampleReport, sampleReproduction } from '../testing/sample-report.ts';
import { renderIssues } from './errors.ts';
import { labelOf } from './figure-label.ts';
import { duration, grouped, percent, rough, si, significant } from './number.ts';
import { startProgress } from './progress.ts';
import { renderReproduction, wrap } from './reproduction.ts';
import { renderRunReport } from './run-report.ts';
import { plain, styleFor, visibleWidth } from './style.ts';
import { renderTable } from './table.ts';

const golden = (name: string): string =>
  new URL(`../../../../test/golden/terminal/${name}`, import.meta.url).pathname;

test('numbers keep their digits and their unit', () => {
  expect(significant(25.04)).toBe('25.04');
  expect(significant(0.5016)).toBe('0.5016');
  expect(significant(1810)).toBe('1810');
  expect(significant(-0.063, 2)).toBe('−0.063');
  expect(si(3.58e9, 'OPS')).toBe('3.580 GOPS');
  expect(si(999.99e-9, 'J')).toBe('1.000 µJ'); // 999.99 nJ would round to four digits as 1000 nJ
  expect(grouped(1234567)).toBe('1\u202f234\u202f567');
  expect([1.0449, 248.8, 98_846].map((value) => rough(value))).toEqual(['1.04', '249', '98\u202f800']);
  expect(rough(999.9)).toBe('1\u202f000');
  expect(percent(0.1234)).toBe('12.3 %');
  expect(duration(65)).toBe('1:05 min');
});

test('a table aligns what is seen, not what is written', () => {
  const red = styleFor({ isTTY: true, env: {} });
  const text = renderTable(
    [
      { heading: 'a', align: 'left' },
      { heading: 'b', unit: 'nJ', align: 'right' },
    ],
    [
      [red('red', 'x'), '1.0'],
      ['yy', '10.0'],
    ],
    { style: plain },
  );
  expect(
    new Set(
      text
        .split('\n')
        .filter((line) => /\d/.test(line))
        .map(visibleWidth),
    ).size,
  ).toBe(1);
});

test('NO_COLOR wins over everything, FORCE_COLOR over the terminal', () => {
  expect(styleFor({ isTTY: true, env: { NO_COLOR: '1', FORCE_COLOR: '1' } })('red', 'x')).toBe('x');
  expect(styleFor({ isTTY: false, env: { FORCE_COLOR: '1' } })('red', 'x')).toBe('\u001b[31mx\u001b[39m');
  expect(styleFor({ isTTY: true, env: { TERM: 'dumb' } })('red', 'x')).toBe('x');
  expect(styleFor({ isTTY: false, env: {} })('red', 'x')).toBe('x');
});

test('progress: silent when short, a bar with time left on a terminal, plain lines elsewhere', () => {
  const run = (isTTY: boolean, plainLines: boolean): string[] => {
    const written: string[] = [];
    let time = 0;
    const progress = startProgress({
      label: 'run',
      total: 100,
      noun: 'images',
      plainLines,
      sink: { isTTY, write: (text) => written.push(text) },
      now: () => time,
    });
    for (let done = 0; done < 100; done += 10) {
      time = done * 100; // 10 images a second
      progress.update(done);
    }
    progress.finish();
    return written;
  };
  expect(run(false, false)).toEqual([
    'run: 20 of 100 images, 8 s left\n',
    'run: 70 of 100 images, 3 s left\n',
  ]);
  expect(run(true, true)).toEqual(run(false, false));
  expect(run(true, false)[0]).toBe(
    '\r██░░░░░░░░░░░░░░░░░░░░░░  10 % run: 10 of 100 images, 9 s left\u001b[K',
  );
  expect(run(true, false).at(-1)).toBe('\r\u001b[K');
});

test('issues name place, rule and remedy', () => {
  const text = renderIssues(
    [{ code: 'rule', path: 'chip.entries', message: 'is 0, must be 1 or more', remedy: 'set it' }],
    plain,
  );
  expect(text).toBe('error chip.entries: is 0, must be 1 or more [rule]\n  fix   set it');
});

test('long text wraps under itself', () => {
  expect(wrap('aa bb cc', 2, 7)).toBe('aa bb\n  cc');
});

test('the operating point is rounded and labelled', () => {
  const text = renderRunReport(
    {
      ...sampleReport,
      operatingPoint: { voltageV: 1.1, clockMHz: 80.09282788708651 },
      sources: [{ figure: 'operatingPoint', label: 'calibrated', how: '' }],
    },
    plain,
  );
  expect(text).toContain('  operating point  1.100 V, 80.09 MHz  calibrated\n');
});

test('a field without a source of its own has that of the field it is part of', () => {
  const report = {
    ...sampleReport,
    sources: [
      { figure: 'schemes', label: 'reconstructed', how: '' },
      { figure: 'schemes.matches', label: 'counted', how: '' },
    ] as const,
  };
  expect(labelOf(report, 'schemes.searches')).toBe('reconstructed');
  expect(labelOf(report, 'schemes.matches')).toBe('counted');
  expect(labelOf(report, 'cycles')).toBeNull();
});

test('the run report and the comparison are as last agreed', async () => {
  await expect(`${renderRunReport(sampleReport, plain)}\n`).toMatchFileSnapshot(golden('run-report.txt'));
  await expect(`${renderReproduction('zhu2020', sampleReproduction, plain)}\n`).toMatchFileSnapshot(
    golden('reproduction.txt'),
  );
});
