import { DATAFLOWS, fail, macroSpec, operatingPoint, type Chip, type Macro } from '@tally/core';
import { isPath, readChip } from '../io/presets.ts';
import { remedyForUnknown } from '../io/suggest.ts';
import { inTemporaryFolder } from '../programs/work-folder.ts';
import { loadSimulation, simulationFiles } from '../simulate/load.ts';
import { startProgress } from '../terminal/progress.ts';
import { VERSION } from '../version.ts';
import { axiCircuit, runAxi } from './axi.ts';
import { buildModel, type SourceFile } from './build-model.ts';
import { macroCircuit } from './circuit.ts';
import { cosimulate, type AgreedSegment, type Disagreement, type WatchedSegment } from './cosimulate.ts';
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
  /** Through the AXI streams of `tally_top`, with random gaps; random layers only. */
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
      ? throughAxi(chip, request)
      : throughCore(chip, request, folder));
    return keepCosimulation(report, files, request);
  });
}

/** Every clock of the core. Waveforms of a difference go to the folder. */
async function throughCore(chip: Chip, request: CosimulationRequest, folder: string): Promise<Compared> {
  const circuit = macroCircuit(macroSpec(chip));
  const work =
    request.network === null
      ? randomWork(chip, circuit.macro, request)
      : await networkWork(request, request.network, chip, circuit.macro);
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
    return { report: cosimulationReport(subject, result, VERSION), files: circuit.source.files };
  } finally {
    progress.finish();
  }
}

/** Random work through AXI. A difference inside comes without waveforms: run without --axi for these. */
async function throughAxi(chip: Chip, request: CosimulationRequest): Promise<Compared> {
  const circuit = axiCircuit(macroSpec(chip));
  const program = await buildModel({ ...circuit.source, trace: false });
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
  const report = cosimulationReport(
    { ...subject, signals: circuit.signals, bits: circuit.bits },
    { agreed, disagreement, clocks, seconds },
    VERSION,
  );
  return { report, files: circuit.source.files };
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

/** Names that `--dataflow` takes. */
export const DATAFLOW_NAMES = DATAFLOWS.map(({ name }) => name);
