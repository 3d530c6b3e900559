import { startHarness, type HarnessProcess, type WordSink } from './harness-process.ts';
import { FINISH, RESTART, type HarnessMessage } from './protocol.ts';

/** The clocks of one segment, as they are made. */
export interface Stimulus {
  /** Words that one clock takes at most. */
  readonly clockWords: number;
  /** Writes one clock; false, writing nothing, when there is none left. */
  readonly clock: (sink: WordSink) => boolean;
  /** Commands, results and partial sums taken since the start. */
  readonly handshakes: () => readonly [commands: number, results: number, partialSums: number];
}

/** Work from a fresh circuit to its end: a layer, or a stream of random commands. */
export interface Segment {
  readonly name: string;
  /** Starts from the beginning; the same clocks at each call. */
  readonly start: () => Stimulus;
}

/** What the harness said of a segment. */
export type SegmentMessage = Exclude<HarnessMessage, { readonly kind: 'collected' }>;

export interface SegmentResult {
  readonly segment: string;
  readonly message: SegmentMessage;
}

export interface SessionOptions {
  /** Called now and then with the clocks sent since the start of the session. */
  readonly progress?: (clocks: number) => void;
  /** Called when the harness has agreed to a segment or refused it. */
  readonly done?: (result: SegmentResult) => void;
}

/** Clocks between two looks at the harness. */
const BATCH = 512;

/**
 * Runs segments one after the other through one harness until one does not agree.
 *
 * @returns results by segment, the last of them the one that did not agree, if there is such
 * @throws what a stimulus throws; TallyError `harness-failed`
 */
export async function runSegments(
  program: string,
  segments: Iterable<Segment>,
  options: SessionOptions = {},
): Promise<readonly SegmentResult[]> {
  const harness = startHarness(program);
  const names: string[] = [];
  const results: SegmentResult[] = [];
  const collect = (): void => {
    while (results.length < harness.messages.length) {
      const message = harness.messages[results.length];
      if (message.kind === 'collected') throw new Error('a harness that compares has collected');
      const result = { segment: names[results.length] ?? '', message };
      results.push(result);
      options.done?.(result);
    }
  };
  const clocks = { sent: 0 };
  try {
    for (const segment of segments) {
      names.push(segment.name);
      const goesOn = await sendSegment(harness, segment, () => {
        clocks.sent += BATCH;
        options.progress?.(clocks.sent);
        collect();
      });
      if (!goesOn) break;
    }
    await harness.finish();
    collect();
    return results;
  } finally {
    harness.kill();
  }
}

/** Sends a segment; false when the harness has ended. */
export async function sendSegment(
  harness: HarnessProcess,
  segment: Segment,
  batch: () => void,
): Promise<boolean> {
  const stimulus = segment.start();
  if (!(await harness.reserve(1))) return false;
  put(harness.sink, RESTART);
  for (let clocks = 0; ; clocks++) {
    if (clocks % BATCH === BATCH - 1) batch();
    if (harness.sink.at + stimulus.clockWords > harness.sink.words.length) {
      if (!(await harness.reserve(stimulus.clockWords))) return false;
    }
    if (!stimulus.clock(harness.sink)) break;
  }
  if (!(await harness.reserve(4))) return false;
  put(harness.sink, FINISH);
  for (const count of stimulus.handshakes()) put(harness.sink, count);
  return true;
}

function put(sink: WordSink, word: number): void {
  sink.words[sink.at] = word;
  sink.at += 1;
}
