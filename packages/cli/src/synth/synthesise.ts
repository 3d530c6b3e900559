import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, type MacroSpec } from '@tally/core';
import type { FolderFile } from '../io/folder.ts';
import { inTemporaryFolder } from '../programs/work-folder.ts';
import { replayOnGates, type Replayed } from './gate-level.ts';
import { simulateGates, type NetActivity } from './gate-simulator.ts';
import { toLibrary, type Library } from './library.ts';
import { parseLiberty } from './liberty.ts';
import { mapCircuit } from './map-circuit.ts';
import type { Netlist } from './netlist.ts';
import { powerByModule, totalPower } from './power.ts';
import { STA_ARGUMENTS, synthesisReadme } from './readme.ts';
import { describeDifference, type SynthesisedModule, type SynthesisReport } from './report.ts';
import {
  CONSTRAINTS,
  readTiming,
  synthesisConstraints,
  TIMING_ERRORS,
  TIMING_SCRIPT,
  timingScript,
} from './timing-analysis.ts';
import { requireTools, runMeasured, type ToolRun } from './tools.ts';
import type { Vectors } from './vectors.ts';
import type { Workload } from './workload.ts';
import { FILES } from './yosys.ts';

/** What is synthesised, and how. */
export interface SynthesisJob {
  readonly spec: MacroSpec;
  /** Text of a Liberty file, and its path. */
  readonly liberty: string;
  readonly libertyName: string;
  readonly clockMHz: number;
  /** Work whose switching gives the power. */
  readonly workload: Workload;
  /** Further vectors that the netlist must pass. */
  readonly checks: readonly Vectors[];
  /** Verilog of the library's cells, to replay the vectors on; null: not asked for. */
  readonly cells: readonly string[] | null;
  readonly toolVersion: string;
  /** Told what is done next. */
  readonly progress?: (stage: string) => void;
}

export interface SynthesisResult {
  readonly report: SynthesisReport;
  /** README, netlist, constraints, scripts and logs. */
  readonly files: readonly FolderFile[];
}

/**
 * Maps the macro's circuit to a library, checks the netlist against the simulator's recorded vectors, and finds area,
 * longest path and power.
 *
 * @throws TallyError `tool-missing`, `tool-failed`, `liberty-syntax`, `library-unusable`, `netlist-not-mapped`,
 *   `netlist-differs`
 */
