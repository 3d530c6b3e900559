import type { Chip } from '../chip/index.ts';
import { evaluateEnergy, type TechTable } from '../energy/index.ts';
import { reproductionRow, type ReproductionRow } from '../report/index.ts';
import { weakestLabel } from '../units/index.ts';
import { priceReference, referenceSparsity, withoutResidual } from './calibrate.ts';
import { calibratedParameters } from './calibrated-parameters.ts';
import type { ModelLabels } from './model-labels.ts';
import { fittedElsewhere, round, spreadOf, value } from './reproduce-support.ts';
import { figures } from './work.ts';

/** Energy efficiency and power of the reference workload. */
export function energyRows(chip: Chip, tech: TechTable, labels: ModelLabels): readonly ReproductionRow[] {
  const best = chip.operatingPoints.find(({ name }) => name === 'peak-efficiency');
  const fast = chip.operatingPoints.find(({ name }) => name === 'peak-throughput');
  if (best === undefined) return [];
  const entries = chip.geometry.entries.value;
  const volts = best.voltage.value;
  const at = figures(priceReference(chip, tech, volts), entries, best.clock.value);
  const published = value(chip.published.peakTopsPerWatt);
  const publishedGops = value(chip.published.peakGops);
  const sparsity = referenceSparsity(tech);
  const workload = `reference 3x3x128 workload, ${sparsity.weight * 100} % zero weights, ${sparsity.activation * 100} % zero activations`;
  const residual = tech.calibration !== null && tech.energies.cycles.label === 'calibrated';
  const elsewhere = fittedElsewhere(chip, tech);
  const inherited =
    chip.timing.windowOverheadCycles.label === 'calibrated'
      ? '; the cycles hold the calibrated window overhead'
      : '';
  const fitted =
    tech.calibration !== null && residual
      ? `the energy per cycle is fitted to ${tech.calibration.target.value} TOPS/W of chip ${tech.calibration.chip}${elsewhere}.`
      : `energies of table ${tech.name}, its energy per cycle not fitted${inherited}.`;
  const calibrated = calibratedParameters(chip, tech);
  /** The reference workload at a supply over the spreads of the energies. */
  const over = (table: TechTable, voltageV: number, figure: (energyPj: number) => number) => {
    const { actions } = priceReference(chip, table, voltageV);
    return spreadOf(table, 'energies', (one) => figure(evaluateEnergy(one, actions, voltageV).totalPj));
  };
  const operations = 2 * priceReference(chip, tech, volts).macs;
  const efficiency = (energyPj: number): number => operations / energyPj;
  const match = round((1 - at.pairSparsity) * 100, 1);
  // At 40 MHz the chip does the published operations per cycle: 3.58 / 143 * 40 GOPS.
  const gopsAtBest =
    publishedGops === null || fast === undefined
      ? null
      : (publishedGops / fast.clock.value) * best.clock.value;
  const publishedPowerUw = published === null || gopsAtBest === null ? null : (gopsAtBest / published) * 1e3;
  const rows = [
    reproductionRow({
      figure: 'Peak macro energy efficiency',
      unit: 'TOPS/W',
      published,
      ours: at.topsPerWatt,
      label: labels.energy,
      interval: over(tech, volts, efficiency),
      calibrated: calibrated.energy,
      how: `${workload} (${match} % of pairs nonzero), ${volts} V; ${fitted}`,
    }),
    ...(residual
      ? [
          reproductionRow({
            figure: 'Peak macro energy efficiency, bottom-up only',
            unit: 'TOPS/W',
            published,
            ours: figures(priceReference(chip, withoutResidual(tech), volts), entries, best.clock.value)
              .topsPerWatt,
            label: labels.bottomUpEnergy,
            interval: over(withoutResidual(tech), volts, efficiency),
            calibrated: calibrated.bottomUpEnergy,
            how:
              `${workload}, ${volts} V; literature energies alone, without clock, control and wires. ` +
              `What is missing is the calibrated residual${elsewhere === '' ? '' : `, fitted on chip ${tech.calibration.chip}`}.`,
          }),
        ]
      : []),
    reproductionRow({
      figure: `Macro power at ${best.clock.value} MHz`,
      unit: 'uW',
      published: publishedPowerUw,
      ours: (at.energy.totalPj / at.timeNs) * 1e3,
      label: weakestLabel([labels.energy, labels.cycles, best.clock.label]),
      interval: over(tech, volts, (energyPj) => (energyPj / at.timeNs) * 1e3),
      calibrated: calibrated.energy,
      how: 'energy / time of the reference workload; published value derived, GOPS at this clock / (TOPS/W).',
    }),
  ];
  if (fast === undefined) return rows;
  const atFast = figures(priceReference(chip, tech, fast.voltage.value), entries, fast.clock.value);
  return [
    ...rows,
    reproductionRow({
      figure: `Macro energy efficiency at ${fast.voltage.value} V`,
      unit: 'TOPS/W',
      published: null,
      ours: atFast.topsPerWatt,
      label: labels.energy,
      interval: over(tech, fast.voltage.value, efficiency),
      calibrated: calibrated.energy,
      how:
        tech.voltageScaling === 'square'
          ? `scaled from ${volts} V by the square of the voltage; not published.`
          : `energies of table ${tech.name} hold at every voltage; not published.`,
    }),
  ];
}
