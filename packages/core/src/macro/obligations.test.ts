import { describe, expect, it } from 'vitest';
import { macroSpec } from '../chip/index.ts';
import { chipPreset } from '../presets/index.ts';
import { advance } from './advance.ts';
import type { MacroCommand } from './command.ts';
import { FastEngine } from './fast.ts';
import { createMacro } from './machine.ts';
import { packActivationRow, packWeightRow } from './packed-row.ts';
import { initialState } from './state.ts';

const macro = createMacro(macroSpec(chipPreset('zhu2020')));

const plain: MacroCommand = {
  weightSlot: 0,
  activationSlot: 0,
  thresholdSlot: 0,
  weightRow: Int8Array.of(1),
  activationRow: Uint8Array.of(1),
  thresholdRow: null,
  accumulator: 0,
  shift: 0,
  clear: true,
  restore: false,
  emit: true,
  final: false,
  windowEnd: false,
};

const next: MacroCommand = { ...plain, weightRow: null, activationRow: null };
const thresholds = { thresholds: Int32Array.of(1, 2, 3), falling: false };
const final: MacroCommand = { ...plain, final: true, thresholdRow: thresholds };
/** Longest magnitudes: 128 entries of 3 * 3 are 1,152, shifted by 12 bits 4,718,592: one fits 24 signed bits, two do not. */
const heavy: MacroCommand = {
  ...plain,
  weightRow: new Int8Array(128).fill(3),
  activationRow: new Uint8Array(128).fill(3),
  shift: 12,
};

function byClock(commands: readonly MacroCommand[], psum: number | null): void {
  const state = initialState(macro);
  let taken = 0;
  for (;;) {
    const command = taken < commands.length ? commands[taken] : null;
    const outputs = advance(macro, state, { command, psum, outReady: true, reset: false });
    if (outputs.commandTaken) taken++;
    if (command === null && !outputs.busy) return;
  }
}

function byStep(commands: readonly MacroCommand[], psum: number | null): void {
  const engine = new FastEngine(macro);
  for (const command of commands) engine.step(command, psum ?? 0);
}

// A step's first slot is in clock 2, later ones ten clocks each; its sums reach vsum_q 3 and acc_q 5 clocks behind a slot.
const CASES: readonly (readonly [string, readonly MacroCommand[], string])[] = [
  [
    'a slot beyond the last',
    [{ ...plain, weightSlot: 16 }],
    'macro zhu2020: clock 0: cmd_weight_slot: is 16, must be from 0 to 15 [pin-out-of-range] — use one of them',
  ],
  [
    'an accumulator that is no whole number',
    [plain, { ...next, accumulator: 0.5 }],
    'macro zhu2020: clock 1: cmd_accumulator: is 0.5, must be from 0 to 15 [pin-out-of-range] — use one of them',
  ],
  [
    'a shift beyond the widest split of operands',
    [{ ...plain, shift: 13 }],
    'macro zhu2020: clock 0: cmd_shift: is 13, must be from 0 to 12 [pin-out-of-range] — use one of them',
  ],
  [
    'clear and restore',
    [{ ...plain, restore: true }],
    'macro zhu2020: clock 0: cmd_clear, cmd_restore: both are set; a step starts from 0 or from a partial sum that comes in [clear-and-restore] — set one of them',
  ],
  [
    'too few thresholds',
    [{ ...final, thresholdRow: { ...thresholds, thresholds: Int32Array.of(1) } }],
    'macro zhu2020: clock 0: cmd_threshold_row: holds 1 thresholds, a set has 3 [thresholds-do-not-fit] — fill a set up with thresholds that no sum reaches',
  ],
  [
    'a threshold of 26 bits',
    [{ ...final, thresholdRow: { ...thresholds, thresholds: Int32Array.of(0, 1, 2 ** 24) } }],
    'macro zhu2020: clock 0: cmd_threshold_row: threshold 16777216 does not fit 25 bits [thresholds-do-not-fit] — saturate it: no sum is out there',
  ],
  [
    'a weight row that was never loaded',
    [plain, { ...next, weightSlot: 3 }],
    'macro zhu2020: clock 1: cmd_weight_slot: slot 3 holds no weight row yet [slot-never-loaded] — load the row with this step or one before it',
  ],
  [
    'thresholds that were never loaded',
    [{ ...plain, final: true, thresholdSlot: 2 }],
    'macro zhu2020: clock 0: cmd_threshold_slot: slot 2 holds no threshold row yet [slot-never-loaded] — load the row with this step or one before it',
  ],
  [
    'thresholds over those of a step in flight',
    [final, { ...next, final: true, thresholdRow: thresholds }],
    "macro zhu2020: clock 1: cmd_load_threshold: a step with 'final' that names slot 0 has not handed its result out yet [threshold-slot-in-use] — load thresholds into the slots in turn, as a ring",
  ],
  [
    'going on from nothing',
    [{ ...plain, clear: false, accumulator: 5 }],
    // transfer slot 2 + 9 = 11, accumulated 5 clocks later
    "macro zhu2020: clock 16: acc_q[5]: a step goes on from an accumulator that holds nothing yet [accumulator-never-started] — set 'clear' or 'restore' on the first step of a sum",
  ],
  [
    'an accumulator that overflows',
    [heavy, { ...heavy, weightSlot: 1, activationSlot: 1, clear: false }],
    // 2 * 4,718,592 > 2^23 - 1; transfer slot 12 + 9 = 21
    'macro zhu2020: clock 26: acc_q[0]: would have to hold 9437184, which does not fit 24 signed bits [sum-too-wide] — run only layers whose partialSumBounds fit the chip (checkLayer)',
  ],
  [
    'a weight that the entries do not hold',
    [{ ...plain, weightRow: Int8Array.of(1, -4) }],
    'macro zhu2020: weight row, entry 1: is -4, the entries hold -3 to 3 [digit-out-of-range] — cut operands into digits with digitPlan',
  ],
  [
    'an activation that the entries do not hold',
    [{ ...plain, activationRow: Uint8Array.of(4) }],
    'macro zhu2020: activation row, entry 0: is 4, the entries hold 0 to 3 [digit-out-of-range] — cut operands into digits with digitPlan',
  ],
  [
    'a row beyond the entries',
    [{ ...plain, weightRow: new Int8Array(129) }],
    'macro zhu2020: weight row: holds 129 digits, the macro has 128 entries [row-too-long] — cut dot products into vectors of at most that many entries',
  ],
];

