import { throwIfAny } from './diagnostics/index.ts';
import { accuracy } from './execute/index.ts';
import type { Executor, RunResult } from './execute/index.ts';
import type { Chip } from './chip/index.ts';
import type { MonteCarloOptions, TechTable } from './energy/index.ts';
import { fail } from './diagnostics/index.ts';
import { hashNetwork, listMacLayers, type Network } from './network/index.ts';
import { checkNetworkOnChip, histogramDigitBits, thresholdComparisons } from './pipeline/mac-network.ts';
import { hostReport } from './pipeline/host-report.ts';
import { reportNotes } from './pipeline/notes.ts';
import { priceLayer } from './pipeline/price-layer.ts';
import { figureSources } from './pipeline/sources.ts';
import { chipTraffic } from './pipeline/chip-traffic.ts';
import { uncertaintyReport } from './pipeline/uncertainty.ts';
import { figures, sumWork } from './pipeline/work.ts';
import type { RunReport } from './report/index.ts';

export { calibrateResidual, calibrationTargets, type CalibrationTargets } from './pipeline/calibrate.ts';
export { sweepVoltage, type SweepOptions } from './pipeline/sweep.ts';
export { REPORT_SAMPLING, uncertaintyReport, type PricedWork } from './pipeline/uncertainty.ts';
export { measureEnergy, type MeasuredEnergy, type SimulatedEnergy } from './pipeline/measure-energy.ts';
export { bitSerialAreaMm2, bitSerialEnergyPj, predictArray } from './pipeline/predict-array.ts';
export { reproduceChip } from './pipeline/reproduce.ts';
export { checkNetworkOnChip, histogramDigitBits } from './pipeline/mac-network.ts';
export {
  compareChips,
  compareOnChip,
  publishedEfficiencies,
  type ComparisonOptions,
} from './pipeline/compare.ts';
export { countNetwork, type LayerCount } from './pipeline/count-network.ts';

/** A finished run, ready to be counted and priced. */
export interface FinishedRun {
  /** Version of the program that reports. */
  readonly toolVersion: string;
  readonly network: Network;
  /** Content hash of the network (`hashNetwork`). */
  readonly hash: string;
  readonly chip: Chip;
  readonly tech: TechTable;
  readonly operatingPoint: { readonly voltageV: number; readonly clockMHz: number };
  /** The data set as a whole; `images` may exceed the images run. */
  readonly dataset: { readonly name: string; readonly images: number };
  /** Label of each image run; null when there are none. */
  readonly labels: ArrayLike<number> | null;
  /** How uncertainties are sampled; left out: 2,000 log-triangular samples, seed 1. */
  readonly sampling?: MonteCarloOptions | undefined;
  /** What an executor returned, asked for `histogramDigitBits(network, chip)`. */
  readonly result: RunResult;
}

/**
 * Counts and prices a run: the stages after execution, in order.
 *
 * @throws TallyError when the chip cannot hold the network (`too-many-digits`, `partial-sum-overflow`,
 *   `accumulator-overflow`), a histogram is missing or of another chip (`histogram-missing`,
 *   `histogram-shape-mismatch`), the network has nothing to count (`no-mac-layers`), or labels and
 *   outputs disagree (`label-count-mismatch`)
 */
export function priceRun(run: FinishedRun): RunReport {
  const { network, chip, tech, operatingPoint, result } = run;
  const { voltageV, clockMHz } = operatingPoint;

  // 1. The chip must hold the network: digits, partial sums, accumulators.
  throwIfAny(checkNetworkOnChip(network, chip));
  const layers = listMacLayers(network);
  if (layers.length === 0) {
    fail(
      'no-mac-layers',
      network.name,
      'has no conv or fully-connected node',
      'give a network with layers to count',
    );
  }

  // 2. Thresholds are charged to the layers whose results they compare.
  const thresholds = thresholdComparisons(network);

  // 3. Per layer: digits, exact pair counts from histograms, timing, actions, energy, dataflows; verified.
  const priced = layers.map((layer) => {
    const histogram =
      result.histograms.get(layer.id) ??
      fail(
        'histogram-missing',
        layer.id,
        'the run has no level histogram of this layer',
        'run the executor with histogramDigitBits(network, chip)',
      );
    return priceLayer(layer, histogram, thresholds.get(layer.id) ?? 0, { chip, tech, voltageV }, clockMHz);
  });

  // 4. The whole: sums add, ratios are worked out anew.
  const total = figures(sumWork(priced.map(({ work }) => work)), chip.geometry.entries.value, clockMHz);

  // 5. Accuracy, from the outputs alone.
  const images = result.histograms.get(layers[0].id)?.images ?? 0;
  if (run.labels !== null && run.labels.length !== images) {
    fail(
      'label-count-mismatch',
      'labels',
      `has ${run.labels.length} labels for ${images} images`,
      'give one label per image',
    );
  }

  // 6. How far energy and area may lie from these, over the spreads of the table.
  const work = {
    macs: total.macs,
    actions: total.actions,
    traffic: chipTraffic(
      chip,
      priced.map(({ report }) => report),
    ),
  };
  const uncertainty = uncertaintyReport(chip, tech, voltageV, work, run.sampling);

  // 7. The report, with the origin of each figure.
  const reports = priced.map(({ report }) => report);
  return {
    kind: 'tally-run-report',
    formatVersion: 1,
    toolVersion: run.toolVersion,
    network: { name: network.name, hash: run.hash },
    chip: { name: chip.name, scheme: chip.scheme.name, entries: chip.geometry.entries.value },
    tech: { name: tech.name, nodeNm: tech.node.value },
    dataset: run.dataset,
    operatingPoint,
    images,
    top1: run.labels === null ? null : accuracy(result.outputs, run.labels),
    layers: reports,
    total,
    host: hostReport(network, total.thresholdComparisons),
    sources: figureSources(chip, tech, operatingPoint),
    uncertainty,
    notes: reportNotes(chip, operatingPoint, reports),
  };
}

/** What `runOnChip` needs. */
export interface RunOnChip extends Omit<FinishedRun, 'hash' | 'result' | 'toolVersion' | 'dataset'> {
  readonly executor: Executor;
  /** Unsigned codes, `[labels or count, ...network.input.shape]`. */
  readonly images: Uint8Array;
  readonly count: number;
  readonly dataset?: string;
  readonly toolVersion?: string;
}

/**
 * Runs a network on images and prices it, in one call: for programs that need no progress and no workers.
 *
 * @throws TallyError as the executor and {@link priceRun} do
 */
export function runOnChip(options: RunOnChip): RunReport {
  const {
    executor,
    images,
    count,
    network,
    chip,
    dataset = 'images',
    toolVersion = 'library',
    ...rest
  } = options;
  throwIfAny(checkNetworkOnChip(network, chip));
  const result = executor.run(images, count, { histogramDigitBits: histogramDigitBits(network, chip) });
  const hash = hashNetwork(network);
  return priceRun({
    ...rest,
    network,
    chip,
    hash,
    toolVersion,
    dataset: { name: dataset, images: count },
    result,
  });
}
