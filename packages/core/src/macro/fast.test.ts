import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActivityMeter } from './activity-meter.ts';
import { advance } from './advance.ts';
import type { MacroCommand } from './command.ts';
import { FastEngine } from './fast.ts';
import { createMacro, type Macro } from './machine.ts';
import { arbitrarySeed, randomCase, randomPsum } from './random-macro.test-support.ts';
import { initialState } from './state.ts';
import { createObserver, recordDifferences } from './trace.ts';
import { traceLayout } from './trace-layout.ts';

/** The stream clock by clock: commands always offered, results always taken, partial sums always there. */
function runByClock(macro: Macro, commands: readonly MacroCommand[], psums: readonly number[]) {
  const layout = traceLayout(macro);
  const observe = createObserver(macro, layout);
  const state = initialState(macro);
  const meter = new ActivityMeter(macro);
  const restores = commands.flatMap(({ restore }, i) => (restore ? [psums[i]] : []));
  const records: Uint32Array[] = [];
  const results: unknown[] = [];
  let next = 0;
  let returned = 0;
  for (;;) {
    const inputs = {
      command: commands[next] ?? null,
      psum: restores[returned] ?? null,
      outReady: true,
      reset: false,
    };
    const outputs = advance(macro, state, inputs);
    if (next === commands.length && !outputs.busy) break;
    meter.clock(inputs, outputs, state);
    const record = new Uint32Array(layout.words);
    observe(state, outputs, record, 0);
    records.push(record);
    if (outputs.commandTaken) next++;
    if (outputs.psumTaken) returned++;
    if (outputs.resultTaken) results.push([outputs.outIsCode, outputs.outData]);
  }
  return { results, records, activity: meter.activity() };
}

function runFast(macro: Macro, commands: readonly MacroCommand[], psums: readonly number[]) {
  const { words } = traceLayout(macro);
  const records: Uint32Array[] = [];
  const engine = new FastEngine(macro, {
    onRecords: (chunk, count) => {
      for (let i = 0; i < count; i++) records.push(chunk.slice(i * words, (i + 1) * words));
    },
  });
  const results: unknown[] = [];
  for (const [i, command] of commands.entries())
    if (engine.step(command, psums[i])) results.push([engine.outIsCode, engine.outData]);
  return { results, activity: engine.finish(), records };
}

describe('FastEngine', () => {
  it('makes the results, the activity and the records of advance', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(arbitrarySeed(), (seed) => {
        const { random, spec, commands } = randomCase(seed);
        const macro = createMacro(spec);
        const psums = commands.map(() => randomPsum(random, spec));
        const slow = runByClock(macro, commands, psums);
        const fast = runFast(macro, commands, psums);
        expect(fast.results).toEqual(slow.results);
        const layout = traceLayout(macro);
        for (const [clock, record] of slow.records.entries()) {
          if (clock >= fast.records.length) break;
          const differences = recordDifferences(layout, record, 0, fast.records[clock], 0);
          expect({ clock, differences }).toEqual({ clock, differences: [] });
          expect(fast.records[clock]).toEqual(record);
        }
        expect(fast.records.length).toBe(slow.records.length);
        expect(fast.activity).toEqual(slow.activity);
        expect(fast.activity.cycles.total).toBe(slow.records.length);
      }),
      { numRuns: 60 },
    );
  });
});
