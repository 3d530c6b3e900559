import { buildModel } from './build-model.ts';
import type { Circuit } from './circuit.ts';
import { runSegments, type Segment, type SegmentMessage } from './session.ts';
import type { ClockObserver } from './stimulus.ts';
import { writeWindow, type VcdFiles } from './vcd-window.ts';

/** A segment that can be watched, so that a window of it can be shown. */
export interface WatchedSegment extends Segment {
  readonly startWatched: (observer: ClockObserver) => ReturnType<Segment['start']>;
}

export interface CosimulationOptions {
  /** Folder of built models; left out: the user's cache. */
  readonly cache?: string;
  /** Folder that VCD files of a difference go to; it exists. */
  readonly folder: string;
  /** Clock of the VCD's time axis. */
  readonly clockMHz: number;
  /** Clocks shown before and after a difference. */
  readonly window?: { readonly before: number; readonly after: number };
  readonly progress?: (clocks: number) => void;
}

/** A segment through which both worlds agreed. */
export interface AgreedSegment {
  readonly segment: string;
  readonly clocks: number;
}

/** Where the worlds parted, or what was left over. */
export interface Disagreement {
  readonly segment: string;
  readonly message: Exclude<SegmentMessage, { readonly kind: 'agreed' }>;
  /** The clocks around it, circuit and simulator. */
  readonly vcd: VcdFiles;
}

export interface Cosimulation {
  readonly agreed: readonly AgreedSegment[];
  /** Null: both worlds agreed on every signal and clock, and nothing was left over. */
  readonly disagreement: Disagreement | null;
  /** Clocks of the segments that agreed. */
  readonly clocks: number;
  /** Seconds of running, building not counted. */
  readonly seconds: number;
}

/**
 * Runs circuit and simulator side by side through segments and compares every signal on every clock. The first
 * difference ends it; the segment is then run again with tracing for a window of VCD from both worlds.
 *
 * @throws TallyError `tool-missing`, `tool-failed`, `harness-failed`, and what the simulator refuses
 */
export async function cosimulate(
  circuit: Circuit,
  segments: Iterable<WatchedSegment>,
  options: CosimulationOptions,
): Promise<Cosimulation> {
  const program = await buildModel({ ...circuit.source, trace: false }, options.cache);
  const agreed: AgreedSegment[] = [];
  const tried: WatchedSegment[] = [];
  const start = performance.now();
  const results = await runSegments(program, remember(segments, tried), {
    ...(options.progress === undefined ? {} : { progress: options.progress }),
  });
  const seconds = (performance.now() - start) / 1000;
  let disagreement: Disagreement | null = null;
  for (const [i, { segment, message }] of results.entries()) {
    if (message.kind === 'agreed') {
      agreed.push({ segment, clocks: message.clocks });
      continue;
    }
    const vcd = await writeWindow(circuit, tried[i], message.clock, options);
    disagreement = { segment, message, vcd };
    break;
  }
  const clocks = agreed.reduce((sum, one) => sum + one.clocks, 0);
  return { agreed, disagreement, clocks, seconds };
}

function* remember<T>(items: Iterable<T>, into: T[]): Generator<T> {
  for (const item of items) {
    into.push(item);
    yield item;
  }
}
