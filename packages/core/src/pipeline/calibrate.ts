import type { Chip } from '../chip/index.ts';
import { areaCounts, type AreaTarget, type EnergyTarget, type TechTable } from '../energy/index.ts';
import { CHIP_PRESETS, chipPreset } from '../presets/index.ts';
import { layerWork } from './layer-work.ts';
import { referenceWorkload } from './reference-workload.ts';
import type { Work } from './work.ts';

/** Shares of zeros when the table states none (tables without calibration). */
const DEFAULT_SPARSITY = { weight: 0.25, activation: 0.5 };

/** Shares of zeros of the reference workload under a table. */
export function referenceSparsity({ calibration }: TechTable): {
  readonly weight: number;
  readonly activation: number;
} {
  if (calibration === null) return DEFAULT_SPARSITY;
  return { weight: calibration.weightSparsity.value, activation: calibration.activationSparsity.value };
}

/** The reference workload of a chip in steady state, priced at a supply. */
export function priceReference(chip: Chip, tech: TechTable, voltageV: number): Work {
  const sparsity = referenceSparsity(tech);
  const { layer, plan, pairs, thresholds } = referenceWorkload(chip, sparsity.weight, sparsity.activation);
  return layerWork(layer, plan, pairs, thresholds, { chip, tech, voltageV }, 'steady-state');
}

/**
 * The energy per cycle, pJ at the operating point's supply, with which the reference workload reaches
 * the calibration's target; also the TOPS/W that the other components alone would give.
 *
 * @returns null when the table has no calibration or the chip lacks its operating point
 */
export function calibrateResidual(
  chip: Chip,
  tech: TechTable,
): { readonly cyclePj: number; readonly uncalibratedTopsPerWatt: number; readonly voltageV: number } | null {
  const point = chip.operatingPoints.find(({ name }) => name === tech.calibration?.operatingPoint);
  if (tech.calibration === null || point === undefined) return null;
  const voltageV = point.voltage.value;
  const bottomUp = priceReference(chip, withoutResidual(tech), voltageV);
  const targetPj = (2 * bottomUp.macs) / tech.calibration.target.value;
  return {
    cyclePj: (targetPj - bottomUp.energy.totalPj) / bottomUp.cycles,
    uncalibratedTopsPerWatt: (2 * bottomUp.macs) / bottomUp.energy.totalPj,
    voltageV,
  };
}

/** The table without its calibrated rests: what literature alone says. */
export function withoutResidual(tech: TechTable): TechTable {
  return {
    ...tech,
    energies: { ...tech.energies, cycles: { ...tech.energies.cycles, value: 0 } },
    areas: { ...tech.areas, rest: { ...tech.areas.rest, value: 0 } },
  };
}

/** What the calibrated entries of a table were fitted to; null where nothing was, or where it is not known. */
export interface CalibrationTargets {
  readonly energy: EnergyTarget | null;
  readonly area: AreaTarget | null;
}

/** Targets found before: tables and chips do not change, and thousands of reports may ask. */
const FOUND = new WeakMap<TechTable, WeakMap<Chip, CalibrationTargets>>();

/**
 * The work and the pieces on which a table's residuals were fitted: those of the chip that its calibration names,
 * which is the given one or a preset.
 */
export function calibrationTargets(tech: TechTable, chip: Chip): CalibrationTargets {
  const ofTable = FOUND.get(tech) ?? new WeakMap<Chip, CalibrationTargets>();
  const found = ofTable.get(chip) ?? findTargets(tech, chip);
  FOUND.set(tech, ofTable.set(chip, found));
  return found;
}

function findTargets(tech: TechTable, chip: Chip): CalibrationTargets {
  const { calibration } = tech;
  if (calibration === null) return { energy: null, area: null };
  const fitted = calibrationChip(calibration.chip, chip);
  if (fitted === null) return { energy: null, area: null };
  const point = fitted.operatingPoints.find(({ name }) => name === calibration.operatingPoint);
  const areaMm2 = fitted.published.areaMm2?.value ?? null;
  return {
    energy:
      tech.energies.cycles.label === 'calibrated' && point !== undefined
        ? energyTarget(fitted, tech, point.voltage.value, calibration.target.value)
        : null,
    area:
      tech.areas.rest.label === 'calibrated' && areaMm2 !== null
        ? { pieces: areaCounts(fitted), areaUm2: areaMm2 * 1e6 }
        : null,
  };
}

function energyTarget(chip: Chip, tech: TechTable, voltageV: number, topsPerWatt: number): EnergyTarget {
  const { actions, macs } = priceReference(chip, tech, voltageV);
  return { actions, energyPj: (2 * macs) / topsPerWatt, voltageV };
}

/** The chip that a calibration names: the given one or a preset; null when it is neither. */
export function calibrationChip(name: string, chip: Chip): Chip | null {
  if (chip.name === name) return chip;
  return CHIP_PRESETS.includes(name) ? chipPreset(name) : null;
}
