import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runReportSchema } from '@tally/core';
import { sampleReport } from '../../testing/sample-report.ts';
import { PAGE_STYLE } from '../page-style.ts';
import { renderPlot } from '../plot.ts';
import { chartSections } from './index.ts';

const charts = chartSections.flatMap((section) => section.charts);

/** A drawing that a viewer opens on its own: the page's light colours in place of its variables. */
function standalone(svg: string): string {
  const colors = new Map<string, string>();
  const light = PAGE_STYLE.slice(0, PAGE_STYLE.indexOf('@media'));
  for (const [, name = '', color = ''] of light.matchAll(/(--[\w-]+): (#[0-9a-f]+)/g))
    colors.set(name, color);
  return svg
    .replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')
    .replace(/var\((--[\w-]+)\)/g, (_, name: string) => colors.get(name) ?? name)
    .replaceAll('><', '>\n<');
}

test('the sample is a legal report', () => {
  expect(runReportSchema.parse(sampleReport)).toEqual(sampleReport);
});

test.each(charts.map((chart) => [chart(sampleReport).id, chart] as const))(
  'chart %s is as last agreed',
  async (id, chart) => {
    const { title, caption, plot } = chart(sampleReport);
    const svg = renderPlot({ label: title, description: caption, plot });
    expect(renderPlot({ label: title, description: caption, plot: chart(sampleReport).plot })).toBe(svg);
    const golden = new URL(`../../../../../test/golden/charts/${id}.svg`, import.meta.url);
    await expect(standalone(svg)).toMatchFileSnapshot(fileURLToPath(golden));
  },
);

test.each(charts.map((chart) => [chart(sampleReport).id, chart] as const))(
  'chart %s says in words what it shows',
  (_, chart) => {
    const { title, caption, plot, data } = chart(sampleReport);
    const svg = renderPlot({ label: title, description: caption, plot });
    expect(svg).toContain('role="img"');
    expect(svg).toContain(`aria-label="${title}"`);
    expect(svg).not.toContain('NaN');
    expect(caption).toMatch(/\.$/);
    for (const row of data.rows) expect(row).toHaveLength(data.columns.length);
  },
);

test('charts of a network without layers that multiply still draw', () => {
  for (const chart of charts) {
    const { title, caption, plot } = chart({ ...sampleReport, layers: [] });
    expect(renderPlot({ label: title, description: caption, plot })).toContain('<svg');
  }
});