export async function synthesise(job: SynthesisJob): Promise<SynthesisResult> {
  const { spec, clockMHz, workload, progress = () => undefined } = job;
  const versions = requireTools(job.cells === null ? ['yosys', 'sta'] : ['yosys', 'sta', 'iverilog']);
  const library = toLibrary(parseLiberty(job.liberty, job.libertyName), job.libertyName);
  const periodNs = 1000 / clockMHz;
  return inTemporaryFolder('tally-synth-', async (folder) => {
    progress('mapping');
    const mapped = await mapCircuit({
      spec,
      library,
      liberty: job.liberty,
      periodNs,
      folder,
      version: versions.get('yosys') ?? '',
    });
    const { netlist, areaUm2 } = mapped;
    progress('replaying vectors');
    const activity = replayed(netlist, workload.vectors);
    for (const vectors of job.checks) replayed(netlist, vectors);
    progress('timing and power');
    const constraints = synthesisConstraints(netlist, periodNs);
    const scripts = [
      { path: CONSTRAINTS, text: constraints },
      { path: TIMING_SCRIPT, text: timingScript(netlist, activity) },
    ];
    for (const { path, text } of scripts) writeFileSync(join(folder, path), text);
    const analysed = await runMeasured({
      tool: 'sta',
      args: STA_ARGUMENTS,
      folder,
      version: versions.get('sta') ?? '',
      errors: TIMING_ERRORS,
    });
    const { timing, power: openStaPower } = readTiming(analysed.output, periodNs);
    const tools: ToolRun[] = [mapped.run, analysed.run];
    const replays: Replayed[] = [];
    if (job.cells !== null) {
      const version = versions.get('iverilog') ?? '';
      const gates = { folder, netlist, cells: job.cells, accumulatorBits: spec.accumulatorBits, version };
      for (const [seed, vectors] of [workload.vectors, ...job.checks].entries()) {
        progress('replaying vectors on cells');
        replays.push(await replayOnGates(gates, vectors, seed));
      }
    }
    tools.push(...replays.map(({ run }) => run));
    const modules = moduleReports(netlist, library, activity, clockMHz);
    const total = (of: (module: SynthesisedModule) => number): number =>
      modules.reduce((sum, module) => sum + of(module), 0);
    const report: SynthesisReport = {
      kind: 'tally-synthesis-report',
      formatVersion: 1,
      toolVersion: job.toolVersion,
      chip: spec.chip,
      entries: spec.entries,
      library: { name: library.name, voltageV: library.voltageV, temperatureC: library.temperatureC },
      clockMHz,
      modules,
      cells: total(({ cells }) => cells),
      flipFlops: total(({ flipFlops }) => flipFlops),
      areaUm2,
      partialSumAreaUm2: netlist.cells.reduce(
        (sum, { storesPartialSum, cell }) => sum + (storesPartialSum ? cell.areaUm2 : 0),
        0,
      ),
      timing,
      power: totalPower(modules.map(({ power }) => power)),
      openStaPower,
      workload: {
        name: workload.name,
        clocks: activity.clocks,
        steps: workload.vectors.activity.steps,
        togglesPerClock: activity.toggles.reduce((sum, count) => sum + count, 0) / activity.clocks,
      },
      check: {
        clocks: [workload.vectors, ...job.checks].reduce((sum, { clocks }) => sum + clocks, 0),
        gateLevel: replays.length === 0 ? null : gateLevelReport(replays),
      },
      tools,
    };
    const text = (path: string): FolderFile => ({ path, text: readFileSync(join(folder, path), 'utf8') });
    const { libertyName } = job;
    const files = [
      synthesisReadme({
        ...{ chip: spec.chip, entries: spec.entries, clockMHz, libertyName, versions },
        library: library.name,
      }),
      ...mapped.files,
      ...scripts,
      ...[FILES.netlist, FILES.statistics, 'yosys.log'].map(text),
      { path: 'sta.log', text: analysed.output },
    ];
    return { report, files };
  });
}

function gateLevelReport(replays: readonly Replayed[]): SynthesisReport['check']['gateLevel'] {
  return {
    clocks: replays.reduce((sum, { clocks }) => sum + clocks, 0),
    start: replays.every(({ start }) => start === 'unknown') ? 'unknown' : 'random',
  };
}

/** The netlist's activity under vectors that it passes. */
function replayed(netlist: Netlist, vectors: Vectors): NetActivity {
  const { activity, difference } = simulateGates(netlist, vectors);
  if (difference === null) return activity;
  return fail(
    'netlist-differs',
    `${netlist.top}: clock ${difference.clock}`,
    describeDifference(difference),
    'report it with the chip and the library',
  );
}

function moduleReports(
  netlist: Netlist,
  library: Library,
  activity: NetActivity,
  clockMHz: number,
): readonly SynthesisedModule[] {
  const powers = powerByModule(netlist, library, activity, clockMHz * 1e6);
  return [...netlist.modules]
    .map(([module, instances]) => {
      const own = netlist.cells.filter((one) => one.module === module);
      return {
        module,
        instances,
        cells: own.length,
        flipFlops: own.filter(({ cell }) => cell.flipFlop !== null).length,
        areaUm2: own.reduce((sum, { cell }) => sum + cell.areaUm2, 0),
        power: powers.get(module) ?? totalPower([]),
      };
    })
    .sort((a, b) => b.areaUm2 - a.areaUm2);
}
