import { chipFormats, macroStorage, maxClockMHz, type Chip, type Quantity } from '../chip/index.ts';
import { areaCounts, evaluateArea, type TechTable } from '../energy/index.ts';
import { reproductionRow, type EvaluationReport, type ReproductionRow } from '../report/index.ts';
import { priceReference, referenceSparsity, withoutResidual } from './calibrate.ts';
import { chipScheme } from './layer-work.ts';
import { modelLabels, type ModelLabels } from './model-labels.ts';
import { figures } from './work.ts';
import { weakestLabel, type FigureLabel } from '../units/index.ts';

const UM2_PER_MM2 = 1e6;

/** Fitted parameters are rounded: a figure they were fitted to comes out within this share. */
const FIT_TOLERANCE = 1e-3;

/** Labels of numbers that nobody published: free to be chosen. */
const UNPUBLISHED: ReadonlySet<FigureLabel> = new Set(['reconstructed', 'calibrated']);

function value(quantity: Quantity | null): number | null {
  return quantity === null ? null : quantity.value;
}

function ratio(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a / b;
}

function round(x: number, digits: number): string {
  return String(Number(x.toFixed(digits)));
}

/** Whether ours is the published figure but for rounding, as a parameter fitted to it makes it. */
function comesOut(ours: number, published: number | null): boolean {
  return published !== null && Math.abs(ours / published - 1) <= FIT_TOLERANCE;
}

/** The calibrated entries of a table come from another chip: to be said where they are used. */
function fittedElsewhere(chip: Chip, tech: TechTable): string {
  return tech.calibration?.chip === chip.name ? '' : ', not of this chip';
}

function countingRows(chip: Chip, labels: ModelLabels): readonly ReproductionRow[] {
  const { scheme, cost } = chipScheme(chip);
  const { weight, activation } = chipFormats(chip);
  const entries = chip.geometry.entries.value;
  const storage = macroStorage(chip);
  const { geometry } = chip;
  const slots =
    cost.rescaleSlots === 0
      ? ''
      : chip.timing.rescaleSlots.label === 'reconstructed'
        ? ` The slot is inferred from the published figure; the ${cost.classes} classes alone give ${round(entries / cost.classes, 1)}.`
        : ` The ${cost.classes} classes alone give ${round(entries / cost.classes, 1)}.`;
  const publishedBits = value(chip.published.macroBits);
  // A free organisation that gives the published total was chosen to give it.
  const chosen = storage.total === publishedBits && UNPUBLISHED.has(labels.storage);
  return [
    reproductionRow({
      figure: 'Multiplication reduction',
      unit: 'x',
      published: value(chip.published.multiplicationReduction),
      ours: cost.reduction,
      label: labels.multiplications,
      how:
        `${entries} / (${cost.classMultiplications} classes + ${cost.rescaleSlots} slots); ` +
        `classes derived from scheme ${scheme.name} and codes W${weight.bits} ${weight.system} x A${activation.bits}.${slots}`,
    }),
    reproductionRow({
      figure: 'Macro storage',
      unit: 'Kb',
      published: ratio(publishedBits, 1000),
      ours: storage.total / 1000,
      label: chosen ? 'calibrated' : labels.storage,
      how:
        `${geometry.weightVectors.value} x ${entries} x ${weight.bits} + ${geometry.activationVectors.value} x ${entries} x ${activation.bits}` +
        ` + ${geometry.partialSums.value} x ${geometry.partialSumBits.value} bits` +
        (chosen ? '; organisation chosen to give this total, one of several that do.' : '.'),
    }),
  ];
}

function throughputRows(chip: Chip, tech: TechTable, labels: ModelLabels): readonly ReproductionRow[] {
  const peak = chip.operatingPoints.find(({ name }) => name === 'peak-throughput');
  if (peak === undefined) return [];
  const reference = priceReference(chip, tech, peak.voltage.value);
  const { cost } = chipScheme(chip);
  const clock = peak.clock.value;
  const perCycle = (2 * reference.macs) / reference.cycles;
  const perVector = cost.searches + cost.rescaleSlots;
  const plain = (2 * chip.geometry.entries.value) / perVector;
  const { windowVectors, windowOverheadCycles } = chip.timing;
  const publishedGops = value(chip.published.peakGops);
  const publishedPerCycle = publishedGops === null ? null : (publishedGops * 1e3) / clock;
  const window = `${windowVectors.value} vectors x ${perVector} + ${windowOverheadCycles.value}`;
  const calibrated = windowOverheadCycles.label === 'calibrated';
  const fitted = calibrated && comesOut(perCycle, publishedPerCycle);
  const overhead = fitted
    ? ' The window overhead is fitted to this figure.'
    : calibrated
      ? ' The window overhead is a calibrated number, but not fitted to this figure of this chip.'
      : '';
  const without = fitted ? 'without the fitted overhead' : 'without the window overhead';
  const points = chip.operatingPoints.map(({ voltage, clock: published }) => ({
    voltageV: voltage.value,
    published: published.label === 'published' ? published.value : null,
    ours: maxClockMHz(chip, voltage.value),
  }));
  const curve =
    labels.curve === 'calibrated' &&
    points.length === 2 &&
    points.every(({ ours, published }) => comesOut(ours, published))
      ? ' through both published points: no degree of freedom left.'
      : ' with the parameters of the chip file.';
  return [
    reproductionRow({
      figure: 'Operations per cycle',
      unit: 'OP/cycle',
      published: publishedPerCycle,
      ours: perCycle,
      label: labels.cycles,
      how: `3x3x128: ${window} cycles per window; published value derived, GOPS / clock.${overhead}`,
    }),
    reproductionRow({
      figure: `Operations per cycle, ${without}`,
      unit: 'OP/cycle',
      published: publishedPerCycle,
      ours: plain,
      label: labels.multiplications,
      how:
        `2 x ${chip.geometry.entries.value} / ${perVector} cycles per vector` +
        (labels.multiplications === 'calibrated' ? '.' : ', nothing fitted to throughput.'),
    }),
    reproductionRow({
      figure: 'Peak throughput',
      unit: 'GOPS',
      published: publishedGops,
      ours: (perCycle * clock) / 1e3,
      label: weakestLabel([labels.cycles, peak.clock.label]),
      how: `operations per cycle x ${clock} MHz${fitted ? '; inherits the fitted window overhead.' : '.'}`,
    }),
    reproductionRow({
      figure: `Peak throughput, ${without}`,
      unit: 'GOPS',
      published: publishedGops,
      ours: (plain * clock) / 1e3,
      label: weakestLabel([labels.multiplications, peak.clock.label]),
      how: `${round(plain, 2)} OP/cycle x ${clock} MHz.`,
    }),
    ...points.map(({ voltageV, published, ours }) =>
      reproductionRow({
        figure: `Clock at ${voltageV} V`,
        unit: 'MHz',
        published,
        ours,
        label: labels.curve,
        how: `f = gain (V - Vt)^alpha / V${curve}`,
      }),
    ),
  ];
}

