import { describe, expect, it } from 'vitest';
import { chipPreset } from '../presets/index.ts';
import { macroSpec } from '../chip/index.ts';
import type { MacroCommand } from './command.ts';
import { FastEngine } from './fast.ts';
import { createMacro } from './machine.ts';
import { readSignal } from './trace.ts';
import { traceLayout } from './trace-layout.ts';
import { vcd, type VcdOptions } from './vcd.ts';

const macro = createMacro({ ...macroSpec(chipPreset('zhu2020')), entries: 8, banks: 1 });
const layout = traceLayout(macro);

/** w = 3 1 -2 0, a = 2 3 1 3: 6 + 3 - 2 = 7; the second step goes on from it: 14. */
const first: MacroCommand = {
  weightSlot: 0,
  activationSlot: 0,
  thresholdSlot: 0,
  weightRow: Int8Array.of(3, 1, -2, 0),
  activationRow: Uint8Array.of(2, 3, 1, 3),
  thresholdRow: null,
  accumulator: 0,
  shift: 0,
  clear: true,
  restore: false,
  emit: false,
  final: false,
  windowEnd: false,
};
const second: MacroCommand = {
  ...first,
  weightRow: null,
  activationRow: null,
  clear: false,
  emit: true,
  windowEnd: true,
};

/** Records of the two steps: 2 + 2 * 10 + 2 + 7 = 31 clocks. */
function recordsOfRun(): Uint32Array {
  let all = new Uint32Array(0);
  const engine = new FastEngine(macro, {
    onRecords: (records) => {
      const joined = new Uint32Array(all.length + records.length);
      joined.set(all);
      joined.set(records, all.length);
      all = joined;
    },
  });
  engine.step(first, 0);
  engine.step(second, 0);
  engine.finish();
  return all;
}

const records = recordsOfRun();

function dump(options: VcdOptions): string {
  return [...vcd(layout, [records.subarray(0, layout.words), records.subarray(layout.words)], options)].join(
    '',
  );
}

interface Parsed {
  readonly timescale: string;
  readonly names: readonly string[];
  /** Per time: the value of every variable by its path. */
  readonly values: ReadonlyMap<number, Readonly<Record<string, string>>>;
}

/** A reader of value change dumps: declarations, then times and changes. Anything else is an error. */
function parse(text: string): Parsed {
  const names = new Map<string, { readonly name: string; readonly bits: number }>();
  const scopes: string[] = [];
  const values = new Map<number, Record<string, string>>();
  const current: Record<string, string> = {};
  let timescale = '';
  let time = -1;
  let definitions = true;
  for (const line of text.trimEnd().split('\n')) {
    const words = line.split(' ');
    if (definitions) {
      if (words[0] === '$timescale') timescale = words.slice(1, -1).join(' ');
      else if (words[0] === '$scope') scopes.push(words[2]);
      else if (words[0] === '$upscope') scopes.pop();
      else if (words[0] === '$var')
        names.set(words[3], { name: [...scopes, words[4]].join('.'), bits: Number(words[2]) });
      else if (words[0] === '$enddefinitions') definitions = false;
      else if (!['$version', '$comment'].includes(words[0])) throw new Error(`unexpected ${line}`);
      continue;
    }
    if (line === '$dumpvars' || line === '$end') continue;
    if (line.startsWith('#')) {
      expect(Number(line.slice(1))).toBeGreaterThan(time);
      time = Number(line.slice(1));
      values.set(time, { ...current });
      continue;
    }
    const vector = /^b([01]+) (\S+)$/.exec(line) ?? /^([01])(\S+)$/.exec(line);
    const variable = names.get(vector?.[2] ?? '');
    if (vector === null || variable === undefined) throw new Error(`unexpected ${line}`);
    expect(vector[1].length).toBeLessThanOrEqual(variable.bits);
    expect(current[variable.name], `${line} at ${time} changes nothing`).not.toBe(vector[1]);
    current[variable.name] = vector[1];
    values.set(time, { ...current });
  }
  expect(definitions).toBe(false);
  expect(scopes).toEqual([]);
  return { timescale, names: [...names.values()].map(({ name }) => name), values };
}

describe('vcd', () => {
  it('writes a small run as this file', async () => {
    await expect(
      dump({ clockMHz: 100, signals: ['phase_q', 'ml_*', 'product_q', 'out_*', 'cmd_ready'] }),
    ).toMatchFileSnapshot('../../../../test/golden/macro/two-steps.vcd');
  });

  it('shows every signal of every record, registers a clock after their edge', () => {
    const { timescale, names, values } = parse(dump({ clockMHz: 143 }));
    const period = 6993; // 1e6 ps / 143, rounded
    expect(timescale).toBe('1 ps');
    expect(names).toHaveLength(1 + layout.signals.length);
    const clocks = records.length / layout.words;
    expect(clocks).toBe(31);
    for (let clock = 0; clock < clocks; clock++) {
      const at = values.get(clock * period);
      for (const signal of layout.signals) {
        const path = names.find((name) => name.endsWith(`.${signal.name}`)) ?? '';
        const record = signal.kind === 'wire' ? clock : clock - 1;
        const value =
          record < 0 ? 0 : readSignal({ ...signal, signed: false }, records, record * layout.words);
        expect(at?.[path], `${path} in clock ${clock}`).toBe(value.toString(2));
      }
    }
    // The last record's registers end the dump: 14 was taken in clock 30.
    const last = values.get(clocks * period);
    expect(last?.['tally_core.output.out_data_q']).toBe('1110');
    expect(last?.['tally_core.output.out_valid_q']).toBe('0');
  });

  it('shows a window with all values at its begin', () => {
    const whole = parse(dump({ clockMHz: 100, signals: ['count.*'] }));
    const part = parse(dump({ clockMHz: 100, signals: ['count.*'], window: { from: 10, to: 12 } }));
    expect([...part.values.keys()]).toEqual([100_000, 105_000, 110_000, 115_000, 120_000, 125_000, 130_000]);
    for (const time of [100_000, 110_000, 120_000])
      expect(part.values.get(time)).toEqual(whole.values.get(time));
    expect(part.names).toEqual(whole.names);
  });

  it('refuses signals, windows and clocks that mean nothing', () => {
    expect(() => dump({ clockMHz: 100, signals: ['ml_*', 'nothing_*'] })).toThrow(
      "signals 'nothing_*': no signal of the macro is meant [no-such-signal] — use names such as cmd_ready, psum_ready, busy, ml_*, accumulate.*",
    );
    expect(() => dump({ clockMHz: 100, window: { from: 5, to: 4 } })).toThrow(
      'window 5:4: is not a range of clocks [window-out-of-range] — give whole clocks FROM <= TO, from 0',
    );
    // The run has 31 clocks; a window may end beyond it.
    expect(() => dump({ clockMHz: 100, window: { from: 31, to: 40 } })).toThrow(
      'window 31:40: the run has clocks 0 to 30 [window-out-of-range] — give a window that begins within the run',
    );
    expect(parse(dump({ clockMHz: 100, window: { from: 30, to: 40 } })).values.size).toBe(3);
    expect(() => dump({ clockMHz: 0 })).toThrow(
      'clockMHz: is 0 [clock-out-of-range] — give a clock above 0 and up to 100000 MHz',
    );
  });
});
