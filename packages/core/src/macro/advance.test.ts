import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance } from './advance.ts';
import { createMacro } from './machine.ts';
import { NaiveMacro } from './naive-macro.test-support.ts';
import { ACCUMULATORS_USED, arbitrarySeed, randomCase, randomPsum } from './random-macro.test-support.ts';
import { initialState } from './state.ts';
import { createObserver, readSignal } from './trace.ts';
import { traceLayout } from './trace-layout.ts';

/** Runs both models under random valid and ready; the first clock and signal on which they differ, else null. */
function firstDifference(seed: number): string | null {
  const { random, spec, commands } = randomCase(seed);
  const macro = createMacro(spec);
  const layout = traceLayout(macro);
  const observe = createObserver(macro, layout);
  const state = initialState(macro);
  const naive = new NaiveMacro(spec);
  const record = new Uint32Array(layout.words);
  const [offers, returns, takes] = [0.2 + random.unit(), 0.2 + random.unit(), 0.2 + random.unit()];
  let resets = random.chance(0.3) ? 1 : 0;
  let next = 0;
  for (let clock = 0; clock < 100_000; clock++) {
    const reset = resets > 0 && next > ACCUMULATORS_USED + 12 && random.chance(0.02);
    if (reset) resets--;
    const inputs = {
      command: next < commands.length && random.chance(offers) ? commands[next] : null,
      psum: random.chance(returns) ? randomPsum(random, spec) : null,
      outReady: random.chance(takes),
      reset,
    };
    const outputs = advance(macro, state, inputs);
    naive.clock(inputs);
    observe(state, outputs, record, 0);
    for (const signal of layout.signals) {
      const got = readSignal(signal, record);
      const expected = naive.value(signal.name);
      if (got !== expected)
        return `seed ${seed}, clock ${clock}: ${signal.name} is ${got}, expected ${expected}`;
    }
    if (outputs.commandTaken) next++;
    if (next === commands.length && !outputs.busy && inputs.command === null) return null;
  }
  return `seed ${seed}: still busy after 100000 clocks`;
}

describe('advance', () => {
  it('equals the naive macro in every register on every clock', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(arbitrarySeed(), (seed) => {
        expect(firstDifference(seed)).toBeNull();
      }),
      { numRuns: 60 },
    );
  });
});
