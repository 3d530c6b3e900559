import { DATAFLOWS, fail, macroSpec, operatingPoint, type Chip, type Macro } from '@tally/core';
import { isPath, readChip } from '../io/presets.ts';
import { remedyForUnknown } from '../io/suggest.ts';
import { inTemporaryFolder } from '../programs/work-folder.ts';
import { loadSimulation, simulationFiles } from '../simulate/load.ts';
import { startProgress } from '../terminal/progress.ts';
import { VERSION } from '../version.ts';
import { axiCircuit } from './axi-circuit.ts';
import { cosimulateAxi } from './axi.ts';
import type { SourceFile } from './build-model.ts';
import { macroCircuit, type Circuit } from './circuit.ts';
import { cosimulate, type Cosimulation, type WatchedSegment } from './cosimulate.ts';
import { checkCosimulationOutputs, keepCosimulation, type CosimulationOutputs } from './keep.ts';
import { layerJobs, layerSegment, type LayerSegment } from './layer-segment.ts';
import { randomHosts, randomSegments } from './random-segments.ts';
import { cosimulationReport, type CosimulationReport } from './report.ts';
import { toolVersions } from './toolchain.ts';

/** What a co-simulation is asked for. */
export interface CosimulationRequest extends CosimulationOutputs {
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
  /** Through the AXI streams of `tally_top`, with random gaps. */
  readonly axi: boolean;
}

/** A report and the circuit that it is about. */
interface Compared {
  readonly report: CosimulationReport;
  readonly files: readonly SourceFile[];
}

/**
 * Reads the inputs, runs circuit and simulator through the work, and says how it went. Whatever is missing is said before
 * anything is made; what is kept is written at the end, whole or not at all.
 *
 * @throws TallyError for whatever is missing, malformed or does not fit, missing or failing tools
 */
export async function executeCosimulation(request: CosimulationRequest): Promise<CosimulationReport> {
  const chip = readChip(request.chip);
  checkCosimulationOutputs(request, inputFiles(request));
  toolVersions();
  return inTemporaryFolder('tally-cosim-', async (folder) => {
    const { report, files } = await (request.axi
      ? throughAxi(chip, request, folder)
      : throughCore(chip, request, folder));
    return keepCosimulation(report, files, request);
  });
}

/** Every clock of the core. Waveforms of a difference go to the folder. */
async function throughCore(chip: Chip, request: CosimulationRequest, folder: string): Promise<Compared> {
  const circuit = macroCircuit(macroSpec(chip));
  const work = await workOf(request, chip, circuit.macro);
  const progress = startProgress({ label: 'co-simulation', total: work.total, noun: work.noun });
  try {
    const result = await cosimulate(circuit, work.segments, {
      folder,
      clockMHz: clockOf(chip),
      progress: (clocks) => {
        progress.update(work.done(clocks));
      },
    });
    return compared(chip, request, work.network, circuit, result);
  } finally {
    progress.finish();
  }
}

/** The same through the AXI streams of `tally_top`. */
async function throughAxi(chip: Chip, request: CosimulationRequest, folder: string): Promise<Compared> {
  const circuit = axiCircuit(macroSpec(chip));
  const { random, seed, dataflow } = request;
  const layers = request.network === null ? null : await networkLayers(request, chip, circuit.macro);
  const segments = layers?.segments ?? randomHosts(chip, circuit.macro, random, seed, dataflow);
  const total = layers?.segments.length ?? random;
  const progress = startProgress({ label: 'co-simulation', total, noun: 'layers' });
  try {
    const result = await cosimulateAxi(circuit, segments, seed, {
      folder,
      clockMHz: clockOf(chip),
      progress: (done) => {
        progress.update(done);
      },
    });
    return compared(chip, request, layers?.network ?? null, circuit, result);
  } finally {
    progress.finish();
  }
}

function compared(
  chip: Chip,
  { axi, image, seed }: CosimulationRequest,
  network: string | null,
  { signals, bits, source }: Circuit,
  result: Cosimulation,
): Compared {
  const subject = {
    chip: chip.name,
    network,
    image: network === null ? null : image,
    // Through AXI the gaps are random in any case.
    seed: network === null || axi ? seed : null,
    through: axi ? ('axi' as const) : ('core' as const),
    signals,
    bits,
  };
  return { report: cosimulationReport(subject, result, VERSION), files: source.files };
}

function clockOf(chip: Chip): number {
  return operatingPoint(chip, chip.operatingPoints[0].name).clockMHz;
}

function inputFiles(request: CosimulationRequest): readonly string[] {
  return request.network === null
    ? [request.chip].filter(isPath)
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

async function workOf(request: CosimulationRequest, chip: Chip, macro: Macro): Promise<Work> {
  if (request.network === null) return randomWork(chip, macro, request);
  const { network, segments } = await networkLayers(request, chip, macro);
  return {
    network,
    segments,
    total: segments.reduce((sum, { schedule }) => sum + schedule.cycles, 0),
    noun: 'clocks',
    done: (clocks) => clocks,
  };
}

/** The layers asked for, with what one image brings them. */
async function networkLayers(
  request: CosimulationRequest,
  chip: Chip,
  macro: Macro,
): Promise<{ readonly network: string; readonly segments: readonly LayerSegment[] }> {
  const network = request.network ?? '';
  const { file, codes } = await loadSimulation({ ...request, network, layer: null });
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
  const segments = jobs
    .filter(({ layer }) => request.layers?.includes(layer.id) ?? true)
    .map((job) => layerSegment(macro, job, dataflow, job.layer.id));
  return { network: file.network.name, segments };
}

/** Names that `--dataflow` takes. */
export const DATAFLOW_NAMES = DATAFLOWS.map(({ name }) => name);
