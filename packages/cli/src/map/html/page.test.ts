import { beforeAll, expect, test } from 'vitest';
import { sampleMapping } from '../../testing/sample-mapping.ts';
import type { MappingPage } from './mapping-page.ts';
import { renderMappingPage } from './page.ts';

let page: MappingPage;
let html: string;

beforeAll(async () => {
  page = await sampleMapping({ system: 'zhu2020', objective: 'edp', sample: { samples: 20, seed: 1 } });
  html = renderMappingPage(page);
}, 60_000);

test('the page asks nothing of the network, and the same mapping gives the same bytes', () => {
  expect(/(?:src|href)=|url\(|@import|<script/.exec(html)).toBeNull();
  expect(renderMappingPage(page) === html).toBe(true);
});

test('the page shows every part, with the figures of the report', () => {
  for (const heading of [
    'What moves, what it costs, what limits it',
    'How good it is, and why there is nothing better',
    'Against other ways of mapping',
    'Loop nests',
    'Every layer',
    'Between layers',
    'How far the figures may lie',
    'What to know',
    'Where the numbers come from',
    'Provenance',
  ])
    expect(html).toContain(`<h2>${heading}</h2>`);
  expect(html).toContain('The best is proven.');
  expect(/NaN|undefined|∞/.exec(html)).toBeNull();
  const { layers, total } = page.report;
  for (const { id } of layers) expect(html).toContain(`<th scope="row">${id}</th>`);
  // The sum of the MACs, in groups of three.
  expect(html).toContain(total.macs.toString().replace(/\B(?=(\d{3})+$)/g, '\u202f'));
});

test('a nest names what turns, what stays, and how full the buffers are', () => {
  const nest = html.slice(html.indexOf('<b>block1.conv2</b>'), html.indexOf('<b>block2.conv1</b>'));
  expect(nest).toContain('16 → 16 channels, kernel 3×3, 28×28 outputs');
  expect(nest).toContain('its input is still on chip');
  expect(nest).toContain('<b>for</b> 2 tiles of 8 outputs');
  expect(nest).toContain('kept between layers');
  expect(nest).toContain('128 entries at once, 10 clocks');
});

test('a saved mapping has no proof and no alternatives', () => {
  const saved = renderMappingPage({ ...page, search: null, sample: null });
  expect(saved).toContain('saved mapping');
  for (const heading of ['How good it is', 'Against other ways', 'Between layers'])
    expect(saved).not.toContain(`<h2>${heading}`);
  expect(saved).toContain('<h2>Loop nests</h2>');
});

test('only a finished search is said to leave nothing better', () => {
  const claim = 'why there is nothing better';
  const saved = renderMappingPage({ ...page, search: null });
  expect(saved.includes('<h2>Against mappings at random</h2>')).toBe(true);
  expect(saved.includes('This mapping against mappings at random')).toBe(true);
  for (const words of ['How good it is', claim, 'The best against'])
    expect([words, saved.includes(words)]).toEqual([words, false]);

  const { search } = page;
  if (search === null) throw new Error('the sample was searched');
  const { proof } = search;
  const unfinished = { ...proof, left: 7, removedByTile: proof.removedByTile - 7 };
  const cut = renderMappingPage({ ...page, search: { ...search, proof: unfinished } });
  expect(cut.includes('<h2>How good it is</h2>')).toBe(true);
  expect(cut.includes('The best found against mappings at random')).toBe(true);
  for (const words of [claim, 'The best against', 'The best is proven'])
    expect([words, cut.includes(words)]).toEqual([words, false]);
});

test('text of a document cannot become markup', () => {
  const evil = '<script>alert(1)</script>';
  const report = {
    ...page.report,
    network: { ...page.report.network, name: evil },
    layers: page.report.layers.map((layer) => ({ ...layer, id: evil })),
    notes: [evil],
  };
  expect(renderMappingPage({ ...page, report, command: evil }).includes('<script>')).toBe(false);
});

test('every element that opens is closed', () => {
  for (const tag of [
    'section',
    'figure',
    'table',
    'details',
    'svg',
    'div',
    'dl',
    'ul',
    'ol',
    'li',
    'span',
    'td',
  ]) {
    const opened = html.match(new RegExp(`<${tag}[ >]`, 'g'))?.length;
    const closed = html.match(new RegExp(`</${tag}>`, 'g'))?.length;
    expect([tag, opened]).toEqual([tag, closed]);
  }
});