describe.each([
  ['advance', byClock],
  ['FastEngine', byStep],
])('%s refuses', (_, run) => {
  it.each(CASES)('%s', (_name, commands, message) => {
    expect(() => run(commands, null)).toThrow(message);
  });

  it('a partial sum that an accumulator cannot hold', () => {
    expect(() => run([{ ...plain, clear: false, restore: true }], 2 ** 23)).toThrow(
      'macro zhu2020: clock 16: psum_data: would have to hold 8388608, which does not fit 24 signed bits [sum-too-wide] — run only layers whose partialSumBounds fit the chip (checkLayer)',
    );
  });

  it('nothing of a stream that keeps to the rules', () => {
    expect(() => run([final, { ...next, final: true }, { ...next, clear: false }], null)).not.toThrow();
  });
});

describe('a vector sum that partial sums cannot hold', () => {
  const narrow = createMacro({ ...macro.spec, partialSumBits: 10 });
  // 128 * 1 * 3 = 384 after one class fits 10 bits, 128 * 3 * 3 = 1,152 does not; its key (3, 3) is the ninth: clock 2 + 8
  it('is refused where the product is made', () => {
    const command = { ...heavy, shift: 0 };
    const message =
      'macro zhu2020: clock 12: product_q: would have to hold 1152, which does not fit 10 signed bits [sum-too-wide]';
    expect(() => new FastEngine(narrow).step(command, 0)).toThrow(message);
    const state = initialState(narrow);
    const inputs = { psum: null, outReady: true, reset: false };
    advance(narrow, state, { ...inputs, command });
    expect(() => {
      for (let clock = 0; clock < 20; clock++) advance(narrow, state, { ...inputs, command: null });
    }).toThrow(message);
  });
});

describe('packed rows', () => {
  it('hold a mask per magnitude and sign, per level, per bit', () => {
    // entries 0 and 33 hold 3, entry 1 holds -2
    const weights = new Int8Array(34);
    weights[0] = 3;
    weights[33] = 3;
    weights[1] = -2;
    const row = packWeightRow(macro, weights);
    expect([...row.positive]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0]);
    expect([...row.negative]).toEqual([0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
    expect([[...row.nonzero], row.nonzeros]).toEqual([[3, 2, 0, 0], 3]);
    const levels = packActivationRow(macro, Uint8Array.of(0, 1, 3, 3));
    expect([...levels.masks]).toEqual([2, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0]);
    const planes = createMacro({ ...macro.spec, scheme: 'weight-bit-planes', search: 'bit-plane' });
    expect([...packActivationRow(planes, Uint8Array.of(0, 1, 3, 2)).masks]).toEqual([
      6, 0, 0, 0, 12, 0, 0, 0,
    ]);
  });
});
