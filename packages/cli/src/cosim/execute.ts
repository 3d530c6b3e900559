import { mkdirSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DATAFLOWS, fail, macroSpec, operatingPoint, type Chip, type Macro } from '@tally/core';
import { checkOutputs } from '../io/outputs.ts';
import { readChip } from '../io/presets.ts';
import { remedyForUnknown } from '../io/suggest.ts';
import { loadSimulation, simulationFiles } from '../simulate/load.ts';
import { startProgress } from '../terminal/progress.ts';
import { VERSION } from '../version.ts';
import { axiCircuit, runAxi } from './axi.ts';
import { buildModel } from './build-model.ts';
import { macroCircuit, type Circuit } from './circuit.ts';
import { cosimulate, type AgreedSegment, type Disagreement, type WatchedSegment } from './cosimulate.ts';
import { layerJobs, layerSegment, type LayerSegment } from './layer-segment.ts';
import { randomHosts, randomSegments } from './random-segments.ts';
import { cosimulationReport, type CosimulationReport } from './report.ts';

/** What a co-simulation is asked for. */
export interface CosimulationRequest {
  readonly chip: string;
  /** Network file; null: random layers. */
  readonly network: string | null;
  readonly data: string;
  readonly labels: string | null;
  readonly image: number;
  /** Ids of layers; null: all. */
  readonly layers: readonly string[] | null;
  /** Null: the chip's, or any where layers are random. */
  readonly dataflow: string | null;
  readonly random: number;
  readonly seed: number;
  /** Folder for the circuit and the waveforms; null: nothing is kept but the waveforms of a difference. */
  /** Through the AXI streams of `tally_top`, with random gaps; random layers only. */
  readonly axi: boolean;
  readonly keep: string | null;
  readonly json: string | null;
}

/**
 * Reads the inputs, runs circuit and simulator through the work, and says how it went.
 *
 * @throws TallyError for whatever is missing, malformed or does not fit, missing or failing tools
 */
export async function executeCosimulation(request: CosimulationRequest): Promise<CosimulationReport> {
  const chip = readChip(request.chip);
  if (request.axi) return executeAxi(chip, request);
  const circuit = macroCircuit(macroSpec(chip));
  if (request.json !== null && request.json !== '-') checkOutputs([request.json], inputFiles(request));
  const work =
    request.network === null
      ? randomWork(chip, circuit.macro, request)
      : await networkWork(request, request.network, chip, circuit.macro);
  const folder = request.keep ?? mkdtempSync(join(tmpdir(), 'tally-cosim-'));
  mkdirSync(folder, { recursive: true });
  if (request.keep !== null) keepSources(circuit, request.keep);
  const progress = startProgress({ label: 'co-simulation', total: work.total, noun: work.noun });
  try {
    const result = await cosimulate(circuit, work.segments, {
      folder,
      clockMHz: operatingPoint(chip, chip.operatingPoints[0].name).clockMHz,
      progress: (clocks) => {
        progress.update(work.done(clocks));
      },
    });
    const subject = {
      chip: chip.name,
      network: work.network,
      image: request.network === null ? null : request.image,
      seed: request.network === null ? request.seed : null,
      through: 'core' as const,
      signals: circuit.signals,
      bits: circuit.bits,
    };
    return cosimulationReport(subject, result, VERSION);
  } finally {
    progress.finish();
    if (request.keep === null) removeIfEmpty(folder);
  }
}

/** Random work through AXI. A difference inside comes without waveforms: run without --axi for these. */
async function executeAxi(chip: Chip, request: CosimulationRequest): Promise<CosimulationReport> {
  const circuit = axiCircuit(macroSpec(chip));
  if (request.json !== null && request.json !== '-') checkOutputs([request.json]);
  const program = await buildModel({ ...circuit.source, trace: false });
  if (request.keep !== null) keepSources(circuit, request.keep);
  const progress = startProgress({ label: 'co-simulation', total: request.random, noun: 'layers' });
  const agreed: AgreedSegment[] = [];
  let disagreement: Disagreement | null = null;
  const start = performance.now();
  try {
    const { random, seed, dataflow } = request;
    for (const { name, host } of randomHosts(chip, circuit.macro, random, seed, dataflow)) {
      const message = await runAxi(program, circuit, host, seed + agreed.length);
      if (message.kind !== 'agreed') {
        disagreement = { segment: name, message, vcd: null };
        break;
      }
      agreed.push({ segment: name, clocks: message.clocks });
      progress.update(agreed.length);
    }
  } finally {
    progress.finish();
  }
  const { seed } = request;
  const subject = { chip: chip.name, network: null, image: null, seed, through: 'axi' as const };
  const clocks = agreed.reduce((sum, one) => sum + one.clocks, 0);
  const seconds = (performance.now() - start) / 1000;
  return cosimulationReport(
    { ...subject, signals: circuit.signals, bits: circuit.bits },
    { agreed, disagreement, clocks, seconds },
    VERSION,
  );
}

function inputFiles(request: CosimulationRequest): readonly string[] {
  return request.network === null
    ? []
    : simulationFiles({ ...request, network: request.network, layer: null });
}

/** Segments, and how far they have come. */
interface Work {
  readonly network: string | null;
  readonly segments: Iterable<WatchedSegment>;
  readonly total: number;
  readonly noun: string;
  readonly done: (clocks: number) => number;
}

function randomWork(chip: Chip, macro: Macro, { random, seed, dataflow }: CosimulationRequest): Work {
  let started = 0;
  function* counted(): Generator<WatchedSegment> {
    for (const segment of randomSegments(chip, macro, random, seed, dataflow)) {
      started += 1;
      yield segment;
    }
  }
  return { network: null, segments: counted(), total: random, noun: 'layers', done: () => started };
}

async function networkWork(
  request: CosimulationRequest,
  path: string,
  chip: Chip,
  macro: Macro,
): Promise<Work> {
  const { file, codes } = await loadSimulation({ ...request, network: path, layer: null });
  const jobs = layerJobs(file.network, macro, codes);
  const known = jobs.map(({ layer }) => layer.id);
  for (const id of request.layers ?? []) {
    if (known.includes(id)) continue;
    fail(
      'unknown-layer',
      '--layers',
      `'${id}' is no conv or fully-connected node of ${file.network.name}`,
      remedyForUnknown(id, known),
    );
  }
  const dataflow = request.dataflow ?? chip.dataflow.name;
  const segments: readonly LayerSegment[] = jobs
    .filter(({ layer }) => request.layers?.includes(layer.id) ?? true)
    .map((job) => layerSegment(macro, job, dataflow, job.layer.id));
  return {
    network: file.network.name,
    segments,
    total: segments.reduce((sum, { schedule }) => sum + schedule.cycles, 0),
    noun: 'clocks',
    done: (clocks) => clocks,
  };
}

/** Writes the circuit's files, as they were compared. */
function keepSources({ source }: Pick<Circuit, 'source'>, folder: string): void {
  for (const { path, text } of source.files) {
    const target = join(folder, 'rtl', path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It holds the waveforms of a difference.
  }
}

/** Names that `--dataflow` takes. */
export const DATAFLOW_NAMES = DATAFLOWS.map(({ name }) => name);
