import wavedrom from 'wavedrom';
import { chipPreset, macroSpec, type MacroSpec } from '@tally/core';
import { advance } from '../packages/core/src/macro/advance.ts';
import type { MacroCommand } from '../packages/core/src/macro/command.ts';
import { createMacro } from '../packages/core/src/macro/machine.ts';
import { emptyOutputs, initialState } from '../packages/core/src/macro/state.ts';

/** Timing diagrams of the documentation: what the simulator does, as WaveDrom's JSON (https://wavedrom.com) and SVG. */

interface Lane {
  readonly name: string;
  readonly wave: string;
  readonly data?: readonly string[];
}
export interface WaveJson {
  readonly head: { readonly text: string; readonly tick: number };
  readonly config: { readonly hscale: number };
  readonly signal: readonly (Lane | Record<string, never>)[];
}

type Value = boolean | number | string | null;
type Sample = Readonly<Record<string, Value>>;

/** One lane a name over all samples: bits as levels, everything else as boxes, null as unknown. */
function laneOf(name: string, samples: readonly Sample[]): Lane {
  const data: string[] = [];
  const wave = samples.map((sample, clock) => {
    const value = sample[name];
    if (clock > 0 && value === samples[clock - 1][name]) return '.';
    if (value === null) return 'x';
    if (typeof value === 'boolean') return value ? '1' : '0';
    data.push(String(value));
    return '=';
  });
  return { name, wave: wave.join(''), ...(data.length === 0 ? {} : { data }) };
}

function waveOf(text: string, samples: readonly Sample[], names: readonly string[], hscale = 1): WaveJson {
  const clock: Lane = { name: 'clk', wave: `p${'.'.repeat(samples.length - 1)}` };
  const lanes = names.map((name) => (name === '' ? {} : laneOf(name, samples)));
  return { head: { text, tick: 0 }, config: { hscale }, signal: [clock, ...lanes] };
}

/** The published chip with 8 entries: 9 searches, 1 rescale slot, 2 clocks of window overhead. */
function eightEntries(): MacroSpec {
  return { ...macroSpec(chipPreset('zhu2020')), entries: 8 };
}

const WEIGHTS = Int8Array.of(3, -2, 1, 0, -1, 2, 3, 1);
const ACTIVATIONS = Uint8Array.of(1, 3, 2, 1, 0, 2, 3, 1);

function command(wishes: Partial<MacroCommand>): MacroCommand {
  return {
    weightSlot: 0,
    activationSlot: 0,
    thresholdSlot: 0,
    weightRow: null,
    activationRow: null,
    thresholdRow: null,
    accumulator: 0,
    shift: 0,
    clear: true,
    restore: false,
    emit: false,
    final: false,
    windowEnd: false,
    ...wishes,
  };
}

/** Offers the commands one after the other from clock 1 on; what each clock shows. */
function simulate(
  commands: readonly MacroCommand[],
  clocks: number,
  outReady: (clock: number) => boolean = () => true,
): readonly Sample[] {
  const macro = createMacro(eightEntries());
  const state = initialState(macro);
  const outputs = emptyOutputs();
  const hex = (word: number) => word.toString(16).padStart(2, '0');
  const samples: Sample[] = [];
  let next = 0;
  let [pend, run]: [string | null, string | null] = [null, null];
  for (let clock = 0; clock < clocks; clock++) {
    const offered = clock > 0 ? (commands[next] ?? null) : null;
    const before = structuredClone(state);
    advance(macro, state, { command: offered, psum: null, outReady: outReady(clock), reset: false }, outputs);
    const { phase, runValid, a, p, v } = before;
    const key = runValid && phase < macro.searches ? macro.keys[phase] : null;
    samples.push({
      cmd_valid: offered !== null,
      cmd_ready: outputs.cmdReady,
      'cmd_*': offered === null ? null : `step ${next}`,
      pend_valid_q: before.pendValid,
      'pend_*': before.pendValid ? pend : null,
      run_valid_q: runValid,
      'run_*': runValid ? run : null,
      phase_q: runValid ? phase : null,
      'key (m, v)': key == null ? null : `${key.magnitude},${key.activation}`,
      ml_pos_q: hex(before.matchPositive[0]),
      ml_neg_q: hex(before.matchNegative[0]),
      cnt_pos_q: before.countPositive,
      cnt_neg_q: before.countNegative,
      product_q: before.product,
      vsum_q: before.vectorSum,
      v_transfer_q: v.transfer,
      p_transfer_q: p.transfer,
      a_emit_q: a.emit,
      'psum_q[0]': before.partialSums[0],
      'acc_q[0]': before.accumulators[0],
      out_valid: outputs.outValid,
      out_ready: outReady(clock),
      out_data: outputs.outValid ? outputs.outData : null,
      advance: outputs.advance,
    });
    const started = outputs.advance && before.pendValid && state.runValid && state.phase === 0;
    if (started) run = pend;
    if (outputs.commandTaken) {
      pend = `step ${next}`;
      next++;
    }
  }
  return samples;
}

