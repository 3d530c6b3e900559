import { ACTIONS, ENERGY_COMPONENTS, weakestLabel } from '@tally/core';
import { showLabel } from '../terminal/labels.ts';
import { grouped } from '../terminal/number.ts';
import { nanojoules, renderTerms } from '../terminal/simulated.ts';
import type { Style } from '../terminal/style.ts';
import { renderTable, type Column } from '../terminal/table.ts';
import type { SimulationReport } from './report.ts';

const columns: readonly Column[] = [
  { heading: 'component', align: 'left' },
  { heading: 'measured', align: 'left' },
  { heading: 'count', align: 'right' },
  { heading: 'energy', unit: 'nJ', align: 'right' },
  { heading: 'label', align: 'left' },
];

/** What each action counts, in words. */
const COUNTED = {
  searchedBits: 'entry bits searched',
  matches: 'matches',
  classMultiplications: 'class multiplications',
  rescales: 'rescale slots',
  accumulations: 'accumulations',
  thresholdComparisons: 'comparisons',
  loadedBits: 'bits loaded',
  cycles: 'cycles',
} as const satisfies Record<(typeof ACTIONS)[number], string>;

/**
 * Energy of the image: measured counts x table, whose sum is the main job's, then what the data change of it, in rows of
 * their own.
 */
export function energyTable({ energy: measured, energyLabels }: SimulationReport, style: Style): string {
  const { actions, energy, terms, dataDependentPj, hostComparisons } = measured;
  const label = weakestLabel(Object.values(energyLabels));
  const components = ACTIONS.map((action) => {
    const component = ENERGY_COMPONENTS[action];
    const beside = action === 'thresholdComparisons' && hostComparisons > 0;
    return [
      component,
      beside ? `comparisons, ${grouped(hostComparisons)} beside the macro` : COUNTED[action],
      grouped(actions[action]),
      nanojoules(energy.byComponentPj[component]),
      showLabel(energyLabels[component], style),
    ];
  });
  const macro = ['macro', 'as tally run prices it', '', nanojoules(energy.totalPj), showLabel(label, style)];
  return [
    renderTable(columns, [...components, macro], {
      title: 'Energy by measured actions, this image',
      totals: 1,
      style,
    }),
    renderTerms(
      { terms, energyPj: energy.totalPj, dataDependentPj, label },
      'What the data change of it',
      style,
    ),
  ].join('\n\n');
}
