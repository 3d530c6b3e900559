import { describe, expect, it } from 'vitest';
import { chipFormats } from '../chip/index.ts';
import { findScheme, schemeCost } from '../counting/index.ts';
import { TallyError } from '../diagnostics/index.ts';
import { chipPreset, systemPreset } from '../presets/index.ts';
import { machineOf } from './machine.ts';

const chip = chipPreset('zhu2020');
const cost = schemeCost(
  findScheme(chip.scheme.name),
  chipFormats(chip),
  chip.geometry.entries.value,
  chip.timing.rescaleSlots.value,
);

describe('machineOf', () => {
  it('zhu2020: the macro that is published, three buffers of 32 KB, 64 bits per cycle each', () => {
    const machine = machineOf(systemPreset('zhu2020'), chip, cost);
    expect(machine).toMatchObject({
      macros: 1,
      multicast: false,
      macro: {
        entries: 128,
        weightRows: 16,
        activationRows: 4,
        accumulators: 16,
        accumulatorBits: 24,
        weightDigitBits: 3,
        activationDigitBits: 2,
        slotsPerStep: 10,
        windowVectors: 9,
        windowOverheadCycles: 2,
      },
      bufferOf: { weights: 0, activations: 1, partialSums: 2 },
    });
    expect(machine.buffers[1]).toEqual({
      name: 'activation-buffer',
      operands: ['activations'],
      capacityBits: 262_144,
      bitsPerCycle: 64,
      doubleBuffered: true,
    });
  });

  it('an operand that no buffer holds goes straight to memory', () => {
    const system = systemPreset('zhu2020');
    const machine = machineOf({ ...system, buffers: system.buffers.slice(1) }, chip, cost);
    expect(machine.bufferOf).toEqual({ weights: -1, activations: 0, partialSums: 1 });
  });

  it('refuses a system of another chip', () => {
    expect(() => machineOf(systemPreset('lsq-w3a3'), chip, cost)).toThrow(
      new TallyError([
        {
          code: 'system-of-another-chip',
          path: 'system lsq-w3a3: chip.name',
          message: "is 'lsq-w3a3', but the chip is 'zhu2020'",
          remedy: 'use a system of this chip, or name this chip in the system',
        },
      ]),
    );
  });
});
