import { chipFormats, macroStorage, maxClockMHz, type Chip } from '../chip/index.ts';
import type { TechTable } from '../energy/index.ts';
import { reproductionRow, type EvaluationReport, type ReproductionRow } from '../report/index.ts';
import { priceReference } from './calibrate.ts';
import { calibratedParameters } from './calibrated-parameters.ts';
import { chipScheme } from './layer-work.ts';
import { modelLabels, type ModelLabels } from './model-labels.ts';
import { areaRows } from './reproduce-area.ts';
import { energyRows } from './reproduce-energy.ts';
import { comesOut, ratio, round, UNPUBLISHED, value } from './reproduce-support.ts';
import { weakestLabel } from '../units/index.ts';

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
      calibrated: chosen
        ? ['weightVectors', 'activationVectors', 'partialSums', 'partialSumBits'].map(
            (name) => `geometry.${name}`,
          )
        : [],
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
  const overheadFitted = windowOverheadCycles.label === 'calibrated';
  const fitted = overheadFitted && comesOut(perCycle, publishedPerCycle);
  const overhead = fitted
    ? ' The window overhead is fitted to this figure.'
    : overheadFitted
      ? ' The window overhead is a calibrated number, but not fitted to this figure of this chip.'
      : '';
  const without = fitted ? 'without the fitted overhead' : 'without the window overhead';
  const calibrated = calibratedParameters(chip, tech);
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
      calibrated: calibrated.cycles,
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
      calibrated: calibrated.cycles,
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
        calibrated: calibrated.curve,
        how: `f = gain (V - Vt)^alpha / V${curve}`,
      }),
    ),
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
