import type { FigureLabel } from '@tally/core';
import { unitFor } from '../../html/scale.ts';
import { renderTileList, type Tile } from '../../html/tiles.ts';
import { percent, significant } from '../../terminal/number.ts';
import type { MappingPage } from './mapping-page.ts';

function scaled(value: number, base: string): { readonly value: string; readonly unit: string } {
  const { factor, unit } = unitFor(value, base);
  return { value: significant(value / factor, 3), unit };
}

/** The numbers that the reader came for. */
export function renderMappingTiles({ report, search }: MappingPage): string {
  const { total, batch, areaMm2, layers } = report;
  const labelOf = (figure: string): FigureLabel | null =>
    report.sources.find((source) => source.figure === figure)?.label ?? null;
  const per = batch === 1 ? 'one image' : `${batch} images`;
  const noReuse = search?.alternatives.find(({ name }) => name === 'no-reuse')?.total ?? null;
  const single = search?.alternatives.find(({ name }) => name === search.bestSingleDataflow) ?? null;
  const chosen = search?.alternatives[0]?.total ?? null;
  const computeBound = layers
    .filter(({ limitedBy }) => limitedBy === 'compute')
    .reduce((sum, { latencyCycles }) => sum + latencyCycles, 0);
  const tiles: readonly Tile[] = [
    {
      name: 'Energy',
      ...scaled(total.energy.totalPj * 1e-12, 'J'),
      note: `${per}: memory, buffers, wires, macros, leakage`,
      label: labelOf('layers.energy.macroPj'),
    },
    {
      name: 'Time',
      ...scaled(total.timeNs * 1e-9, 's'),
      note: `${per}; ${percent(computeBound / total.latencyCycles, 0)} of it limited by compute`,
      label: labelOf('layers.latencyCycles'),
    },
    {
      name: 'Energy × time',
      ...scaled(total.edpJs, 'Js'),
      note:
        single?.total == null || chosen === null
          ? `${significant(areaMm2.total, 3)} mm² of macros and buffers`
          : `${significant((single.total.energyPj * single.total.latencyCycles) / (chosen.energyPj * chosen.latencyCycles), 3)}× with the best single dataflow`,
      label: null,
    },
    {
      name: 'Memory traffic',
      ...scaled(total.memoryBits, 'bit'),
      note: `${per}, read and written`,
      label: labelOf('layers.counts'),
    },
    {
      name: 'Against no reuse',
      value: noReuse === null ? '–' : significant(noReuse.memoryBits / total.memoryBits, 3),
      unit: noReuse === null ? '' : '×',
      note:
        noReuse === null
          ? 'a saved mapping was evaluated'
          : 'less memory traffic than reading each operand for every step',
      label: noReuse === null ? null : labelOf('layers.counts'),
    },
    {
      name: 'Efficiency of the system',
      value: significant(total.topsPerWatt, 3),
      unit: 'TOPS/W',
      note: `${significant(total.gops, 3)} GOPS, memory included`,
      label: labelOf('layers.energy.macroPj'),
    },
  ];
  return renderTileList(tiles);
}
