import {
  advance,
  createObserver,
  emptyOutputs,
  initialState,
  recordDifferences,
  traceLayout,
  type Macro,
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
 * Compares the core inside `tally_top` with the simulator that sees the same pins, clock by clock as the log comes; behind
 * the first difference clocks are replayed no more, only seen.
 *
 * @param observer sees every clock's record of the simulator, until a difference and beyond it
 */
export function startReplay({ macro, source }: AxiCircuit, observer?: ClockObserver): Replay {
  const { command, partialSum, recordWords } = source.layout;
  const layout = comparable(macro);
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

  const clockOf = (): void => {
    const flags = line[0];
    const offers = (flags & CLOCK_FLAGS.commandValid) !== 0;
    const returns = (flags & CLOCK_FLAGS.partialSumValid) !== 0;
    const inputs = {
      command: offers ? commandOf(macro.spec, pins, line, 1) : null,
      psum: returns ? partialSumOf(macro.spec, line, 1 + command.words) : null,
      outReady: (flags & CLOCK_FLAGS.outReady) !== 0,
      reset: (flags & CLOCK_FLAGS.resetN) === 0,
    };
    advance(macro, state, inputs, outputs);
    observe(state, outputs, expected, 0);
    observer?.(clock, expected, 0);
    found ??= differenceAt(line.length - recordWords, offers);
    clock += 1;
  };

  const differenceAt = (record: number, offers: boolean): Difference | null => {
    const signals = recordDifferences(layout, expected, 0, line, record).filter(
      // Without an offer the simulator's command pins are 0, the circuit's hold the last command: ready is not asked for.
      ({ signal }) => signal !== 'cmd_ready' || offers,
    );
    if (signals.length === 0) return null;
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
        clockOf();
      }
    },
  };
}

/** The trace without the writes of memories, which the circuit's log does not tell. */
function comparable(macro: Macro): ReturnType<typeof traceLayout> {
  const layout = traceLayout(macro);
  return { ...layout, signals: layout.signals.filter(({ kind }) => kind !== 'array-write') };
}
