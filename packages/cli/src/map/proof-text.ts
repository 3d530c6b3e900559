import type { MappingSearchReport, SearchProof } from '@tally/core';
import { grouped, percent } from '../terminal/number.ts';

/** What the parts of a proof say of the mappings they removed, and of those they leave. */
export const REMOVED: readonly (readonly [key: keyof SearchProof, removed: string, left: string])[] = [
  ['removedByCapacity', 'do not fit into the buffers', 'fit into the buffers'],
  [
    'removedByOutputsAndChannels',
    'by the bound on sizes of outputs and channels',
    'after bounds on outputs and channels',
  ],
  ['removedByTile', 'by the bound on tiles', 'after bounds on tiles'],
  ['removedBySplit', 'by the bound on splits over macros', 'after bounds on splits over macros'],
  ['removedByOrder', 'by the bound on orders', 'after bounds on orders'],
  ['removedByDominance', 'by dominance of orders and macro tiles', 'after dominance'],
  ['removedByMacroTile', 'by the bound on macro tiles', 'after bounds on macro tiles'],
];

/** What a proof is told from. */
export type SearchedProof = Pick<
  MappingSearchReport,
  'layers' | 'searchedLayers' | 'searches' | 'proof' | 'gap'
>;

/** A gap as a percentage, rounded up. */
export function gapText(gap: number): string {
  return percent(Math.ceil(gap * 1e4) / 1e4, 2);
}

/** The proof line: size of the space, what each bound removed, what was evaluated, and what that proves. */
export function proofText(search: SearchedProof): string {
  const { proof: all } = search;
  const removed = REMOVED.filter(([key]) => all[key] > 0).map(
    ([key, text]) => `${grouped(all[key])} ${text}`,
  );
  const spaces =
    search.searches.length === search.searchedLayers
      ? ''
      : `; ${search.searches.length} spaces, with tensors kept on chip or not`;
  const layersText = `${search.layers.length} layers, ${search.searchedLayers} different${spaces}`;
  const verdict =
    all.left === 0
      ? 'The best is proven.'
      : `The budget left ${grouped(all.left)} unseen: ${
          search.gap === null
            ? 'the set may lack points'
            : `what is minimised, summed over layers, can be at most ${gapText(search.gap)} less`
        }.`;
  return (
    `${grouped(all.points)} mappings (${layersText}): ${removed.join(', ')}, ` +
    `${grouped(all.evaluated)} evaluated. ${verdict}`
  );
}
