import {
  advance,
  createObserver,
  emptyOutputs,
  fail,
  initialState,
  traceLayout,
  type Macro,
  type MacroCommand,
} from '@tally/core';
import type { Handshakes } from './handshakes.ts';
import type { Host } from './host.ts';
import { commandWords, corePins } from './pins.ts';
import { CLOCK_FLAGS } from './protocol.ts';
import type { Stimulus } from './session.ts';
import { putBits } from './words.ts';

/** Clocks with `rst_n` low before the first command. */
export const RESET_CLOCKS = 2;

/** Clocks without any handshake after which the simulator is taken to be stuck. */
const STUCK_CLOCKS = 200_000;

/** What is seen of a clock before its words are sent; for tests and for VCD. */
export type ClockObserver = (clock: number, record: Uint32Array, offset: number) => void;

export interface StimulusOptions {
  readonly observer?: ClockObserver;
  /** False: pins only, for a harness that collects. */
  readonly records?: boolean;
}

/**
 * Drives the simulator through everything that a host wants and writes what its pins see and what its trace says, clock by
 * clock. Starts with {@link RESET_CLOCKS} of reset and ends with the clock after which the host is done and the
 * macro idle.
 *
 * @throws TallyError `macro-stuck`; what `advance` refuses
 */
export function macroStimulus(
  macro: Macro,
  host: Host,
  handshakes: Handshakes,
  { observer, records = true }: StimulusOptions = {},
): Stimulus {
  const { spec } = macro;
  const pins = corePins(spec);
  const layout = traceLayout(macro);
  const observe = createObserver(macro, layout);
  const state = initialState(macro);
  const outputs = emptyOutputs();
  const sumWords = pins.partialSum.words;
  const counts = { commands: 0, results: 0, partialSums: 0 };
  let clock = 0;
  let quiet = 0;
  /** What the harness knows already. */
  let sentCommand: MacroCommand | null = null;
  let isSent = false;

  return {
    clockWords: 1 + pins.command.words + sumWords + layout.words,
    handshakes: () => [counts.commands, counts.results, counts.partialSums],
    clock(sink) {
      const reset = clock < RESET_CLOCKS;
      if (!reset && host.isDone() && !outputs.busy && !outputs.commandTaken && !state.outValid) return false;
      const outReady = handshakes.result();
      const offered = handshakes.command() && !reset ? host.command() : null;
      const psum = handshakes.partialSum() && !reset ? host.partialSum() : null;
      const { words } = sink;
      const head = sink.at;
      let at = head + 1;
      let flags = (reset ? 0 : CLOCK_FLAGS.resetN) | (outReady ? CLOCK_FLAGS.outReady : 0);
      if (offered !== null) {
        flags |= CLOCK_FLAGS.commandValid;
        if (!isSent || sentCommand !== offered) {
          flags |= CLOCK_FLAGS.commandFollows;
          words.set(commandWords(spec, pins, offered), at);
          at += pins.command.words;
          sentCommand = offered;
          isSent = true;
        }
      }
      if (psum !== null) {
        flags |= CLOCK_FLAGS.partialSumValid | CLOCK_FLAGS.partialSumFollows;
        words.fill(0, at, at + sumWords);
        putBits(words, at, 0, psum, spec.accumulatorBits);
        at += sumWords;
      }
      words[head] = flags;
      advance(macro, state, { command: offered, psum, outReady, reset }, outputs);
      if (records) {
        observe(state, outputs, words, at);
        observer?.(clock, words, at);
        at += layout.words;
      }
      sink.at = at;
      clock += 1;
      quiet += 1;
      if (outputs.resultTaken) {
        host.result(outputs.outData, outputs.outIsCode);
        counts.results += 1;
        quiet = 0;
      }
      if (outputs.psumTaken) {
        host.partialSumTaken();
        counts.partialSums += 1;
        quiet = 0;
      }
      if (outputs.commandTaken) {
        host.commandTaken();
        counts.commands += 1;
        quiet = 0;
        isSent = false;
      }
      if (quiet > STUCK_CLOCKS) stuck(clock);
      return true;
    },
  };
}

function stuck(clock: number): never {
  return fail(
    'macro-stuck',
    `clock ${clock}`,
    `nothing has been taken for ${STUCK_CLOCKS} clocks and the work is not done`,
    'report it: the simulator breaks its contract',
  );
}
