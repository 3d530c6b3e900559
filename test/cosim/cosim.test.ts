import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readRecord, traceLayout, type Chip, type Macro, type TraceSignal } from '@tally/core';
import { buildModel } from '../../packages/cli/src/cosim/build-model.ts';
import { cosimulate, type WatchedSegment } from '../../packages/cli/src/cosim/cosimulate.ts';
import { randomHandshakes } from '../../packages/cli/src/cosim/handshakes.ts';
import { randomCommands } from '../../packages/cli/src/cosim/random-commands.ts';
import { randomSegments } from '../../packages/cli/src/cosim/random-segments.ts';
import { seeded } from '../../packages/cli/src/cosim/random.ts';
import { runSegments, type Segment } from '../../packages/cli/src/cosim/session.ts';
import { macroStimulus, type ClockObserver } from '../../packages/cli/src/cosim/stimulus.ts';
import { CACHE, circuitOf, mutation, noVerilator, PAIRS, PLANES, title } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'tally-cosim-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const options = { cache: CACHE, folder, clockMHz: 100 };

describe.skipIf(noVerilator)(title('circuit and simulator'), { timeout: 600_000 }, () => {
  test.each([PAIRS, PLANES])('agree on random layers and commands on $name', async (chip: Chip) => {
    const circuit = circuitOf(chip);
    const result = await cosimulate(circuit, randomSegments(chip, circuit.macro, 24, 1, null), options);
    expect(result.disagreement).toBeNull();
    expect(result.agreed).toHaveLength(24);
    expect(result.agreed.filter(({ segment }) => segment.startsWith('random commands'))).toHaveLength(3);
    // All three dataflows were among them.
    const flows = result.agreed.map(({ segment }) => /, (.*)$/.exec(segment)?.[1]);
    expect(new Set(flows.filter((flow) => flow !== undefined)).size).toBe(3);
    expect(result.clocks).toBeGreaterThan(5000);
  });

  test('every signal of the trace is compared, on the clock on which it differs', async () => {
    const circuit = circuitOf(PAIRS);
    const layout = traceLayout(circuit.macro);
    const program = await buildModel({ ...circuit.source, trace: false }, CACHE);
    const random = seeded(9);
    for (const signal of layout.signals.filter(({ kind }) => kind !== 'array-write')) {
      const clock = random.integer(0, 200);
      const bit = random.integer(0, signal.bits - 1);
      const [{ message }] = await runSegments(program, [tampered(circuit.macro, clock, signal, bit)]);
      expect(message).toMatchObject({ kind: 'difference', clock, signals: [{ signal: signal.name }] });
      if (message.kind !== 'difference') continue;
      expect(message.signals).toHaveLength(1);
      const [{ expected, got }] = message.signals;
      expect(BigInt(expected) ^ BigInt(got)).toBe(1n << BigInt(bit));
    }
  });

  test.each(['psum_q', 'acc_q'])(
    'every entry of %s is compared, after writes told and untold',
    async (name) => {
      const circuit = circuitOf(PAIRS);
      const layout = traceLayout(circuit.macro);
      const program = await buildModel({ ...circuit.source, trace: false }, CACHE);
      const find = (suffix: string) => layout.signals.find((signal) => signal.name === `${name}_${suffix}`)!;
      const records = recordsOf(circuit.macro);
      const clock = records.findIndex((record) => record[`${name}_written`] === 1);
      const [told] = await runSegments(program, [tampered(circuit.macro, clock, find('value'), 3)]);
      const entry = `${name}[${records[clock][`${name}_index`]}]`;
      expect(told.message).toMatchObject({ kind: 'difference', clock, signals: [{ signal: entry }] });
      // The first write that changes an entry known before: not told, it is seen on its clock.
      const known = new Map<unknown, unknown>();
      const change = records.findIndex((record) => {
        if (record[`${name}_written`] !== 1) return false;
        const [index, value] = [record[`${name}_index`], record[`${name}_value`]];
        const changes = known.has(index) && known.get(index) !== value;
        known.set(index, value);
        return changes;
      });
      const [untold] = await runSegments(program, [tampered(circuit.macro, change, find('written'), 0)]);
      const changed = `${name}[${records[change][`${name}_index`]}]`;
      expect(untold.message).toMatchObject({
        kind: 'difference',
        clock: change,
        signals: [{ signal: changed }],
      });
    },
  );

  test('what is left over is an error', async () => {
    const circuit = circuitOf(PAIRS);
    const program = await buildModel({ ...circuit.source, trace: false }, CACHE);
    const whole = commands(circuit.macro);
    const greedy: Segment = {
      name: 'one command more than there were',
      start() {
        const stimulus = whole.start();
        const counts = (): readonly [number, number, number] => {
          const [taken, results, sums] = stimulus.handshakes();
          return [taken + 1, results, sums];
        };
        return { ...stimulus, handshakes: counts };
      },
    };
    const early: Segment = {
      name: 'ends while a command runs',
      start() {
        const stimulus = whole.start();
        let clocks = 0;
        return { ...stimulus, clock: (sink) => clocks++ < 40 && stimulus.clock(sink) };
      },
    };
    const [counted] = await runSegments(program, [greedy]);
    expect(counted.message).toMatchObject({
      kind: 'leftover',
      what: ['commands taken: expected 121, got 120'],
    });
    const [busy] = await runSegments(program, [early]);
    expect(busy.message).toMatchObject({ kind: 'leftover', clock: 40 });
    if (busy.message.kind === 'leftover') expect(busy.message.what).toContain('the circuit is busy');
  });

  test('a broken circuit is caught on the right clock and signal, with waveforms of both', async () => {
    const circuit = circuitOf(
      PAIRS,
      mutation('tally_accumulator.sv', '{{12{psum[11]}}, psum} << p_shift_q', '{{12{psum[11]}}, psum}'),
    );
    const expected = firstLostShift(circuit.macro);
    const { disagreement } = await cosimulate(circuit, [commands(circuit.macro)], options);
    if (disagreement?.message.kind !== 'difference') throw new Error('nothing differed');
    const { clock, signals } = disagreement.message;
    expect({ clock, signal: signals[0].signal }).toEqual(expected);
    expect(signals[0].got).not.toBe(signals[0].expected);
    const { vcd } = disagreement;
    expect([vcd.from, vcd.to]).toEqual([Math.max(0, clock - 50), clock + 10]);
    for (const path of [vcd.circuit, vcd.simulator]) {
      const text = readFileSync(path, 'utf8');
      expect(text).toContain('$enddefinitions');
      expect(text).toMatch(/\$var \w+ +\d+ \S+ cnt_pos_q\b/);
      expect(text.split('\n').filter((line) => line.startsWith('#')).length).toBeGreaterThan(10);
    }
  });
});