/** Three steps; the last loads the weight slot that the one before it still searches. */
function commandTake(): WaveJson {
  const samples = simulate(
    [
      command({ weightRow: WEIGHTS, activationRow: ACTIVATIONS }),
      command({ weightSlot: 1, weightRow: WEIGHTS }),
      command({ weightSlot: 1, weightRow: WEIGHTS }),
    ],
    36,
  );
  return waveOf(
    'Commands are taken: step 2 loads the slot of step 1, and waits until that one has searched it for the last time',
    samples,
    ['cmd_valid', 'cmd_ready', 'cmd_*', '', 'pend_valid_q', 'pend_*', 'run_valid_q', 'run_*', 'phase_q'],
  );
}

function oneStep(): WaveJson {
  const samples = simulate([command({ weightRow: WEIGHTS, activationRow: ACTIVATIONS, emit: true })], 22);
  const lanes = ['cmd_valid', 'phase_q', 'key (m, v)', '', 'ml_pos_q', 'ml_neg_q', 'cnt_pos_q', 'cnt_neg_q'];
  const behind = ['product_q', 'vsum_q', 'v_transfer_q', 'psum_q[0]', 'p_transfer_q', 'acc_q[0]', 'a_emit_q'];
  return waveOf(
    'One step of 8 entries: w = 3, -2, 1, 0, -1, 2, 3, 1; a = 1, 3, 2, 1, 0, 2, 3, 1; sum of w a = 13',
    samples,
    [...lanes, ...behind, '', 'out_valid', 'out_data'],
    1.2,
  );
}

function windowEnd(): WaveJson {
  const samples = simulate(
    [
      command({ weightRow: WEIGHTS, activationRow: ACTIVATIONS, emit: true, windowEnd: true }),
      command({ emit: true }),
    ],
    34,
  );
  const lanes = [
    'cmd_*',
    'run_*',
    'phase_q',
    '',
    'p_transfer_q',
    'acc_q[0]',
    'a_emit_q',
    'out_valid',
    'out_data',
  ];
  return waveOf(
    'Step 0 ends a window: its result leaves with the last of two more slots; step 1 does not',
    samples,
    lanes,
  );
}

function freeze(): WaveJson {
  const samples = simulate(
    [command({ weightRow: WEIGHTS, activationRow: ACTIVATIONS, emit: true }), command({ emit: true })],
    33,
    (clock) => clock < 17 || clock > 22,
  );
  const lanes = [
    'out_valid',
    'out_ready',
    'out_data',
    'advance',
    '',
    'run_*',
    'phase_q',
    'cnt_pos_q',
    'vsum_q',
  ];
  return waveOf(
    'A result is not taken: the macro freezes as a whole, and goes on where it was',
    samples,
    lanes,
  );
}

/** By hand, after packages/core/src/rtl/axi/axi-lite.ts: data first, then the address; the write takes a clock, then the answer. */
function axiWrite(): WaveJson {
  const lanes: readonly Lane[] = [
    { name: 'aclk', wave: 'p........' },
    { name: 's_axil_awvalid', wave: '0..10....' },
    { name: 's_axil_awready', wave: '1...01...' },
    { name: 's_axil_awaddr', wave: 'x..=x....', data: ['008'] },
    { name: 's_axil_wvalid', wave: '010......' },
    { name: 's_axil_wready', wave: '1.0..1...' },
    { name: 's_axil_wdata', wave: 'x=x......', data: ['1'] },
    { name: 's_axil_bvalid', wave: '0....1.0.' },
    { name: 's_axil_bready', wave: '0.....10.' },
    { name: 's_axil_bresp', wave: 'x....=.x.', data: ['OKAY'] },
    { name: 'ENABLE', wave: '0....1...' },
  ];
  const text = 'A write to CONTROL through AXI4-Lite: data and address come in either order';
  return { head: { text, tick: 0 }, config: { hscale: 1.4 }, signal: lanes };
}

function svg(source: WaveJson): string {
  const tree = wavedrom.renderAny(0, source, wavedrom.waveSkin);
  return `${wavedrom.onml.stringify(tree)}\n`;
}

/** File name under hw/macro/doc/waves and content of every diagram: JSON and SVG. */
export function waveFiles(): readonly (readonly [file: string, text: string])[] {
  const diagrams = {
    'command-take': commandTake(),
    'one-step': oneStep(),
    'window-end': windowEnd(),
    freeze: freeze(),
    'axi-write': axiWrite(),
  };
  return Object.entries(diagrams).flatMap(([name, source]) => [
    [`${name}.json`, `${JSON.stringify(source, null, 2)}\n`] as const,
    [`${name}.svg`, svg(source)] as const,
  ]);
}
