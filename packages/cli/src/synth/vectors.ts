import {
  ActivityMeter,
  advance,
  emptyOutputs,
  initialState,
  type Macro,
  type MacroActivity,
} from '@tally/core';
import type { Handshakes } from '../cosim/handshakes.ts';
import type { Host } from '../cosim/host.ts';
import { commandWords, corePins, type Pin } from '../cosim/pins.ts';
import { putBits } from '../cosim/words.ts';

/** Output ports of `tally_core`; the last two mean something while `out_valid` is high. */
export const RESULT_PORTS = [
  'cmd_ready',
  'psum_ready',
  'busy',
  'out_valid',
  'out_is_code',
  'out_data',
] as const;

/** What the simulator's pins did, clock by clock: what goes in during a clock and what is seen before its edge. */
export interface Vectors {
  /** Input ports but the clock; a port starts on a word of its own. */
  readonly pins: readonly Pin[];
  readonly pinWords: number;
  readonly clocks: number;
  /** `clocks` x `pinWords`. */
  readonly inputs: Uint32Array;
  /** `clocks` x {@link RESULT_PORTS}; `out_data` two's complement. */
  readonly results: Uint32Array;
  /** Clocks at the start with `rst_n` low. */
  readonly resetClocks: number;
  /** What the macro did in these clocks. */
  readonly activity: MacroActivity;
}

/** Clocks with `rst_n` low before the first command. */
const RESET_CLOCKS = 2;

/** Input ports of `tally_core` without the clock, each on words of its own. */
function vectorPins(macro: Macro): { readonly pins: readonly Pin[]; readonly pinWords: number } {
  const { command, partialSum } = corePins(macro.spec);
  const single = (name: string): Pin => ({ name, bits: 1, offset: 0, words: 1 });
  const flags = ['rst_n', 'cmd_valid', 'psum_valid', 'out_ready'].map(single);
  let pinWords = 0;
  const pins = [...flags, ...command.pins, ...partialSum.pins].map((pin) => {
    const placed = { ...pin, offset: pinWords };
    pinWords += pin.words;
    return placed;
  });
  return { pins, pinWords };
}

/**
 * Runs the simulator through the first clocks of what a host wants and records its pins.
 *
 * @param clocks at most, reset included; ends earlier when the host is done and the macro idle
 */
export function recordVectors(macro: Macro, host: Host, handshakes: Handshakes, clocks: number): Vectors {
  const { spec } = macro;
  const core = corePins(spec);
  const { pins, pinWords } = vectorPins(macro);
  const commandAt = 4;
  const sumAt = commandAt + core.command.words;
  const state = initialState(macro);
  const outputs = emptyOutputs();
  const meter = new ActivityMeter(macro);
  const inputs = new Uint32Array(clocks * pinWords);
  const results = new Uint32Array(clocks * RESULT_PORTS.length);
  let clock = 0;
  for (; clock < clocks; clock++) {
    const reset = clock < RESET_CLOCKS;
    if (!reset && host.isDone() && !outputs.busy && !state.outValid) break;
    const outReady = handshakes.result();
    const command = handshakes.command() && !reset ? host.command() : null;
    const psum = handshakes.partialSum() && !reset ? host.partialSum() : null;
    const at = clock * pinWords;
    inputs.set([Number(!reset), Number(command !== null), Number(psum !== null), Number(outReady)], at);
    if (command !== null) inputs.set(commandWords(spec, core, command), at + commandAt);
    if (psum !== null) putBits(inputs, at + sumAt, 0, psum, spec.accumulatorBits);
    const given = { command, psum, outReady, reset };
    advance(macro, state, given, outputs);
    meter.clock(given, outputs, state);
    const { cmdReady, psumReady, busy, outValid, outIsCode, outData } = outputs;
    results.set(
      [
        Number(cmdReady),
        Number(psumReady),
        Number(busy),
        Number(outValid),
        Number(outIsCode),
        lowBits(outData, spec.accumulatorBits),
      ],
      clock * RESULT_PORTS.length,
    );
    if (outputs.resultTaken) host.result(outputs.outData, outputs.outIsCode);
    if (outputs.psumTaken) host.partialSumTaken();
    if (outputs.commandTaken) host.commandTaken();
  }
  return {
    pins,
    pinWords,
    clocks: clock,
    inputs: inputs.subarray(0, clock * pinWords),
    results: results.subarray(0, clock * RESULT_PORTS.length),
    resetClocks: RESET_CLOCKS,
    activity: meter.activity(),
  };
}

function lowBits(value: number, bits: number): number {
  return (value & (2 ** bits - 1)) >>> 0;
}
