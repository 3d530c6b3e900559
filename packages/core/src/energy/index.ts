export { areaCounts } from './area-counts.ts';
export {
  ENERGY_COMPONENTS,
  energyAt,
  evaluateArea,
  evaluateEnergy,
  memoryEnergyPj,
  sumEnergies,
  type Energy,
} from './evaluate.ts';
export { parseTech, techSchema } from './tech-schema.ts';
export type { AreaCounts, AreaEntry, Calibration, EnergyEntry, TechTable } from './tech-table.ts';
