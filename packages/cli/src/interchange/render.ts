import {
  countsRows,
  type CountsRow,
  type ImportedLayer,
  type ImportedMapping,
  type Unused,
} from '@tally/core';
import { describeMapping, LEGEND } from '../map/describe.ts';
import { grouped } from '../terminal/number.ts';
import { wrap } from '../terminal/reproduction.ts';
import type { Style } from '../terminal/style.ts';
import { renderFields, renderTable, type Column } from '../terminal/table.ts';

const COLUMNS: readonly Column[] = [
  { heading: 'operand', align: 'left' },
  { heading: 'at', align: 'left' },
  { heading: 'reads', unit: 'elements', align: 'right' },
  { heading: 'writes', unit: 'elements', align: 'right' },
  { heading: 'reads', unit: 'bits', align: 'right' },
  { heading: 'writes', unit: 'bits', align: 'right' },
];

const TIER_NAMES: Readonly<Record<CountsRow['tier'], string>> = {
  memory: 'memory',
  buffer: 'buffer',
  network: 'network on chip',
  macro: 'macros',
};

function layerTable(layer: ImportedLayer, style: Style): string {
  const rows = countsRows([layer]);
  const cells = rows.map((row, index) => [
    index > 0 && rows[index - 1].operand === row.operand ? '' : row.operand,
    row.tier === 'buffer' ? `${TIER_NAMES.buffer} ${row.name}` : TIER_NAMES[row.tier],
    ...[row.reads, row.writes, row.readBits, row.writeBits].map(grouped),
  ]);
  return renderTable(COLUMNS, cells, { style });
}

function renderLayer(layer: ImportedLayer, style: Style): string {
  const { counts, machine, mapping, problem } = layer;
  const { macro } = machine;
  return [
    style('bold', layer.name),
    '',
    renderFields(
      [
        ['mapping', describeMapping(problem, mapping)],
        [
          'machine',
          `${machine.name}: ${machine.macros} ${machine.macros === 1 ? 'macro' : 'macros'} of ${macro.entries} entries, ${macro.weightRows} weight rows, ${macro.activationRows} activation rows, ${macro.accumulators} accumulators`,
        ],
        ['MACs', `${grouped(counts.macs)}, in ${grouped(counts.steps)} steps`],
        [
          'memory traffic',
          `${grouped(counts.memory.readBits)} bits read, ${grouped(counts.memory.writeBits)} written`,
        ],
        ['compute', `${grouped(counts.computeCycles)} cycles, were all operands there in time`],
      ],
      style,
    ),
    '',
    layerTable(layer, style),
  ].join('\n');
}

function renderFindings(title: string, found: readonly Unused[], style: Style): readonly string[] {
  if (found.length === 0) return [];
  const lines = found.flatMap(({ path, what, why }) => [
    `  • ${style('dim', path)}`,
    `    ${wrap(`${what}: ${why}`, 4, 110)}`,
  ]);
  return [[style('bold', title), ...lines].join('\n')];
}

/** Counts of foreign mappings as text: layers, what is counted otherwise, what is not used. */
export function renderImported(imported: ImportedMapping, style: Style): string {
  return [
    ...imported.layers.map((layer) => renderLayer(layer, style)),
    `  ${style('dim', wrap(LEGEND, 2, 110))}`,
    ...renderFindings('Counted otherwise than the hardware of the files would', imported.differences, style),
    ...renderFindings('Not used', imported.unused, style),
  ].join('\n\n');
}