function energyRows(chip: Chip, tech: TechTable, labels: ModelLabels): readonly ReproductionRow[] {
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
      how:
        tech.voltageScaling === 'square'
          ? `scaled from ${volts} V by the square of the voltage; not published.`
          : `energies of table ${tech.name} hold at every voltage; not published.`,
    }),
  ];
}

function areaRows(chip: Chip, tech: TechTable, labels: ModelLabels): readonly ReproductionRow[] {
  const counts = areaCounts(chip);
  const area = evaluateArea(tech, counts).totalUm2 / UM2_PER_MM2;
  const published = value(chip.published.areaMm2);
  const peak = chip.operatingPoints.find(({ name }) => name === 'peak-throughput');
  const residual = tech.calibration !== null && tech.areas.rest.label === 'calibrated';
  const rows = [
    reproductionRow({
      figure: 'Active area',
      unit: 'mm2',
      published,
      ours: area,
      label: labels.area,
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
            how: 'storage, popcounts, multiplier, adder, comparators from literature; the published area also holds all peripheral circuits.',
          }),
        ]
      : []),
  ];
  if (peak === undefined) return rows;
  const reference = priceReference(chip, tech, peak.voltage.value);
  const gops = ((2 * reference.macs) / reference.cycles) * peak.clock.value * 1e-3;
  const throughput = weakestLabel([labels.cycles, peak.clock.label]);
  return [
    ...rows,
    reproductionRow({
      figure: 'Area efficiency',
      unit: 'GOPS/mm2',
      published: ratio(value(chip.published.peakGops), published),
      ours: gops / area,
      label: weakestLabel([throughput, labels.area]),
      how:
        throughput === labels.area
          ? `peak throughput / active area, both ${throughput}; published value derived.`
          : `peak throughput (${throughput}) / active area (${labels.area}); published value derived.`,
    }),
  ];
}

/** The accuracy row: what an evaluation of a network of the user's found, on which images. */
function accuracyRow(chip: Chip, evaluation: EvaluationReport | null): ReproductionRow {
  const row = {
    figure: 'ImageNet top-1, 3-bit ResNet-18',
    unit: '%',
    published: value(chip.published.imagenetTop1),
  };
  if (evaluation === null) {
    return reproductionRow({
      ...row,
      ours: null,
      label: 'not-run',
      how: 'needs ImageNet and a quantized ResNet-18: `tally eval NETWORK.tally --data ... --json FILE`, then `tally reproduce CHIP --evaluation FILE`.',
    });
  }
  const { network, dataset, top1 } = evaluation;
  const percent = (share: number): string => `${round(100 * share, 1)} %`;
  return reproductionRow({
    ...row,
    ours: 100 * top1.share,
    label: 'counted',
    how:
      `${network.name} (${network.form}) on ${dataset.name}: ${top1.correct} of ${top1.images} images, ` +
      `95 % interval ${percent(top1.interval.low)} to ${percent(top1.interval.high)}; ` +
      'the published figure is on the validation set of 50,000.',
  });
}

/**
 * Each published figure of a chip beside ours. A figure has the weakest label of the numbers it is made
 * of: `calibrated` where a fitted parameter is among them, also one fitted on another chip. Beside a
 * figure with a fitted parameter stands what the model says without it.
 *
 * @param evaluation of a network of this chip on ImageNet; null: the accuracy is not known here.
 * @throws TallyError `unknown-counting-scheme`, `unknown-dataflow`, `scheme-without-search`
 */
export function reproduceChip(
  chip: Chip,
  tech: TechTable,
  evaluation: EvaluationReport | null = null,
): readonly ReproductionRow[] {
  const labels = modelLabels(chip, tech);
  return [
    ...countingRows(chip, labels),
    ...throughputRows(chip, tech, labels),
    ...energyRows(chip, tech, labels),
    ...areaRows(chip, tech, labels),
    accuracyRow(chip, evaluation),
  ];
}
