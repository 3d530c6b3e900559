import { expect, test } from 'vitest';
import { chipPreset, macroSpec, traceLayout } from '@tally/core';
import { axiCircuit } from './axi-circuit.ts';
import { startReplay } from './axi-replay.ts';
import { commandWords, corePins } from './pins.ts';
import { CLOCK_FLAGS } from './protocol.ts';
import { randomCommands } from './random-commands.ts';
import { seeded } from './random.ts';

const circuit = axiCircuit(macroSpec(chipPreset('zhu2020')));
const { command, partialSum, recordWords } = circuit.source.layout;
const pins = 1 + command.words + partialSum.words;

const signals = traceLayout(circuit.macro).signals.filter(({ kind }) => kind !== 'array-write');
const { spec } = circuit.macro;
const legal = randomCommands(spec, seeded(1), 1).command()!;
const legalWords = commandWords(spec, corePins(spec), legal);

/** The log of one clock with a record as the simulator's, one bit of it turned over. */
function clockOf(flags: number, turned?: { readonly word: number; readonly bit: number }): Uint8Array {
  const line = new Uint32Array(pins + recordWords);
  line[0] = flags;
  line.set(legalWords, 1);
  startReplay(circuit, (_, record) => {
    line.set(record, pins);
  }).push(new Uint8Array(line.slice().buffer));
  if (turned !== undefined) line[pins + turned.word] ^= 1 << turned.bit;
  return new Uint8Array(line.buffer);
}

test('every signal of the log is compared, each bit by its name; ready only where something is offered', () => {
  const random = seeded(3);
  expect(signals.length).toBe(circuit.signals);
  const offer = CLOCK_FLAGS.resetN | CLOCK_FLAGS.commandValid;
  for (const { name, word, shift, bits } of signals) {
    const bit = shift + random.integer(0, bits - 1);
    const turned = { word: word + (bit >>> 5), bit: bit & 31 };
    for (const flags of [CLOCK_FLAGS.resetN, offer]) {
      const replay = startReplay(circuit);
      replay.push(clockOf(flags));
      expect(replay.difference()).toBeNull();
      const other = startReplay(circuit);
      other.push(clockOf(flags, turned));
      const seen = other.difference()?.signals.map(({ signal }) => signal);
      expect(seen).toEqual(name === 'cmd_ready' && flags !== offer ? undefined : [`core.${name}`]);
    }
  }
});

test('a log that comes in pieces is the same log; half a clock is none', () => {
  const sum = signals.find(({ name }) => name === 'vsum_q')!;
  const two = [clockOf(0), clockOf(0, { word: sum.word, bit: sum.shift })];
  const bytes = new Uint8Array(two.flatMap((clock) => [...clock]));
  const replay = startReplay(circuit);
  for (let at = 0; at < bytes.length - 1; at += 7)
    replay.push(bytes.slice(at, Math.min(at + 7, bytes.length - 1)));
  expect([replay.clocks(), replay.difference()]).toEqual([1, null]);
  replay.push(bytes.slice(-1));
  expect(replay.clocks()).toBe(2);
  expect(replay.difference()?.clock).toBe(1);
});

test('a command that no driver may give is a difference, not an error', () => {
  const flags = CLOCK_FLAGS.resetN | CLOCK_FLAGS.commandValid;
  const line = new Uint32Array(pins + recordWords);
  line[0] = flags;
  const replay = startReplay(circuit);
  replay.push(clockOf(0));
  // All pins 0: a step that loads nothing, of slots that hold nothing.
  for (let i = 0; i < 3; i++) replay.push(new Uint8Array(line.buffer));
  expect(replay.clocks()).toBe(4);
  const [signal] = replay.difference()!.signals;
  expect(replay.difference()!.clock).toBe(1);
  expect(signal.signal).toBe('core.cmd');
  expect(signal.expected).toBe('one that keeps the obligations of its driver');
  expect(signal.got).toMatch(/^a command that the simulator refuses \(.*\[slot-never-loaded\]/);
});
