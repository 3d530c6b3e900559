import { expect, test } from 'vitest';
import { chipPreset, macroSpec, packRow, packWeights, type MacroCommand } from '@tally/core';
import { PROMPT } from './handshakes.ts';
import { commandOf, commandWords, corePins, partialSumOf } from './pins.ts';
import { randomCommands } from './random-commands.ts';
import { seeded } from './random.ts';
import { putBits } from './words.ts';

/** Legal commands of a chip. */
function commandsOf(preset: string, count: number): readonly MacroCommand[] {
  const host = randomCommands(macroSpec(chipPreset(preset)), seeded(5), count);
  const commands: MacroCommand[] = [];
  for (let command = host.command(); command !== null; command = host.command()) {
    commands.push(command);
    host.commandTaken();
  }
  return commands;
}

/** A row filled up with zeros to all entries. */
function filled<T extends Int8Array | Uint8Array>(row: T | { readonly digits: T } | null, entries: number) {
  if (row === null) return null;
  const digits = 'digits' in row ? row.digits : row;
  return Array.from({ length: entries }, (_, i) => digits[i] ?? 0);
}

test.each(['zhu2020', 'zhu2020-w3a3', 'lsq-w3a3'])('what the pins of %s say is the command', (preset) => {
  const spec = macroSpec(chipPreset(preset));
  const pins = corePins(spec);
  for (const command of commandsOf(preset, 60)) {
    const read = commandOf(spec, pins, commandWords(spec, pins, command), 0);
    const { entries } = spec;
    expect({
      ...read,
      weightRow: filled(read.weightRow, entries),
      activationRow: filled(read.activationRow, entries),
    }).toEqual({
      ...command,
      weightRow: filled(command.weightRow, entries),
      activationRow: filled(command.activationRow, entries),
    });
  }
});

test('rows stand as the generator of packets packs them', () => {
  const spec = macroSpec(chipPreset('zhu2020'));
  const pins = corePins(spec);
  const bitsAt = (words: Uint32Array, name: string): bigint => {
    const { offset, words: count } = pins.command.pins.find((pin) => pin.name === name)!;
    return words.subarray(offset, offset + count).reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);
  };
  for (const command of commandsOf('zhu2020', 40)) {
    const words = commandWords(spec, pins, command);
    const weights = filled(command.weightRow, spec.entries) ?? [];
    expect(bitsAt(words, 'cmd_weight_row')).toBe(packWeights(spec, weights));
    const activations = filled(command.activationRow, spec.entries) ?? [];
    expect(bitsAt(words, 'cmd_activation_row')).toBe(packRow(activations, spec.activationBits));
    const thresholds = Array.from(command.thresholdRow?.thresholds ?? []);
    expect(bitsAt(words, 'cmd_threshold_row')).toBe(packRow(thresholds, spec.thresholdBits));
  }
});

test('partial sums keep their sign', () => {
  const spec = macroSpec(chipPreset('zhu2020'));
  for (const value of [0, 1, -1, 2 ** 23 - 1, -(2 ** 23)]) {
    const words = new Uint32Array(2);
    putBits(words, 1, 0, value, spec.accumulatorBits);
    expect(partialSumOf(spec, words, 1)).toBe(value);
  }
});

test('nobody keeps the macro waiting', () => {
  expect([PROMPT.command(), PROMPT.partialSum(), PROMPT.result()]).toEqual([true, true, true]);
});
