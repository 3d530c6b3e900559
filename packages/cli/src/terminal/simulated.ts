import type { SimulatedReport } from '@tally/core';
import { showLabel } from './labels.ts';
import { grouped, signedPercent } from './number.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';

/** Nanojoules with two decimals: changes stand in a column with their sum. */
export function nanojoules(energyPj: number): string {
  return (energyPj / 1e3).toFixed(2).replace('-', '−');
}

/** How far an energy with the data lies from that of the action counts; empty where that is 0. */
export function changeOf({ energyPj, dataDependentPj }: Omit<SimulatedReport, 'image' | 'cycles'>): string {
  return energyPj === 0 ? '' : signedPercent(dataDependentPj / energyPj - 1);
}

/** What the data change of an energy, row by row, and the sum. */
export function renderTerms(
  measured: Omit<SimulatedReport, 'image' | 'cycles'>,
  title: string,
  style: Style,
): string {
  const rows = measured.terms.map(({ name, component, count, of, energyPj, label }) => [
    component,
    `${name}, ${of}`,
    grouped(count),
    nanojoules(energyPj),
    showLabel(label, style),
  ]);
  const label = showLabel(measured.label, style);
  const total = ['macro', 'with the data', changeOf(measured), nanojoules(measured.dataDependentPj), label];
  return renderTable(
    [
      { heading: 'component', align: 'left' },
      { heading: 'measured', align: 'left' },
      { heading: 'count', align: 'right' },
      { heading: 'energy', unit: 'nJ', align: 'right' },
      { heading: 'label', align: 'left' },
    ],
    [...rows, total],
    { title, totals: 1, style },
  );
}

/** The simulated image of a run; nothing where none was asked for. */
export function renderSimulated(report: SimulatedReport | undefined, style: Style): string {
  if (report === undefined) return '';
  const title = `What the data change, image ${report.image} clock by clock: ${nanojoules(report.energyPj)} nJ by action counts`;
  return renderTerms(report, title, style);
}
