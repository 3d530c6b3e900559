import { beforeAll, expect, test } from 'vitest';
import { renderPlot } from '../../../html/plot.ts';
import { goldenChart, standalone } from '../../../testing/golden-chart.ts';
import { sampleMapping } from '../../../testing/sample-mapping.ts';
import type { MappingPage } from '../mapping-page.ts';
import { mappingCharts } from './index.ts';
import { stagesOf } from './search-funnel.ts';
import { eachTensorOnce } from './traffic-by-tier.ts';
import { roofOf } from './roofline.ts';

const charts = Object.values(mappingCharts).flat();
const named = charts.map((chart) => [chart.name, chart] as const);
let page: MappingPage;

beforeAll(async () => {
  page = await sampleMapping();
}, 60_000);

test.each(named)('chart %s is as last agreed, and says in words what it shows', async (_, chart) => {
  const drawn = chart(page);
  if (drawn === null) throw new Error('nothing is drawn of a search with everything');
  const { id, title, caption, plot, data, legend } = drawn;
  const svg = renderPlot({ label: title, description: caption, plot });
  expect(svg).toContain('role="img"');
  expect(svg).toContain(`aria-label="${title}"`);
  for (const text of [svg, caption]) expect(text).not.toMatch(/NaN|Infinity|undefined|∞/);
  expect(caption).toMatch(/^[A-Z0-9].*\.$/);
  for (const row of data.rows) expect(row).toHaveLength(data.columns.length);
  for (const { name } of legend) expect(name).not.toBe('');
  await expect(standalone(svg)).toMatchFileSnapshot(goldenChart(`mapping/${id}`));
});

test('a saved mapping draws what needs no search; one layer is enough', () => {
  const [layer] = page.report.layers;
  const alone: MappingPage = { ...page, search: null, report: { ...page.report, layers: [layer] } };
  const drawn = charts.flatMap((chart) => chart({ ...alone, sample: null }) ?? []);
  expect(drawn.map(({ id }) => id)).toEqual(['energy-by-part', 'busy-tiers', 'roofline', 'intervals']);
  const sample = page.sample === null ? null : { ...page.sample, layers: page.sample.layers.slice(0, 1) };
  const sampled = charts.flatMap((chart) => chart({ ...alone, sample }) ?? []);
  expect(sampled.map(({ id }) => id)).toContain('best-against-random');
  for (const { title, caption, plot } of sampled)
    expect(renderPlot({ label: title, description: caption, plot })).toContain('<svg');
});

test('the funnel ends at the mappings that were evaluated, with a budget too', async () => {
  const search = page.search;
  if (search === null) throw new Error('no search');
  const stages = stagesOf(search);
  expect(stages[0]).toEqual({ name: 'all mappings', left: search.proof.points });
  expect(stages.at(-1)?.left).toBe(search.proof.evaluated);
  for (let i = 1; i < stages.length; i++) expect(stages[i].left).toBeLessThan(stages[i - 1].left);
  const { search: short } = await sampleMapping({
    budget: { evaluations: 1, seconds: null },
    objective: 'edp',
    sample: null,
    compare: false,
  });
  if (short === null) throw new Error('no search');
  expect(short.proof.left).toBeGreaterThan(0);
  expect(stagesOf(short).at(-1)).toEqual({
    name: 'evaluated before the budget ended',
    left: short.proof.evaluated,
  });
}, 60_000);

test('nothing beats the roof, and memory traffic without kept tensors is at least every tensor once', () => {
  const { report } = page;
  const { peakGops, gopsPerOpPerBit } = roofOf(report);
  // 16 macros x 2 x 128 entries / 10 clocks at 40 MHz.
  expect(peakGops).toBeCloseTo((16 * 2 * 128 * 0.04) / 10, 12);
  for (const { counts, timeNs } of report.layers) {
    const gops = (2 * counts.pairs) / timeNs;
    const bits = counts.memory.readBits + counts.memory.writeBits;
    expect(gops).toBeLessThanOrEqual(Math.min(peakGops, ((2 * counts.pairs) / bits) * gopsPerOpPerBit));
  }
  const apart = page.search?.alternatives.filter(({ name }) => name !== 'kept-on-chip') ?? [];
  for (const { total } of apart) expect(total?.memoryBits).toBeGreaterThanOrEqual(eachTensorOnce(report));
});
