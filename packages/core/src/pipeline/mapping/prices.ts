import { DRAIN_CYCLES, FILL_CYCLES, type Chip } from '../../chip/index.ts';
import { energyAt, type TechTable } from '../../energy/index.ts';
import type { MappingPrices, OnChipEnergy, System } from '../../mapping/index.ts';
import { chipScheme } from '../layer-work.ts';

/** What prices are looked up in, and where. */
export interface PricedSystem {
  readonly chip: Chip;
  readonly tech: TechTable;
  readonly system: System;
  readonly voltageV: number;
  readonly clockMHz: number;
}

/** What data decide of a layer's energy, over the whole batch. */
export interface LayerActivity {
  /** Entries that match and are counted. */
  readonly matches: number;
  readonly thresholdComparisons: number;
}

/**
 * Prices of a layer's mappings. On-chip entries scale with the square of the supply, those of memory have a supply of their own,
 * leakage is taken as it stands. The macro is clocked while it works: waiting for data costs leakage alone.
 *
 * @throws TallyError `unknown-counting-scheme`, `scheme-without-search`
 */
export function mappingPrices(
  { chip, tech, system, voltageV, clockMHz }: PricedSystem,
  activity: LayerActivity,
): MappingPrices {
  const { cost } = chipScheme(chip);
  const action = (name: keyof TechTable['energies']): number =>
    energyAt(tech.energies[name], voltageV, tech.voltageScaling);
  const onChip = ({ value, voltageV: reference }: OnChipEnergy): number =>
    value * (voltageV / reference) ** 2;
  const slots = cost.searches + cost.rescaleSlots;
  const leakageUw = system.buffers.reduce((sum, { leakage }) => sum + leakage.value, 0);
  return {
    memory: { readPj: system.memory.readEnergy.value, writePj: system.memory.writeEnergy.value },
    buffers: system.buffers.map(({ readEnergy, writeEnergy }) => ({
      readPj: onChip(readEnergy),
      writePj: onChip(writeEnergy),
    })),
    deliveredPj: onChip(system.network.energy),
    loadedPj: action('loadedBits'),
    stepPj:
      cost.searches * chip.geometry.entries.value * cost.searchedBits * action('searchedBits') +
      cost.classMultiplications * (action('classMultiplications') + action('accumulations')) +
      cost.rescaleSlots * action('rescales') +
      slots * action('cycles'),
    windowPj: chip.timing.windowOverheadCycles.value * action('cycles'),
    layerPj:
      activity.matches * action('matches') +
      activity.thresholdComparisons * action('thresholdComparisons') +
      (FILL_CYCLES + DRAIN_CYCLES) * action('cycles'),
    // microwatts per megahertz are picojoules per cycle
    leakagePjPerCycle: leakageUw / clockMHz,
  };
}
