import type { Chip } from '../chip/index.ts';
import type { TechTable } from '../energy/index.ts';
import type { FigureSource } from '../report/index.ts';
import { weakestLabel, type FigureLabel } from '../units/index.ts';
import { modelLabels } from './model-labels.ts';

type Row = readonly [figure: string, label: FigureLabel, how: string];

/** The operating point: as strong as the point of the chip that it is, or else as the chip's curve of clock over voltage. */
export function operatingPointRow(
  chip: Chip,
  { voltageV, clockMHz }: { readonly voltageV: number; readonly clockMHz: number },
  curve: FigureLabel,
): Row {
  const point = chip.operatingPoints.find(
    ({ voltage, clock }) => voltage.value === voltageV && clock.value === clockMHz,
  );
  return point === undefined
    ? ['operatingPoint', curve, "chosen for this run, within the chip's curve of clock over voltage"]
    : [
        'operatingPoint',
        weakestLabel([point.voltage.label, point.clock.label]),
        `point ${point.name} of the chip`,
      ];
}

/**
 * Where each figure of a report comes from: the weakest label among the numbers it depends on. A row
 * stands for all fields below its own unless one of these has a row.
 */
export function figureSources(
  chip: Chip,
  tech: TechTable,
  operatingPoint: { readonly voltageV: number; readonly clockMHz: number },
): readonly FigureSource[] {
  const labels = modelLabels(chip, tech);
  const point = operatingPointRow(chip, operatingPoint, labels.curve);
  const time = weakestLabel([labels.cycles, point[1]]);
  const rows: readonly Row[] = [
    ['images', 'counted', 'images run'],
    [
      'top1',
      'counted',
      'integer network run image by image, first index of the maximum compared with the label',
    ],
    point,
    ['macs', 'counted', 'products of the network graph, padding included'],
    ['paddingMacs', 'counted', 'products of the network graph with an operand in the zero padding'],
    ['thresholdComparisons', 'counted', 'thresholds x values that the network graph compares with them'],
    [
      'host',
      'counted',
      'operations that the network graph asks for beside the macro; not priced, but for the threshold comparisons charged to layers',
    ],
    ['inputShape', 'counted', 'of the network graph'],
    ['outputShape', 'counted', 'of the network graph'],
    ['dotProductLength', 'counted', 'of the network graph'],
    ['weightFormat', 'counted', 'as the network states it'],
    ['activationFormat', 'counted', 'as the network states it'],
    ['digits', labels.vectors, "operands of the network cut to the chip's operand formats"],
    ['pairCounts', 'counted', 'exact, from weights and activation level histograms, by digit'],
    ['weightSparsity', 'counted', 'zero weight digits / weight digits'],
    ['activationSparsity', 'counted', 'zero activation digits / activation digits, over the images run'],
    ['pairSparsity', 'counted', 'pairs of digits with a zero / pairs of digits'],
    ['activationLevels', 'counted', 'exact, from the images run, by digit'],
    ['weightLevels', 'counted', 'exact, from the weights, by digit'],
    ['classMatches', 'counted', 'exact counts of the classes that the scheme has'],
    ['partialSumBound', 'counted', 'largest sum that the weights allow, over all inputs'],
    ['partialSumBits', 'counted', 'signed width of the largest sum'],
    ['vectorSumBits', labels.vectors, 'signed width of the largest sum over one vector of the entries'],
    ['vectors', labels.vectors, 'dot products cut into vectors of the entries, once per digit pass'],
    ['utilisation', labels.vectors, 'digit pairs / (entries x vectors)'],
    ['searches', labels.searches, 'vectors x search keys of the counting scheme'],
    ['multiplications', labels.multiplications, 'vectors x (classes + extra slots)'],
    ['reduction', labels.multiplications, 'digit pairs / multiplications'],
    ['accumulations', labels.searches, 'vectors x classes'],
    ['schemes', labels.multiplications, 'every scheme on the same vectors, formats and extra slots'],
    ['schemes.matches', 'counted', 'exact counts of the classes that each scheme has'],
    [
      'cycles',
      labels.cycles,
      'vectors x (search keys + extra slots) + overhead per window, fill and drain of each layer',
    ],
    ['opsPerCycle', labels.cycles, '2 x MACs / cycles'],
    ['timeNs', time, 'cycles / clock'],
    ['gops', time, '2 x MACs / time'],
    [
      'energy.totalPj',
      labels.energy,
      `action counts x energy table, ${tech.voltageScaling === 'square' ? 'quadratic in voltage' : 'equal at every voltage'}; macro only, no leakage`,
    ],
    ['actions', labels.energy, 'what the model counts and the table prices'],
    ['energy.byComponentPj', labels.energy, 'action counts x energy table, by action'],
    ['topsPerWatt', labels.energy, '2 x MACs / energy; macro only'],
    [
      'uncertainty',
      labels.energy,
      'the figures over the spreads of the table; matches and zeros held as counted',
    ],
    ['dataflows', labels.traffic, 'closed formulas of the simplest form of each dataflow'],
    ['dataflows.memoryEnergyPj', labels.memoryEnergy, 'bits moved x memory table; on-chip memory, no DRAM'],
  ];
  return rows.map(([figure, label, how]) => ({ figure, label, how }));
}
