import {
  addActivity,
  argmax,
  chipFormats,
  digitPlan,
  findScheme,
  layerTiming,
  listMacLayers,
  measureEnergy,
  schemeCost,
  type Chip,
  type LayerSimulation,
  type MacroEngine,
  type MeasuredEnergy,
} from '@tally/core';
import { checkOutputs, type Output } from '../io/outputs.ts';
import { startProgress } from '../terminal/progress.ts';
import { VERSION } from '../version.ts';
import { simulateChecked, type CheckedSimulation } from './checked.ts';
import { energyLabels } from './energy-labels.ts';
import { loadPricedSimulation, pricedFiles, type PricedInputs } from './load-priced.ts';
import type { SimulatedLayer, SimulationReport } from './report.ts';
import { checkSignals, layerWaveform, type WaveformRequest } from './waveform.ts';

/** A simulation, and the files that are made of it. */
export interface SimulationRequest extends PricedInputs {
  /** Null: the chip's own. */
  readonly dataflow: string | null;
  readonly engine: MacroEngine;
  /** JSON file; `-` for standard output; null for none. */
  readonly json: string | null;
  readonly vcd: (Omit<WaveformRequest, 'clockMHz'> & { readonly path: string }) | null;
}

/** What a simulation made; nothing is written yet. */
export interface SimulationOutcome {
  readonly report: SimulationReport;
  readonly outputs: readonly Output[];
}

/** Cycles of each layer by the cycle model of the reports. */
function predictCycles(chip: Chip): (layer: LayerSimulation) => number {
  const formats = chipFormats(chip);
  const scheme = findScheme(chip.scheme.name, `chip ${chip.name}: scheme.name`);
  const cost = schemeCost(scheme, formats, chip.geometry.entries.value, chip.timing.rescaleSlots.value);
  return ({ schedule: { layer } }) =>
    layerTiming(layer, digitPlan(formats, layer.weights.format, layer.inputBits), chip, cost).cycles;
}

function layerReport(
  simulation: LayerSimulation,
  predictedCycles: number,
  energy: MeasuredEnergy,
): SimulatedLayer {
  const { schedule, activity, cycles, loaded } = simulation;
  return {
    id: schedule.layer.id,
    thresholds: schedule.thresholds?.id ?? null,
    steps: activity.steps,
    windows: activity.windows,
    cycles,
    predictedCycles,
    loaded,
    activity,
    energy,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/**
 * Runs one image through the macro, every clock, and holds it against the integer executor; writes nothing.
 *
 * @throws TallyError for whatever is refused; `simulation-differs`: a defect of Tally
 */
export async function executeSimulation(request: SimulationRequest): Promise<SimulationOutcome> {
  const paths = [request.json, request.vcd?.path ?? null].filter((path) => path !== null && path !== '-');
  checkOutputs(paths.map(String), pricedFiles(request));
  const loaded = await loadPricedSimulation(request);
  const { file, chip, tech, operatingPoint, dataset, label } = loaded;
  if (request.vcd !== null) checkSignals(chip, request.vcd.signals);
  const { network } = file;
  const dataflow = request.dataflow ?? chip.dataflow.name;
  const total = listMacLayers(network).length;
  const progress = startProgress({ label: network.name, total, noun: 'layers' });
  let done = 0;
  const { simulation, energy: whole } = ((): CheckedSimulation => {
    try {
      return simulateChecked(loaded, {
        dataflow,
        engine: request.engine,
        onLayer: () => progress.update(++done),
      });
    } finally {
      progress.finish();
    }
  })();
  const isChosen = ({ schedule }: LayerSimulation): boolean =>
    request.layer === null || schedule.layer.id === request.layer;
  const chosen = simulation.layers.filter(isChosen);
  const energy =
    request.layer === null
      ? whole
      : measureEnergy(network, chosen, { chip, tech, voltageV: operatingPoint.voltageV });
  const predict = predictCycles(chip);
  const layers = chosen.map((layer, i) => layerReport(layer, predict(layer), energy.layers[i]));
  const report: SimulationReport = {
    kind: 'tally-simulation-report',
    formatVersion: 1,
    toolVersion: VERSION,
    network: { name: network.name, hash: file.hash },
    chip: chip.name,
    tech: tech.name,
    operatingPoint,
    dataflow,
    engine: request.engine,
    dataset,
    image: request.image,
    label,
    class: argmax(simulation.output),
    output: Array.from(simulation.output),
    layers,
    cycles: sum(layers.map(({ cycles }) => cycles)),
    predictedCycles: sum(layers.map(({ predictedCycles }) => predictedCycles)),
    activity: layers.map(({ activity }) => activity).reduce(addActivity),
    energy: energy.total,
    energyLabels: energyLabels(chip, tech),
  };
  const outputs: Output[] = [];
  if (request.json !== null && request.json !== '-') {
    outputs.push({ path: request.json, content: `${JSON.stringify(report, null, 2)}\n` });
  }
  if (request.vcd !== null) {
    const { clockMHz } = operatingPoint;
    const { path, signals, window } = request.vcd;
    outputs.push({ path, content: layerWaveform(chosen[0], { clockMHz, signals, window }) });
  }
  return { report, outputs };
}
