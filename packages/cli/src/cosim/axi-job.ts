import {
  commandPacket,
  packRow,
  packWeights,
  storePacket,
  type Beat,
  type MacroCommand,
  type MacroSpec,
  type TopGeometry,
} from '@tally/core';
import type { AxiCircuit } from './axi-circuit.ts';
import { PROMPT } from './handshakes.ts';
import type { Host } from './host.ts';
import { macroStimulus } from './stimulus.ts';

/** A sum or a code that has to come out. */
export interface AxiResult {
  readonly value: number;
  readonly isCode: boolean;
}

/** A stream of work as packets, with the partial sums that come back and the results that have to come. */
export interface AxiJob {
  readonly beats: readonly Beat[];
  readonly sums: readonly { readonly after: number; readonly value: number }[];
  readonly results: readonly AxiResult[];
  readonly commands: number;
}

/** Runs the simulator through a host's work and writes down what goes in and out. */
export function axiJob({ macro, geometry }: AxiCircuit, host: Host): AxiJob {
  const { bufferRows } = geometry;
  const beats: Beat[] = [];
  const sums: AxiJob['sums'][number][] = [];
  const results: AxiJob['results'][number][] = [];
  let commands = 0;
  const recording: Host = {
    ...host,
    commandTaken() {
      const command = host.command();
      if (command !== null) beats.push(...packets(macro.spec, geometry, command, commands % bufferRows));
      commands += 1;
      host.commandTaken();
    },
    partialSumTaken() {
      sums.push({ after: results.length, value: host.partialSum() ?? 0 });
      host.partialSumTaken();
    },
    result(value, isCode) {
      results.push({ value, isCode });
      host.result(value, isCode);
    },
  };
  const stimulus = macroStimulus(macro, recording, PROMPT, { records: false });
  const sink = { words: new Uint32Array(stimulus.clockWords), at: 0 };
  while (stimulus.clock(sink)) sink.at = 0;
  return { beats, sums, results, commands };
}

/** Digits of a row, filled up with zeros. */
function digits(
  row: Int8Array | Uint8Array | { readonly digits: Int8Array | Uint8Array },
): readonly number[] {
  return Array.from('digits' in row ? row.digits : row);
}

/** Rows of a command into one row of each buffer, then the command. */
function packets(
  spec: MacroSpec,
  geometry: TopGeometry,
  command: MacroCommand,
  row: number,
): readonly Beat[] {
  const { weightRow, activationRow, thresholdRow } = command;
  const beats: Beat[] = [];
  if (weightRow !== null)
    beats.push(...storePacket(geometry, 'weight', row, packWeights(spec, digits(weightRow))));
  if (activationRow !== null)
    beats.push(
      ...storePacket(geometry, 'activation', row, packRow(digits(activationRow), spec.activationBits)),
    );
  if (thresholdRow !== null) {
    const bits = packRow(Array.from(thresholdRow.thresholds), spec.thresholdBits);
    beats.push(...storePacket(geometry, 'threshold', row, bits, thresholdRow.falling));
  }
  const values = {
    load_weight: Number(weightRow !== null),
    load_activation: Number(activationRow !== null),
    load_threshold: Number(thresholdRow !== null),
    clear: Number(command.clear),
    restore: Number(command.restore),
    emit: Number(command.emit),
    final: Number(command.final),
    window_end: Number(command.windowEnd),
    shift: command.shift,
    weight_slot: command.weightSlot,
    activation_slot: command.activationSlot,
    threshold_slot: command.thresholdSlot,
    accumulator: command.accumulator,
    weight_row: row,
    activation_row: row,
    threshold_row: row,
  };
  beats.push(...commandPacket(geometry, values));
  return beats;
}

/** The job in the words that the harness reads. */
export function jobWords(
  { beats, sums, results, commands }: AxiJob,
  axisBits: number,
  seed: number,
): Uint32Array {
  const words: number[] = [seed, axisBits / 32, beats.length, sums.length, results.length, commands];
  const data = (value: bigint): void => {
    for (let bit = 0; bit < axisBits; bit += 32) words.push(Number((value >> BigInt(bit)) & 0xffffffffn));
  };
  for (const beat of beats) {
    data(beat.data);
    words.push(Number(beat.last));
  }
  for (const { after, value } of sums) {
    words.push(after);
    data(BigInt.asUintN(axisBits, BigInt(value)));
  }
  for (const { value, isCode } of results) {
    data(BigInt.asUintN(axisBits, BigInt(value)));
    words.push(Number(isCode), 0);
  }
  return Uint32Array.from(words);
}
