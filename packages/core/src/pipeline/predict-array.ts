import { bitSerialWork, type BitSerialArray } from '../chip/index.ts';
import {
  energyAt,
  exactInterval,
  uncertainInputs,
  type TableFigure,
  type TechTable,
} from '../energy/index.ts';
import { reproductionRow, type ReproductionRow } from '../report/index.ts';
import { weakestLabel, type FigureLabel } from '../units/index.ts';

/** `matches` prices the two full adders of a popcount tree that a match walks through on average. */
const FULL_ADDERS_PER_MATCH = 2;

/** `adders` prices a 16-bit adder. */
const FULL_ADDERS_PER_ADDER = 16;

/**
 * Energy of one pass over the array at N bits, pJ: each bit product as one searched bit (a CAM cell compares as an XNOR
 * multiplies), each full adder as half a match, each shift-and-add as an accumulation, each input bit as one loaded bit.
 * No calibrated entry takes part.
 */
export function bitSerialEnergyPj(
  array: BitSerialArray,
  tech: TechTable,
  bits: number,
  voltageV: number,
): number {
  const { bitProducts, fullAdders, accumulations, inputBits } = bitSerialWork(array, bits);
  const { energies, voltageScaling } = tech;
  const price = (entry: keyof typeof energies): number => energyAt(energies[entry], voltageV, voltageScaling);
  return (
    bitProducts * price('searchedBits') +
    (fullAdders / FULL_ADDERS_PER_MATCH) * price('matches') +
    accumulations * price('accumulations') +
    inputBits * price('loadedBits')
  );
}

/** Area of the bit cells, mm²: each a searchable bit (storage and comparison) and a full adder. */
export function bitSerialAreaMm2({ geometry }: BitSerialArray, tech: TechTable): number {
  const { searchableBits, adders } = tech.areas;
  const cells = geometry.rows.value * geometry.columns.value;
  return (cells * (searchableBits.value + adders.value / FULL_ADDERS_PER_ADDER)) / 1e6;
}

/** Lowest and highest value over the spreads of the table at the lowest and highest supply. */
function interval(tech: TechTable, group: 'energies' | 'areas', figures: readonly TableFigure[]) {
  const inputs = uncertainInputs(tech, [group]);
  const ends = figures.flatMap((figure) => {
    const { low, high } = exactInterval(tech, inputs, figure);
    return [low, high];
  });
  return { low: Math.min(...ends), high: Math.max(...ends) };
}

/**
 * Published figures of a bit-serial array beside what its geometry and a technology table predict. Nothing is fitted:
 * the published figures are compared with and enter no number of ours, and neither does a calibrated entry of the table.
 */
export function predictArray(array: BitSerialArray, tech: TechTable): readonly ReproductionRow[] {
  const { geometry, supply, published } = array;
  const { searchedBits, matches, accumulations, loadedBits } = tech.energies;
  const energyLabel = weakestLabel(
    [...Object.values(geometry), supply, searchedBits, matches, accumulations, loadedBits].map(
      ({ label }) => label,
    ),
  );
  const areaLabel = weakestLabel(
    [...Object.values(geometry), tech.areas.searchableBits, tech.areas.adders].map(({ label }) => label),
  );
  const size = `${geometry.rows.value} x ${geometry.columns.value} cells`;
  const rows = published.efficiencies.map(({ bits, topsPerWatt }) => {
    const work = bitSerialWork(array, bits);
    const at =
      (voltageV: number): TableFigure =>
      (table) =>
        (2 * work.macs) / bitSerialEnergyPj(array, table, bits, voltageV);
    return reproductionRow({
      figure: `Macro energy efficiency, ${bits} bit`,
      unit: 'TOPS/W',
      published: topsPerWatt.value,
      ours: at(supply.value)(tech),
      label: energyLabel,
      interval: interval(tech, 'energies', [at(supply.low), at(supply.high)]),
      how:
        `predicted, nothing fitted: ${size}, column MACs of ${bits} + ${geometry.carryCells.value}, ${work.neurons} neurons, ${work.macs} MACs in ${work.cycles} ${work.cycles === 1 ? 'cycle' : 'cycles'}; ` +
        `${work.bitProducts} bit products, ${work.fullAdders} full adders per pass at ${supply.value} V (${supply.label}); ` +
        `the interval also spans ${supply.low} to ${supply.high} V. Operations of ${bits} x ${bits} bit; no clock, control or wires; table ${tech.name}.`,
    });
  });
  return [
    ...rows,
    ...ratioRow(array, tech, energyLabel),
    reproductionRow({
      figure: 'Macro area',
      unit: 'mm2',
      published: published.areaMm2?.value ?? null,
      ours: bitSerialAreaMm2(array, tech),
      label: areaLabel,
      interval: interval(tech, 'areas', [(table) => bitSerialAreaMm2(array, table)]),
      how: `predicted, nothing fitted: ${size}, each a searchable bit (storage and comparison) and a full adder; no periphery; table ${tech.name}.`,
    }),
  ];
}

/** How much the efficiency falls from the first to the last published precision: the supply cancels. */
function ratioRow(array: BitSerialArray, tech: TechTable, label: FigureLabel): readonly ReproductionRow[] {
  const { efficiencies } = array.published;
  const [first, last] = [efficiencies.at(0), efficiencies.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const { value: voltageV } = array.supply;
  const operations = bitSerialWork(array, first.bits).macs / bitSerialWork(array, last.bits).macs;
  const ratio: TableFigure = (table) =>
    (operations * bitSerialEnergyPj(array, table, last.bits, voltageV)) /
    bitSerialEnergyPj(array, table, first.bits, voltageV);
  return [
    reproductionRow({
      figure: `Efficiency at ${first.bits} bit / at ${last.bits} bit`,
      unit: 'x',
      published: first.topsPerWatt.value / last.topsPerWatt.value,
      ours: ratio(tech),
      label,
      interval: interval(tech, 'energies', [ratio]),
      how: 'predicted, nothing fitted: energy per operation of both precisions, the supply cancels; published value derived.',
    }),
  ];
}
