import { expect, test } from 'vitest';
import type { SearchProof } from '@tally/core';
import { proofText, type SearchedProof } from '../proof-text.ts';
import { renderProof } from './proof.ts';

function proof(points: number, evaluated: number, left: number): SearchProof {
  return {
    points,
    removedByCapacity: points - evaluated - left,
    removedByOutputsAndChannels: 0,
    removedByTile: 0,
    removedBySplit: 0,
    removedByOrder: 0,
    removedByDominance: 0,
    removedByMacroTile: 0,
    evaluated,
    left,
  };
}

const nothing = { input: false, results: false };
const search: SearchedProof = {
  layers: ['a', 'b', 'c'].map((id) => ({ id, pareto: null })),
  searchedLayers: 2,
  searches: [
    { layers: ['a', 'c'], keeps: nothing, proof: proof(100, 10, 0), gap: 0 },
    { layers: ['b'], keeps: nothing, proof: proof(20, 5, 0), gap: 0 },
    // Nothing that is left is less in what is minimised; equals may be better in what decides next.
    { layers: ['b'], keeps: { input: true, results: false }, proof: proof(3000, 7, 900), gap: 0 },
    { layers: ['b'], keeps: { input: true, results: true }, proof: proof(40000, 1, 30000), gap: 0.123401 },
  ],
  proof: proof(43_120, 23, 30_900),
  gap: 0.012301,
};

/** Cells of a table's rows, thin spaces left out of numbers. */
function rowsOf(html: string): readonly (readonly string[])[] {
  const table = html.slice(html.indexOf('<tbody>'));
  return [...table.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => cell.replaceAll('\u202f', '')),
  );
}

test('the rows of the proof add up to its last row, which is what the proof line says', () => {
  const rows = rowsOf(renderProof(search));
  const [total, ...parts] = [...rows].reverse();
  expect(parts).toHaveLength(4);
  // layer, keeps, mappings, seven parts, evaluated, left, gap
  for (let column = 2; column < 12; column++) {
    expect(Number(total[column])).toBe(parts.reduce((sum, row) => sum + Number(row[column]), 0));
  }
  expect(total[2]).toBe('43120');
  expect(proofText(search)).toContain(
    '43\u202f120 mappings (3 layers, 2 different; 4 spaces, with tensors kept on chip or not): ',
  );
  expect(rows.map(([layer, keeps]) => `${layer}: ${keeps}`)).toEqual([
    'a, c: nothing',
    'b: nothing',
    'b: input',
    'b: input and results',
    'all: ',
  ]);
});

test('only a space of which nothing is left is called proven; gaps are rounded up', () => {
  const gaps = rowsOf(renderProof(search)).map((row) => row.at(-1));
  expect(gaps).toEqual(['proven', 'proven', '0.00 %', '12.35 %', '1.24 %']);
  expect(proofText(search)).toContain(
    'The budget left 30\u202f900 unseen: what is minimised, summed over layers, can be at most 1.24 % less.',
  );
  const done = { ...search, proof: proof(43_120, 23, 0), gap: 0 };
  expect(proofText(done)).toContain('The best is proven.');
  expect(proofText({ ...search, gap: null })).toContain('the set may lack points.');
});
