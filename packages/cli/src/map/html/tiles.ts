import type { FigureLabel, MappingReport } from '@tally/core';
import { unitFor } from '../../html/scale.ts';
import { renderTileList, type Tile } from '../../html/tiles.ts';
import { percent, rough, significant } from '../../terminal/number.ts';
import { scaleOf } from '../../terminal/uncertainty.ts';
import { eachTensorOnce } from './charts/traffic-by-tier.ts';
import type { MappingPage } from './mapping-page.ts';

function scaled(value: number, base: string): { readonly value: string; readonly unit: string } {
  const { factor, unit } = unitFor(value, base);
  return { value: significant(value / factor, 3), unit };
}

/** Nine of ten samples over the spreads of table and system; nothing where there are none. */
function spreadNote({ uncertainty }: Pick<MappingReport, 'uncertainty'>, figure: string): string {
  const known = uncertainty?.figures.find((one) => one.figure === figure && one.mode === 'table');
  if (known === undefined) return '';
  const { factor, unit } = scaleOf(known);
  const { p5, p95 } = known.sampled;
  return `; ${rough(p5 / factor)} to ${rough(p95 / factor)} ${unit} in nine of ten samples`;
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
      note: `${per}${spreadNote(report, 'total.energy.totalPj')}`,
      label: labelOf('total.energy'),
    },
    {
      name: 'Time',
      ...scaled(total.timeNs * 1e-9, 's'),
      note: `${per}; ${percent(computeBound / total.latencyCycles, 0)} of it limited by compute`,
      label: labelOf('total.timeNs'),
    },
    {
      name: 'Energy × time',
      ...scaled(total.edpJs, 'Js'),
      note:
        single?.total == null || chosen === null
          ? `${significant(areaMm2.total, 3)} mm² of macros and buffers`
          : `${rough((single.total.energyPj * single.total.latencyCycles) / (chosen.energyPj * chosen.latencyCycles))}× with the best single dataflow, ${single.title.toLowerCase()}`,
      label: labelOf('total.edpJs'),
    },
    {
      name: 'Memory traffic',
      ...scaled(total.memoryBits, 'bit'),
      note: `${per}; ${rough(total.memoryBits / eachTensorOnce(report))}× every tensor of every layer once`,
      label: labelOf('total.memoryBits'),
    },
    {
      name: 'Against no reuse',
      value: noReuse === null ? '–' : rough(noReuse.memoryBits / total.memoryBits),
      unit: noReuse === null ? '' : '×',
      note:
        noReuse === null
          ? 'a saved mapping was evaluated'
          : 'less memory traffic than reading each operand for every step',
      label: noReuse === null ? null : labelOf('total.memoryBits'),
    },
    {
      name: 'Efficiency of the system',
      value: significant(total.topsPerWatt, 3),
      unit: 'TOPS/W',
      note: `${rough(total.gops)} GOPS, memory included${spreadNote(report, 'total.topsPerWatt')}`,
      label: labelOf('total.topsPerWatt'),
    },
  ];
  return renderTileList(tiles);
}
