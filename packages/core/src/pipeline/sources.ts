import type { Chip, Quantity } from '../chip/index.ts';
import type { TechTable } from '../energy/index.ts';
import type { FigureSource } from '../report/index.ts';
import { weakestLabel, type FigureLabel } from '../units/index.ts';

/** Where each figure of a report comes from: the weakest label among the numbers it depends on. */
export function figureSources(chip: Chip, tech: TechTable): readonly FigureSource[] {
  const labels = (...all: readonly (Quantity | { readonly label: FigureLabel })[]): FigureLabel =>
    weakestLabel(all.map(({ label }) => label));
  const { scheme, formats, geometry, timing, voltageFrequency } = chip;
  const operands = [
    formats.weight.system,
    formats.weight.bits,
    formats.activation.system,
    formats.activation.bits,
  ];
  const searches = labels(scheme, ...operands, geometry.entries);
  const multiplications = weakestLabel([searches, timing.rescaleSlots.label]);
  const cycles = weakestLabel([
    multiplications,
    timing.windowVectors.label,
    timing.windowOverheadCycles.label,
  ]);
  const energy = labels({ label: cycles }, ...Object.values(tech.energies), chip.dataflow);
  const traffic = labels(
    geometry.weightVectors,
    geometry.activationVectors,
    geometry.partialSums,
    chip.limits.accumulatorBits,
  );
  const row = (figure: string, label: FigureLabel, how: string): FigureSource => ({ figure, label, how });
  return [
    row(
      'top1',
      'counted',
      'integer network run image by image, first index of the maximum compared with the label',
    ),
    row('macs', 'counted', 'products of the network graph, padding included'),
    row('pairCounts', 'counted', 'exact, from weights and activation level histograms'),
    row('activationLevels', 'counted', 'exact, from the images run'),
    row(
      'vectors',
      labels(...operands, geometry.entries),
      'dot products cut into vectors of the entries, once per digit pass',
    ),
    row('searches', searches, 'vectors x search keys of the counting scheme'),
    row('classMatches', searches, 'exact counts of the classes that the scheme has'),
    row('multiplications', multiplications, 'vectors x (classes + extra slots)'),
    row('cycles', cycles, 'vectors x (search keys + extra slots) + overhead per window'),
    row('timeNs', weakestLabel([cycles, voltageFrequency.gain.label]), 'cycles / clock'),
    row(
      'energy.totalPj',
      energy,
      'action counts x energy table, quadratic in voltage; macro only, no leakage',
    ),
    row('topsPerWatt', energy, '2 x MACs / energy; macro only'),
    row('dataflows', traffic, 'closed formulas of the simplest form of each dataflow'),
    row(
      'dataflows.memoryEnergyPj',
      weakestLabel([traffic, labels(tech.memory.readBit, tech.memory.writeBit)]),
      'bits moved x memory table; on-chip memory, no DRAM',
    ),
  ];
}
