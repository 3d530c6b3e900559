import { chipFormats, macroStorage, type BitSerialArray, type Chip } from '../chip/index.ts';
import { compareMethods, type ComparedWork } from '../compare/index.ts';
import { fail } from '../diagnostics/index.ts';
import { areaCounts, type TechTable } from '../energy/index.ts';
import type {
  ChipComparison,
  ComparisonReport,
  Figures,
  PublishedEfficiencyRow,
  RunReport,
} from '../report/index.ts';
import { priceReference, referenceSparsity } from './calibrate.ts';
import { chipTraffic, type BitTraffic } from './chip-traffic.ts';
import { chipScheme } from './layer-work.ts';
import { modelLabels } from './model-labels.ts';
import { predictArray } from './predict-array.ts';
import { figures } from './work.ts';

/** What the methods are compared on. */
export interface ComparisonOptions {
  /** Name of an operating point of the chip, `peak-efficiency` by default; a run brings its own. */
  readonly point?: string;
  /** A run of a network on the chip; without one, the reference workload. */
  readonly run?: RunReport;
  /** Traffic of the work instead of the chip's dataflow in its simplest form, e.g. of a mapping. */
  readonly traffic?: BitTraffic & { readonly dataflow: string };
}

function comparedWork(chip: Chip, total: Figures, images: number, traffic: BitTraffic): ComparedWork {
  const { cost } = chipScheme(chip);
  const { actions, vectors, macs, pairCounts } = total;
  return {
    formats: chipFormats(chip),
    entries: chip.geometry.entries.value,
    rescaleSlots: chip.timing.rescaleSlots.value,
    macs,
    digitPairs: pairCounts.pairs / images,
    vectors,
    overheadCycles: actions.cycles - vectors * (cost.searches + cost.rescaleSlots),
    matches: new Map(total.schemes.map(({ scheme, matches }) => [scheme, matches / images])),
    thresholdComparisons: actions.thresholdComparisons,
    loadedBits: actions.loadedBits,
    traffic,
  };
}

interface Basis {
  readonly total: Figures;
  readonly layers: readonly Pick<Figures, 'dataflows'>[];
  readonly images: number;
  readonly work: string;
  readonly operatingPoint: { readonly voltageV: number; readonly clockMHz: number };
}

function referenceBasis(chip: Chip, tech: TechTable, name: string): Basis {
  const point =
    chip.operatingPoints.find((one) => one.name === name) ??
    fail(
      'unknown-operating-point',
      `chip ${chip.name}: operating point`,
      `has none named '${name}'`,
      `use one of ${chip.operatingPoints.map((one) => one.name).join(', ')}`,
    );
  const [voltageV, clockMHz] = [point.voltage.value, point.clock.value];
  const total = figures(priceReference(chip, tech, voltageV), chip.geometry.entries.value, clockMHz);
  const sparsity = referenceSparsity(tech);
  return {
    total,
    layers: [total],
    images: 1,
    work: `reference 3x3x128 layer, ${sparsity.weight * 100} % zero weights, ${sparsity.activation * 100} % zero activations, steady state`,
    operatingPoint: { voltageV, clockMHz },
  };
}

function runBasis(chip: Chip, run: RunReport): Basis {
  if (run.chip.name !== chip.name || run.chip.scheme !== chip.scheme.name) {
    fail(
      'run-of-another-chip',
      `run of ${run.network.name}`,
      `is of chip ${run.chip.name} with scheme ${run.chip.scheme}, not of ${chip.name} with ${chip.scheme.name}`,
      'name the chip that the run was made on',
    );
  }
  return {
    total: run.total,
    layers: run.layers,
    images: run.images,
    work: `${run.network.name} on ${run.images} images of ${run.dataset.name}, mean per image`,
    operatingPoint: run.operatingPoint,
  };
}

/**
 * Entry counting by each registered scheme beside dense, bit-serial and LUT-based arithmetic on the work of one chip, at one
 * table, supply and traffic.
 *
 * @throws TallyError `unknown-operating-point`, `run-of-another-chip`, `unknown-method`
 */
export function compareOnChip(chip: Chip, tech: TechTable, options: ComparisonOptions = {}): ChipComparison {
  const basis =
    options.run === undefined
      ? referenceBasis(chip, tech, options.point ?? 'peak-efficiency')
      : runBasis(chip, options.run);
  const traffic = options.traffic ?? {
    ...chipTraffic(chip, basis.layers),
    dataflow: `${chip.dataflow.name}, no buffer`,
  };
  const { readBits, writtenBits, dataflow } = traffic;
  const storage = macroStorage(chip);
  return {
    chip: chip.name,
    tech: tech.name,
    work: basis.work,
    operatingPoint: basis.operatingPoint,
    traffic: { readBits, writtenBits, dataflow },
    methods: compareMethods(comparedWork(chip, basis.total, basis.images, { readBits, writtenBits }), {
      tech,
      ...basis.operatingPoint,
      own: chip.scheme.name,
      storage: {
        searchableBits: storage.weightBits + storage.activationBits,
        partialSumBits: storage.partialSumBits,
      },
      comparators: areaCounts(chip).comparators,
      label: modelLabels(chip, tech).bottomUpEnergy,
    }),
  };
}

