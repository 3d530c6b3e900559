import { chipFormats, macroStorage, maxClockMHz, type Chip, type Quantity } from '../chip/index.ts';
import { areaCounts, evaluateArea, type TechTable } from '../energy/index.ts';
import { reproductionRow, type ReproductionRow } from '../report/index.ts';
import { priceReference, referenceSparsity, withoutResidual } from './calibrate.ts';
import { chipScheme } from './layer-work.ts';
import { figures } from './work.ts';

const UM2_PER_MM2 = 1e6;

function value(quantity: Quantity | null): number | null {
  return quantity === null ? null : quantity.value;
}

function ratio(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a / b;
}

function round(x: number, digits: number): string {
  return String(Number(x.toFixed(digits)));
}

function countingRows(chip: Chip): readonly ReproductionRow[] {
  const { scheme, cost } = chipScheme(chip);
  const { weight, activation } = chipFormats(chip);
  const entries = chip.geometry.entries.value;
  const storage = macroStorage(chip);
  const { geometry } = chip;
  const slots =
    cost.rescaleSlots === 0
      ? ''
      : ` The slot is inferred from the published figure; the ${cost.classes} classes alone give ${round(entries / cost.classes, 1)}.`;
  return [
    reproductionRow({
      figure: 'Multiplication reduction',
      unit: 'x',
      published: value(chip.published.multiplicationReduction),
      ours: cost.reduction,
      label: 'reconstructed',
      how:
        `${entries} / (${cost.classMultiplications} classes + ${cost.rescaleSlots} slots); ` +
        `classes derived from scheme ${scheme.name} and codes W${weight.bits} ${weight.system} x A${activation.bits}.${slots}`,
    }),
    reproductionRow({
      figure: 'Macro storage',
      unit: 'Kb',
      published: ratio(value(chip.published.macroBits), 1000),
      ours: storage.total / 1000,
      label: 'calibrated',
      how:
        `${geometry.weightVectors.value} x ${entries} x ${weight.bits} + ${geometry.activationVectors.value} x ${entries} x ${activation.bits}` +
        ` + ${geometry.partialSums.value} x ${geometry.partialSumBits.value} bits; organisation chosen to give this total, one of several that do.`,
    }),
  ];
}

function throughputRows(chip: Chip, tech: TechTable): readonly ReproductionRow[] {
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
  return [
    reproductionRow({
      figure: 'Operations per cycle',
      unit: 'OP/cycle',
      published: publishedPerCycle,
      ours: perCycle,
      label: windowOverheadCycles.label,
      how: `3x3x128: ${window} cycles per window; published value derived, GOPS / clock. The window overhead is fitted to this figure.`,
    }),
    reproductionRow({
      figure: 'Operations per cycle, without the fitted overhead',
      unit: 'OP/cycle',
      published: publishedPerCycle,
      ours: plain,
      label: 'reconstructed',
      how: `2 x ${chip.geometry.entries.value} / ${perVector} cycles per vector, nothing fitted to throughput.`,
    }),
    reproductionRow({
      figure: 'Peak throughput',
      unit: 'GOPS',
      published: publishedGops,
      ours: (perCycle * clock) / 1e3,
      label: windowOverheadCycles.label,
      how: `operations per cycle x ${clock} MHz; inherits the fitted window overhead.`,
    }),
    reproductionRow({
      figure: 'Peak throughput, without the fitted overhead',
      unit: 'GOPS',
      published: publishedGops,
      ours: (plain * clock) / 1e3,
      label: 'reconstructed',
      how: `${round(plain, 2)} OP/cycle x ${clock} MHz.`,
    }),
    ...chip.operatingPoints.map((point) =>
      reproductionRow({
        figure: `Clock at ${point.voltage.value} V`,
        unit: 'MHz',
        published: point.clock.label === 'published' ? point.clock.value : null,
        ours: maxClockMHz(chip, point.voltage.value),
        label: chip.voltageFrequency.gain.label,
        how: 'f = gain (V - Vt)^alpha / V through both published points: no degree of freedom left.',
      }),
    ),
  ];
}

