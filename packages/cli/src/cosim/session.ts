import { harnessFailed, startHarness, type HarnessProcess, type WordSink } from './harness-process.ts';
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
 * @throws what a stimulus throws; TallyError `harness-failed`, also where the harness ends before it has agreed to
 * every clock of every segment or said what differs
 */
export async function runSegments(
  program: string,
  segments: Iterable<Segment>,
  options: SessionOptions = {},
): Promise<readonly SegmentResult[]> {
  const harness = startHarness(program);
  const names: string[] = [];
  /** Clocks sent of each segment; null where the harness ended before all were. */
  const lengths: (number | null)[] = [];
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
      const length = await sendSegment(harness, segment, () => {
        clocks.sent += BATCH;
        options.progress?.(clocks.sent);
        collect();
      });
      lengths.push(length);
      if (length === null) break;
    }
    await harness.finish();
    collect();
    requireAnswers(program, names, lengths, results);
    return results;
  } finally {
    harness.kill();
  }
}

/** Every clock of every segment was agreed to, unless the last result is a disagreement. */
function requireAnswers(
  program: string,
  names: readonly string[],
  lengths: readonly (number | null)[],
  results: readonly SegmentResult[],
): void {
  for (const [i, { segment, message }] of results.entries()) {
    if (message.kind !== 'agreed' || message.clocks === lengths[i]) continue;
    const sent = lengths[i] ?? 'not all';
    harnessFailed(program, `it agreed to ${message.clocks} clocks of '${segment}', ${sent} were sent`);
  }
  const last = results.at(-1)?.message.kind ?? 'agreed';
  if (last !== 'agreed' || results.length === names.length) return;
  const next = names[results.length];
  harnessFailed(program, `it ended after ${results.length} segments without a word on '${next}'`);
}

/** Sends a segment; gives its clocks, null when the harness has ended. */
export async function sendSegment(
  harness: HarnessProcess,
  segment: Segment,
  batch: () => void,
): Promise<number | null> {
  const stimulus = segment.start();
  if (!(await harness.reserve(1))) return null;
  put(harness.sink, RESTART);
  let clocks = 0;
  for (; ; clocks++) {
    if (clocks % BATCH === BATCH - 1) batch();
    if (harness.sink.at + stimulus.clockWords > harness.sink.words.length) {
      if (!(await harness.reserve(stimulus.clockWords))) return null;
    }
    if (!stimulus.clock(harness.sink)) break;
  }
  if (!(await harness.reserve(4))) return null;
  put(harness.sink, FINISH);
  for (const count of stimulus.handshakes()) put(harness.sink, count);
  return clocks;
}

function put(sink: WordSink, word: number): void {
  sink.words[sink.at] = word;
  sink.at += 1;
}
