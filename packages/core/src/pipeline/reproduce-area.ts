import type { Chip } from '../chip/index.ts';
import { areaCounts, areaResidual, evaluateArea, type TechTable } from '../energy/index.ts';
import { reproductionRow, type ReproductionRow } from '../report/index.ts';
import { weakestLabel } from '../units/index.ts';
import { priceReference, withoutResidual } from './calibrate.ts';
import { calibratedParameters } from './calibrated-parameters.ts';
import type { ModelLabels } from './model-labels.ts';
import { fittedElsewhere, ratio, round, spreadOf, value } from './reproduce-support.ts';

const UM2_PER_MM2 = 1e6;

/** Area, and throughput per area. */
export function areaRows(chip: Chip, tech: TechTable, labels: ModelLabels): readonly ReproductionRow[] {
  const counts = areaCounts(chip);
  const area = evaluateArea(tech, counts).totalUm2 / UM2_PER_MM2;
  const published = value(chip.published.areaMm2);
  const peak = chip.operatingPoints.find(({ name }) => name === 'peak-throughput');
  const calibrated = calibratedParameters(chip, tech);
  const over = (table: TechTable, figure: (mm2: number) => number) =>
    spreadOf(table, 'areas', (one) => figure(evaluateArea(one, counts).totalUm2 / UM2_PER_MM2));
  const residual = tech.calibration !== null && tech.areas.rest.label === 'calibrated';
  const rows = [
    reproductionRow({
      figure: 'Active area',
      unit: 'mm2',
      published,
      ours: area,
      label: labels.area,
      interval: over(tech, (mm2) => mm2),
      calibrated: calibrated.area,
      how:
        tech.calibration !== null && residual
          ? `pieces x area table; the rest is fitted to the published area of chip ${tech.calibration.chip}${fittedElsewhere(chip, tech)}.`
          : `pieces x areas of table ${tech.name}, the rest not fitted.`,
    }),
    ...(residual
      ? [
          reproductionRow({
            figure: 'Active area, bottom-up only',
            unit: 'mm2',
            published,
            ours: evaluateArea(withoutResidual(tech), counts).totalUm2 / UM2_PER_MM2,
            label: labels.bottomUpArea,
            interval: over(withoutResidual(tech), (mm2) => mm2),
            calibrated: calibrated.bottomUpArea,
            how: 'storage, popcounts, multiplier, adder, comparators from literature; the published area also holds all peripheral circuits.',
          }),
        ]
      : []),
  ];
  const shares = residual && published !== null ? [restRow(chip, tech, labels, published)] : [];
  if (peak === undefined) return [...rows, ...shares];
  const reference = priceReference(chip, tech, peak.voltage.value);
  const gops = ((2 * reference.macs) / reference.cycles) * peak.clock.value * 1e-3;
  const throughput = weakestLabel([labels.cycles, peak.clock.label]);
  return [
    ...rows,
    ...shares,
    reproductionRow({
      figure: 'Area efficiency',
      unit: 'GOPS/mm2',
      published: ratio(value(chip.published.peakGops), published),
      ours: gops / area,
      label: weakestLabel([throughput, labels.area]),
      interval: over(tech, (mm2) => gops / mm2),
      calibrated: [...calibrated.cycles, ...calibrated.area],
      how:
        throughput === labels.area
          ? `peak throughput / active area, both ${throughput}; published value derived.`
          : `peak throughput (${throughput}) / active area (${labels.area}); published value derived.`,
    }),
  ];
}

/** What the pieces leave of the published area: periphery, buffers, control, interface; its interval is the residual's own. */
function restRow(chip: Chip, tech: TechTable, labels: ModelLabels, publishedMm2: number): ReproductionRow {
  const target = { pieces: areaCounts(chip), areaUm2: publishedMm2 * UM2_PER_MM2 };
  const rest = (table: TechTable): number => areaResidual(table, target).restUm2 / UM2_PER_MM2;
  return reproductionRow({
    figure: 'Area left for periphery',
    unit: 'mm2',
    published: null,
    ours: rest(tech),
    label: labels.area,
    interval: spreadOf(tech, 'areas', rest),
    calibrated: [],
    how: `published active area - pieces: ${round((100 * rest(tech)) / publishedMm2, 1)} % of it; buffers, control, interface, multiplexers, unused sites. Not modelled.`,
  });
}
