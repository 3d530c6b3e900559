import { expect, test } from 'vitest';
import { runReportSchema } from '@tally/core';
import { goldenChart, standalone } from '../../testing/golden-chart.ts';
import { sampleReport } from '../../testing/sample-report.ts';
import { renderPlot } from '../plot.ts';
import { chartSections } from './index.ts';

const charts = chartSections.flatMap((section) => section.charts);

test('the sample is a legal report', () => {
  expect(runReportSchema.parse(sampleReport)).toEqual(sampleReport);
});

test.each(charts.map((chart) => [chart(sampleReport).id, chart] as const))(
  'chart %s is as last agreed',
  async (id, chart) => {
    const { title, caption, plot } = chart(sampleReport);
    const svg = renderPlot({ label: title, description: caption, plot });
    expect(renderPlot({ label: title, description: caption, plot: chart(sampleReport).plot })).toBe(svg);
    await expect(standalone(svg)).toMatchFileSnapshot(goldenChart(id));
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