function energyRows(chip: Chip, tech: TechTable): readonly ReproductionRow[] {
  const best = chip.operatingPoints.find(({ name }) => name === 'peak-efficiency');
  const fast = chip.operatingPoints.find(({ name }) => name === 'peak-throughput');
  if (best === undefined) return [];
  const entries = chip.geometry.entries.value;
  const volts = best.voltage.value;
  const at = figures(priceReference(chip, tech, volts), entries, best.clock.value);
  const bottomUp = figures(priceReference(chip, withoutResidual(tech), volts), entries, best.clock.value);
  const published = value(chip.published.peakTopsPerWatt);
  const publishedGops = value(chip.published.peakGops);
  const label = tech.energies.cycles.label;
  const sparsity = referenceSparsity(tech);
  const workload = `reference 3x3x128 workload, ${sparsity.weight * 100} % zero weights, ${sparsity.activation * 100} % zero activations`;
  const fitted =
    tech.calibration === null
      ? `energies of table ${tech.name}, nothing fitted.`
      : `the energy per cycle is fitted to ${tech.calibration.target.value} TOPS/W of chip ${tech.calibration.chip}.`;
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
      label,
      how: `${workload} (${match} % of pairs nonzero), ${volts} V; ${fitted}`,
    }),
    reproductionRow({
      figure: 'Peak macro energy efficiency, bottom-up only',
      unit: 'TOPS/W',
      published,
      ours: bottomUp.topsPerWatt,
      label: 'reconstructed',
      how: `${workload}, ${volts} V; literature energies alone, without clock, control and wires. What is missing is the calibrated residual.`,
    }),
    reproductionRow({
      figure: `Macro power at ${best.clock.value} MHz`,
      unit: 'uW',
      published: publishedPowerUw,
      ours: (at.energy.totalPj / at.timeNs) * 1e3,
      label,
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
      label,
      how: `scaled from ${volts} V by the square of the voltage; not published.`,
    }),
  ];
}

function areaRows(chip: Chip, tech: TechTable): readonly ReproductionRow[] {
  const counts = areaCounts(chip);
  const area = evaluateArea(tech, counts).totalUm2 / UM2_PER_MM2;
  const bottomUp = evaluateArea(withoutResidual(tech), counts).totalUm2 / UM2_PER_MM2;
  const published = value(chip.published.areaMm2);
  const peak = chip.operatingPoints.find(({ name }) => name === 'peak-throughput');
  const label = tech.areas.rest.label;
  const rows = [
    reproductionRow({
      figure: 'Active area',
      unit: 'mm2',
      published,
      ours: area,
      label,
      how:
        tech.calibration === null
          ? `pieces x areas of table ${tech.name}, nothing fitted.`
          : `pieces x area table; the rest is fitted to the published area of chip ${tech.calibration.chip}.`,
    }),
    reproductionRow({
      figure: 'Active area, bottom-up only',
      unit: 'mm2',
      published,
      ours: bottomUp,
      label: 'reconstructed',
      how: 'storage, popcounts, multiplier, adder, comparators from literature; the published area also holds all peripheral circuits.',
    }),
  ];
  if (peak === undefined) return rows;
  const reference = priceReference(chip, tech, peak.voltage.value);
  const gops = ((2 * reference.macs) / reference.cycles) * peak.clock.value * 1e-3;
  return [
    ...rows,
    reproductionRow({
      figure: 'Area efficiency',
      unit: 'GOPS/mm2',
      published: ratio(value(chip.published.peakGops), published),
      ours: gops / area,
      label,
      how: 'peak throughput / active area, both calibrated; published value derived.',
    }),
  ];
}

/**
 * Each published figure of a chip beside ours. Figures that a parameter was fitted to are labelled
 * `calibrated`; beside each stands what the model says without that parameter.
 *
 * @throws TallyError `unknown-counting-scheme`, `unknown-dataflow`, `scheme-without-search`
 */
export function reproduceChip(chip: Chip, tech: TechTable): readonly ReproductionRow[] {
  return [
    ...countingRows(chip),
    ...throughputRows(chip, tech),
    ...energyRows(chip, tech),
    ...areaRows(chip, tech),
    reproductionRow({
      figure: 'ImageNet top-1, 3-bit ResNet-18',
      unit: '%',
      published: value(chip.published.imagenetTop1),
      ours: null,
      label: 'not-run',
      how: 'needs ImageNet and a trained ResNet-18; neither has been run by this tool.',
    }),
  ];
}