/** Published efficiencies of a chip, as they are; a bit-serial array's beside its prediction. */
export function publishedEfficiencies(
  chip: Chip | BitSerialArray,
  tech: TechTable,
): readonly PublishedEfficiencyRow[] {
  return chip.kind === 'tally-chip' ? countingRows(chip, tech) : arrayRows(chip, tech);
}

function countingRows(chip: Chip, tech: TechTable): readonly PublishedEfficiencyRow[] {
  const figure = chip.published.peakTopsPerWatt;
  const point = chip.operatingPoints.find(({ name }) => name === 'peak-efficiency');
  if (figure === null || figure.label !== 'published') return [];
  const { weight, activation } = chipFormats(chip);
  return [
    {
      chip: chip.name,
      normalisation: {
        // A chip file states no node: it is that of the table that was fitted to the chip.
        nodeNm: tech.calibration?.chip === chip.name ? tech.node.value : null,
        voltageV: point?.voltage.value ?? null,
        operations: `W${weight.bits} x A${activation.bits} (read so)`,
        weightBits: weight.bits,
        activationBits: activation.bits,
      },
      level: 'macro',
      topsPerWatt: figure.value,
      predicted: null,
      source: figure.source,
    },
  ];
}

function arrayRows(array: BitSerialArray, tech: TechTable): readonly PublishedEfficiencyRow[] {
  const predicted = predictArray(array, tech);
  return array.published.efficiencies.map(({ bits, topsPerWatt }, i) => {
    const row = predicted[i];
    return {
      chip: array.name,
      normalisation: {
        nodeNm: array.node.value,
        voltageV: array.supply.label === 'published' ? array.supply.value : null,
        operations: `W${bits} x A${bits}`,
        weightBits: bits,
        activationBits: bits,
      },
      level: 'macro',
      topsPerWatt: topsPerWatt.value,
      predicted: {
        topsPerWatt: row.ours ?? 0,
        low: row.interval?.low ?? 0,
        high: row.interval?.high ?? 0,
        residual: row.residual ?? 0,
      },
      source: topsPerWatt.source,
    };
  });
}

const NOTES: readonly string[] = [
  'All methods of a chip compute the same digit products from the same storage, at the same table, supply and memory traffic; a zero never matches, so counting skips it; dense and LUT arithmetic do not.',
  "arithmetic: counted actions alone, from literature. macro: with the table's energy per cycle, which was fitted to an entry-counting macro of one key per cycle: a dense macro clocks more circuits in a cycle, so its macro figure is too good.",
  'buffer, dram: the macro and all its memory traffic priced as the on-chip buffer, as DRAM.',
  'Operations are those of the stated widths, one MAC two operations; 1-bit figures are these x weight bits x activation bits.',
  'A multiplier of m x a bits is priced m a / 32 of half an 8 x 8 multiplier, a full adder half a match, an operand bit read one searched bit.',
  'Published figures stand as published and are computed with nowhere. Published elsewhere, not modelled here: UCNN reports 1.2 to 4 times the energy efficiency of an Eyeriss-style accelerator (Hegde et al., ISCA 2018).',
];

/**
 * Several chips compared: entry-counting ones by method, all by their published efficiencies.
 *
 * @param runs a run per chip name, where the reference workload is not meant
 * @throws TallyError as {@link compareOnChip}
 */
export function compareChips(
  chips: readonly (Chip | BitSerialArray)[],
  tech: TechTable,
  toolVersion: string,
  options: { readonly point?: string; readonly runs?: ReadonlyMap<string, RunReport> } = {},
): ComparisonReport {
  return {
    kind: 'tally-comparison',
    formatVersion: 1,
    toolVersion,
    chips: chips.flatMap((chip) => {
      if (chip.kind !== 'tally-chip') return [];
      const run = options.runs?.get(chip.name);
      return [
        compareOnChip(chip, tech, {
          ...(options.point === undefined ? {} : { point: options.point }),
          ...(run === undefined ? {} : { run }),
        }),
      ];
    }),
    published: chips.flatMap((chip) => publishedEfficiencies(chip, tech)),
    notes: NOTES,
  };
}
