import { axiJob, jobWords, type AxiResult } from './axi-job.ts';
import type { AxiCircuit } from './axi-circuit.ts';
import { startReplay } from './axi-replay.ts';
import { buildModel } from './build-model.ts';
import type { AgreedSegment, Cosimulation, CosimulationOptions, Disagreement } from './cosimulate.ts';
import { harnessFailed, startHarness } from './harness-process.ts';
import type { Host } from './host.ts';
import type { SegmentMessage } from './session.ts';
import type { ClockObserver } from './stimulus.ts';
import { recordWindow, type VcdFiles } from './vcd-window.ts';

/** Work for a circuit that handshakes by itself. */
export interface HostedSegment {
  readonly name: string;
  /** Starts from the beginning; the same work at each call. */
  readonly host: () => Host;
}

/** What a run through AXI can be asked for beside its work. */
export interface AxiRunOptions {
  /** Alters what is expected, for tests of the comparison itself. */
  readonly change?: (result: AxiResult) => AxiResult;
  /** Arguments of the harness. */
  readonly args?: readonly string[];
  /** Sees every clock's record of the simulator. */
  readonly observer?: ClockObserver;
}

/**
 * Runs a host's work through the AXI streams of `tally_top` with random gaps on every channel: results are compared in
 * order, and every clock that the core inside sees is replayed by the simulator and compared. Not compared: entries of
 * memories that no result depends on, and the registers of `tally_top` around the core.
 *
 * @param program from `buildModel` of the circuit
 * @param seed of the gaps
 * @returns as the harness of the core; `agreed` only when both comparisons are, otherwise what comes first
 * @throws TallyError `harness-failed`; what the host refuses
 */
export async function runAxi(
  program: string,
  circuit: AxiCircuit,
  host: Host,
  seed: number,
  { change = (result) => result, args = [], observer }: AxiRunOptions = {},
): Promise<SegmentMessage> {
  const job = axiJob(circuit, host);
  const words = jobWords({ ...job, results: job.results.map(change) }, circuit.geometry.axisBits, seed);
  const replay = startReplay(circuit, observer);
  const harness = startHarness(program, args, replay.push);
  try {
    if (await harness.reserve(words.length)) {
      harness.sink.words.set(words, harness.sink.at);
      harness.sink.at += words.length;
    }
    await harness.finish();
  } finally {
    harness.kill();
  }
  const [message, ...others] = harness.messages;
  if (harness.messages.length === 0 || others.length > 0 || message.kind === 'collected') {
    return harnessFailed(program, `it said ${harness.messages.length} times how the streams ended, not once`);
  }
  const difference = replay.difference();
  if (difference !== null && (message.kind === 'agreed' || difference.clock <= message.clock))
    return difference;
  if (message.kind === 'agreed' && message.clocks !== replay.clocks()) {
    harnessFailed(program, `it agreed to ${message.clocks} clocks and showed ${replay.clocks()} of them`);
  }
  return message;
}

/**
 * Runs circuit and simulator through segments as {@link runAxi} does. The first difference ends it; the segment is then
 * run again with tracing for a window of VCD: all of `tally_top`, and the simulated core.
 *
 * @param seed of the gaps of the first segment; the next has the next
 * @param options `progress` is called with segments done
 * @throws TallyError `tool-missing`, `tool-failed`, `harness-failed`, and what the simulator refuses
 */
export async function cosimulateAxi(
  circuit: AxiCircuit,
  segments: Iterable<HostedSegment>,
  seed: number,
  options: CosimulationOptions,
): Promise<Cosimulation> {
  const program = await buildModel({ ...circuit.source, trace: false }, options.cache);
  const agreed: AgreedSegment[] = [];
  let disagreement: Disagreement | null = null;
  const start = performance.now();
  for (const segment of segments) {
    const gaps = seed + agreed.length;
    const message = await runAxi(program, circuit, segment.host(), gaps);
    if (message.kind !== 'agreed') {
      const vcd = await writeAxiWindow(circuit, segment.host(), gaps, message.clock, options);
      disagreement = { segment: segment.name, message, vcd };
      break;
    }
    agreed.push({ segment: segment.name, clocks: message.clocks });
    options.progress?.(agreed.length);
  }
  const seconds = (performance.now() - start) / 1000;
  return { agreed, disagreement, clocks: agreed.reduce((sum, one) => sum + one.clocks, 0), seconds };
}

/** Runs a segment again and writes what both worlds do around a clock, as `writeWindow` does for the core alone. */
function writeAxiWindow(
  circuit: AxiCircuit,
  host: Host,
  seed: number,
  clock: number,
  options: CosimulationOptions,
): Promise<VcdFiles> {
  return recordWindow(circuit, clock, options, async (program, args, onRecord) => {
    await runAxi(program, circuit, host, seed, {
      args,
      observer: (at, record) => onRecord(at, () => record.slice()),
    });
  });
}
