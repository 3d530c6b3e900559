import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { macroSpec } from '../chip/index.ts';
import { chipPreset } from '../presets/index.ts';
import { seededRandom } from '../testing/index.ts';
import { advance } from './advance.ts';
import { createMacro } from './machine.ts';
import { arbitrarySeed, randomSpec } from './random-macro.test-support.ts';
import { cloneState, emptyOutputs, initialState } from './state.ts';
import { createObserver, readRecord, recordDifferences } from './trace.ts';
import { signalOf, traceLayout } from './trace-layout.ts';

const macro = createMacro(macroSpec(chipPreset('zhu2020')));

describe('traceLayout', () => {
  it('of zhu2020 takes 23 words', () => {
    const layout = traceLayout(macro);
    // wires, pend, run, m, 2 * 4 match lines, c, counts, x, product, v, vsum, p, psum_q, a, acc_q, out
    expect(layout.words).toBe(3 + 1 + 8 + 2 + 2 + 2 + 2 + 2 + 1);
    expect(signalOf(layout, 'ml_pos_q')).toEqual({
      name: 'ml_pos_q',
      kind: 'register',
      bits: 128,
      signed: false,
      word: 4,
      shift: 0,
    });
    expect(() => signalOf(layout, 'mystery_q')).toThrow('no signal mystery_q in the layout');
  });

  it('gives every signal bits of its own, within words, each stage its fields at the same places', () => {
    fc.assert(
      fc.property(arbitrarySeed(), (seed) => {
        const layout = traceLayout(createMacro(randomSpec(seededRandom(seed), { maxEntries: 1024 })));
        const taken = new Set<number>();
        for (const { name, bits, word, shift } of layout.signals) {
          if (bits <= 32) expect(shift + bits, name).toBeLessThanOrEqual(32);
          else expect(shift, name).toBe(0);
          for (let bit = word * 32 + shift; bit < word * 32 + shift + bits; bit++) {
            expect(taken.has(bit), name).toBe(false);
            expect(bit, name).toBeLessThan(32 * layout.words);
            taken.add(bit);
          }
        }
        expect(new Set(layout.signals.map(({ name }) => name)).size).toBe(layout.signals.length);
        const emit = signalOf(layout, 'm_emit_q');
        const slot = signalOf(layout, 'm_threshold_slot_q');
        for (const stage of 'cxvpa') {
          const mine = signalOf(layout, `${stage}_threshold_slot_q`);
          expect(mine.shift).toBe(slot.shift);
          expect(mine.word - signalOf(layout, `${stage}_emit_q`).word).toBe(slot.word - emit.word);
        }
      }),
    );
  });
});

describe('records', () => {
  it('read as named values, signed where the register is', () => {
    const layout = traceLayout(macro);
    const state = initialState(macro);
    const into = new Uint32Array(2 * layout.words);
    state.product = -1;
    state.vectorSum = -1152;
    state.outData = -5;
    state.outIsCode = true;
    state.p.accumulator = 13;
    state.p.restore = true;
    state.phase = 11;
    state.runValid = true;
    state.run.windowEnd = true;
    state.matchNegative[3] = 1 << 31;
    state.partialSums[7] = -3;
    state.partialSumWritten = 7;
    createObserver(macro, layout)(state, { ...emptyOutputs(), cmdReady: true }, into, layout.words);
    const read = readRecord(layout, into, layout.words);
    const set = Object.entries(read).filter(([, value]) => value !== 0 && value !== 0n);
    expect(Object.fromEntries(set)).toEqual({
      cmd_ready: 1,
      run_valid_q: 1,
      phase_q: 11,
      run_window_end_q: 1,
      ml_neg_q: 1n << 127n,
      product_q: -1,
      vsum_q: -1152,
      p_restore_q: 1,
      p_accumulator_q: 13,
      psum_q_written: 1,
      psum_q_index: 7,
      psum_q_value: -3,
      out_is_code_q: 1,
      out_data_q: -5,
    });
    const differences = recordDifferences(layout, into, layout.words, into, 0);
    expect(differences).toHaveLength(set.length);
    expect(differences).toContainEqual({ signal: 'product_q', expected: -1, got: 0 });
  });
});

describe('cloneState', () => {
  it('makes a state that goes its own way', () => {
    const state = initialState(macro);
    const copy = cloneState(state);
    const command = {
      weightSlot: 1,
      activationSlot: 0,
      thresholdSlot: 0,
      weightRow: Int8Array.of(3),
      activationRow: Uint8Array.of(3),
      thresholdRow: null,
      accumulator: 0,
      shift: 0,
      clear: true,
      restore: false,
      emit: false,
      final: false,
      windowEnd: false,
    };
    advance(macro, state, { command, psum: null, outReady: true, reset: false });
    expect(copy).toEqual(initialState(macro));
    expect(state).not.toEqual(copy);
    advance(macro, copy, { command, psum: null, outReady: true, reset: false });
    expect(copy).toEqual(state);
  });
});