/** A stream of random commands, each clock perhaps changed on its way to the harness. */
function commands(macro: Macro, change: ClockObserver = () => undefined): WatchedSegment {
  const startWatched = (observer?: ClockObserver) => {
    const random = seeded(3);
    return macroStimulus(macro, randomCommands(macro.spec, random, 120), randomHandshakes(random), {
      observer: (clock, record, offset) => {
        observer?.(clock, record, offset);
        change(clock, record, offset);
      },
    });
  };
  return { name: 'commands', start: () => startWatched(), startWatched };
}

/** The stream with one bit of what is expected turned over. */
function tampered(macro: Macro, at: number, { word, shift }: TraceSignal, bit: number): Segment {
  const place = shift + bit;
  return commands(macro, (clock, record, offset) => {
    if (clock === at) record[offset + word + (place >>> 5)] ^= 1 << (place & 31);
  });
}

/** Records of the stream as named values. */
function recordsOf(macro: Macro): readonly Readonly<Record<string, number | bigint>>[] {
  const layout = traceLayout(macro);
  const records: Readonly<Record<string, number | bigint>>[] = [];
  const stimulus = commands(macro).startWatched((_, record, offset) => {
    records.push(readRecord(layout, record, offset));
  });
  const sink = { words: new Uint32Array(stimulus.clockWords), at: 0 };
  while (stimulus.clock(sink)) sink.at = 0;
  return records;
}

/**
 * The first clock whose edge accumulates a vector's sum other than 0 with a shift other than 0: the edge reads the `p_`
 * registers that the clock before left, and the partial sum written last.
 */
function firstLostShift(macro: Macro): { readonly clock: number; readonly signal: string } {
  const sums = new Map<number, number>();
  let before: Readonly<Record<string, number | bigint>> = {};
  for (const [clock, now] of recordsOf(macro).entries()) {
    const at = Number(before['p_accumulator_q'] ?? 0);
    if (now['acc_q_written'] === 1 && before['p_shift_q'] !== 0 && (sums.get(at) ?? 0) !== 0)
      return { clock, signal: `acc_q[${at}]` };
    if (now['psum_q_written'] === 1) sums.set(Number(now['psum_q_index']), Number(now['psum_q_value']));
    before = now;
  }
  throw new Error('no clock shifts a sum');
}
