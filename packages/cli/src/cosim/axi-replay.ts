import {
  advance,
  createObserver,
  emptyOutputs,
  initialState,
  recordDifferences,
  TallyError,
  traceLayout,
  type Macro,
  type MacroCommand,
} from '@tally/core';
import { CORE, type AxiCircuit } from './axi-circuit.ts';
import { commandOf, corePins, partialSumOf } from './pins.ts';
import { CLOCK_FLAGS, type HarnessMessage } from './protocol.ts';
import type { ClockObserver } from './stimulus.ts';

/** What differs on a clock of the core. */
type Difference = Extract<HarnessMessage, { readonly kind: 'difference' }>;

/** The simulator beside the core inside `tally_top`, fed with the log of the core's pins. */
export interface Replay {
  /** Takes the next bytes of the log. */
  readonly push: (bytes: Uint8Array) => void;
  /** Clocks replayed so far. */
  readonly clocks: () => number;
  /** What differed first; null: nothing so far. */
  readonly difference: () => Difference | null;
}

/**
 * Compares the core inside `tally_top` with the simulator that sees the same pins, clock by clock as the log comes. A command
 * that the simulator refuses is a difference too: the circuit around the core must not give it.
 *
 * @param observer sees every clock's record of the simulator, also behind a difference
 */
export function startReplay({ macro, source }: AxiCircuit, observer?: ClockObserver): Replay {
  const { command, partialSum, recordWords } = source.layout;
  const layout = comparable(macro);
  const masks = { offered: maskOf(layout, null), idle: maskOf(layout, 'cmd_ready') };
  const pins = corePins(macro.spec);
  const observe = createObserver(macro, traceLayout(macro));
  const state = initialState(macro);
  const outputs = emptyOutputs();
  const expected = new Uint32Array(recordWords);
  const line = new Uint32Array(1 + command.words + partialSum.words + recordWords);
  const lineBytes = new Uint8Array(line.buffer);
  let filled = 0;
  let clock = 0;
  let found: Difference | null = null;
  /** The core was given what a macro is never given: the simulator cannot follow. */
  let isLost = false;
  /** The command at the pins: it stays for many clocks. */
  let held: MacroCommand | null = null;
  const heldWords = new Uint32Array(command.words);
  const offered = (): MacroCommand => {
    if (held === null || heldWords.some((word, i) => word !== line[1 + i])) {
      held = commandOf(macro.spec, pins, line, 1);
      heldWords.set(line.subarray(1, 1 + command.words));
    }
    return held;
  };

  const clockOf = (): void => {
    const flags = line[0];
    const offers = (flags & CLOCK_FLAGS.commandValid) !== 0;
    const returns = (flags & CLOCK_FLAGS.partialSumValid) !== 0;
    const inputs = {
      command: offers ? offered() : null,
      psum: returns ? partialSumOf(macro.spec, line, 1 + command.words) : null,
      outReady: (flags & CLOCK_FLAGS.outReady) !== 0,
      reset: (flags & CLOCK_FLAGS.resetN) === 0,
    };
    try {
      advance(macro, state, inputs, outputs);
    } catch (error) {
      if (!(error instanceof TallyError)) throw error;
      found ??= refusedAt(clock, error);
      isLost = true;
      return;
    }
    observe(state, outputs, expected, 0);
    observer?.(clock, expected, 0);
    found ??= differenceAt(line.length - recordWords, offers);
  };

  const differenceAt = (record: number, offers: boolean): Difference | null => {
    const mask = offers ? masks.offered : masks.idle;
    if (mask.every((bits, i) => ((expected[i] ^ line[record + i]) & bits) === 0)) return null;
    const signals = recordDifferences(layout, expected, 0, line, record).filter(
      // Without an offer the simulator's command pins are 0, the circuit's hold the last command: ready is not asked for.
      ({ signal }) => signal !== 'cmd_ready' || offers,
    );
    const text = (value: number | bigint): string => `0x${value.toString(16)}`;
    return {
      kind: 'difference',
      clock,
      signals: signals.map(({ signal, expected: want, got }) => ({
        signal: `${CORE}.${signal}`,
        expected: text(want),
        got: text(got),
      })),
    };
  };

  return {
    clocks: () => clock,
    difference: () => found,
    push(bytes) {
      for (let at = 0; at < bytes.length;) {
        const part = Math.min(lineBytes.length - filled, bytes.length - at);
        lineBytes.set(bytes.subarray(at, at + part), filled);
        at += part;
        filled += part;
        if (filled < lineBytes.length) continue;
        filled = 0;
        if (!isLost) clockOf();
        clock += 1;
      }
    },
  };
}

/** The circuit around the core breaks an obligation of the core's driver. */
function refusedAt(clock: number, { message }: TallyError): Difference {
  const expected = 'one that keeps the obligations of its driver';
  return {
    kind: 'difference',
    clock,
    signals: [{ signal: `${CORE}.cmd`, expected, got: `a command that the simulator refuses (${message})` }],
  };
}

/** Bits of a record that are compared: of all signals but one. */
function maskOf({ signals, words }: ReturnType<typeof traceLayout>, but: string | null): Uint32Array {
  const mask = new Uint32Array(words);
  for (const { name, word, shift, bits } of signals) {
    if (name === but) continue;
    for (let bit = shift; bit < shift + bits; bit++) mask[word + (bit >>> 5)] |= 1 << (bit & 31);
  }
  return mask;
}

/** The trace without the writes of memories, which the circuit's log does not tell. */
function comparable(macro: Macro): ReturnType<typeof traceLayout> {
  const layout = traceLayout(macro);
  return { ...layout, signals: layout.signals.filter(({ kind }) => kind !== 'array-write') };
}
