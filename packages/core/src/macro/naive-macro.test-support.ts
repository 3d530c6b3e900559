import type { MacroSpec } from '../chip/index.ts';
import type { MacroCommand } from './command.ts';

/**
 * The macro a second time, entry by entry and register by register, straight from hw/macro/doc/theory-of-operation.md and
 * with nothing shared with the simulator: what `advance` is held against. Registers are kept by the circuit's names.
 */
export interface NaiveInputs {
  readonly command: MacroCommand | null;
  readonly psum: number | null;
  readonly outReady: boolean;
  readonly reset: boolean;
}

interface Key {
  readonly m: number;
  readonly a: number;
}

interface Class {
  readonly value: number;
  readonly keys: readonly Key[];
}

const FIELDS = [
  'weight_slot',
  'activation_slot',
  'threshold_slot',
  'accumulator',
  'shift',
  'clear',
  'restore',
  'emit',
  'final',
  'window_end',
];

/** The table "Search keys". */
export function naiveClasses(spec: MacroSpec): readonly Class[] {
  const M = spec.maxMagnitude;
  const V = spec.maxActivation;
  const classes: Class[] = [];
  switch (spec.scheme) {
    case 'ordered-pairs':
      for (let m = 1; m <= M; m++)
        for (let v = 1; v <= V; v++) classes.push({ value: m * v, keys: [{ m, a: v }] });
      return classes;
    case 'unordered-pairs':
      for (let x = 1; x <= Math.max(M, V); x++) {
        for (let y = x; y <= Math.max(M, V); y++) {
          const keys: Key[] = [];
          if (x <= M && y <= V) keys.push({ m: x, a: y });
          if (x !== y && y <= M && x <= V) keys.push({ m: y, a: x });
          if (keys.length > 0) classes.push({ value: x * y, keys });
        }
      }
      return classes;
    case 'distinct-products':
      for (let p = 1; p <= M * V; p++) {
        const keys: Key[] = [];
        for (let m = 1; m <= M; m++) if (p % m === 0 && p / m <= V) keys.push({ m, a: p / m });
        if (keys.length > 0) classes.push({ value: p, keys });
      }
      return classes;
    case 'weight-bit-planes':
      for (let m = 1; m <= M; m++)
        for (let j = 0; j < spec.activationBits; j++)
          classes.push({ value: m * 2 ** j, keys: [{ m, a: j }] });
      return classes;
    default:
      return spec.scheme satisfies never;
  }
}

function blank(slots: number, entries: number): number[][] {
  return Array.from({ length: slots }, () => new Array<number>(entries).fill(0));
}

export class NaiveMacro {
  /** Registers after the last edge, all numbers; match lines as one 0 or 1 per entry. */
  q: Record<string, number> = {};
  mlPos: number[];
  mlNeg: number[];
  wires: Record<string, number> = {};
  writes: Record<string, number> = {};
  private readonly spec: MacroSpec;
  private readonly classes: readonly Class[];
  private readonly keys: readonly (Key & {
    readonly k: number;
    readonly first: boolean;
    readonly last: boolean;
  })[];
  private readonly weights: number[][];
  private readonly activations: number[][];
  private readonly thresholds: number[][];
  private readonly falling: boolean[] = [];
  private readonly psums: number[];
  private readonly accs: number[];

  constructor(spec: MacroSpec) {
    this.spec = spec;
    this.classes = naiveClasses(spec);
    this.keys = this.classes.flatMap(({ keys }, k) =>
      keys.map((key, i) => ({ ...key, k, first: i === 0, last: i === keys.length - 1 })),
    );
    this.weights = blank(spec.weightSlots, spec.entries);
    this.activations = blank(spec.activationSlots, spec.entries);
    this.thresholds = blank(spec.thresholdSlots, spec.thresholds);
    this.psums = new Array<number>(spec.partialSums).fill(0);
    this.accs = new Array<number>(spec.partialSums).fill(0);
    this.mlPos = new Array<number>(spec.entries).fill(0);
    this.mlNeg = new Array<number>(spec.entries).fill(0);
  }

  private get(name: string): number {
    return this.q[`${name}_q`] ?? 0;
  }

  private wireValues(inputs: NaiveInputs): Record<string, number> {
    const { spec, keys } = this;
    const get = (name: string): number => this.get(name);
    const S = keys.length;
    const lastSlot = S + spec.rescaleSlots - 1 + (get('run_window_end') ? spec.windowOverheadCycles : 0);
    const blocked = get('out_valid') && !inputs.outReady;
    const needs = get('p_transfer') && get('p_restore');
    const advance = !blocked && !(needs && inputs.psum === null);
    const runEnds = get('run_valid') && get('phase') === lastSlot;
    const pendGoes = get('pend_valid') && (!get('run_valid') || runEnds);
    const clash = (operand: 'weight' | 'activation'): boolean => {
      if (inputs.command === null) return false;
      const loads =
        operand === 'weight' ? inputs.command.weightRow !== null : inputs.command.activationRow !== null;
      const slot = operand === 'weight' ? inputs.command.weightSlot : inputs.command.activationSlot;
      const pending = get('pend_valid') && get(`pend_${operand}_slot`) === slot;
      const running = get('run_valid') && get('phase') < S - 1 && get(`run_${operand}_slot`) === slot;
      return loads && Boolean(pending || running);
    };
    const ready =
      !inputs.reset &&
      advance &&
      (!get('pend_valid') || pendGoes) &&
      !clash('weight') &&
      !clash('activation');
    const busy = ['pend_valid', 'run_valid', 'out_valid']
      .concat(...['m', 'c', 'x', 'v', 'p', 'a'].map((s) => [`${s}_search`, `${s}_transfer`, `${s}_emit`]))
      .some((name) => get(name) === 1);
    return {
      cmd_ready: Number(ready),
      psum_ready: Number(needs && !blocked && !inputs.reset),
      busy: Number(busy),
      advance: Number(advance),
      runEnds: Number(runEnds),
      pendGoes: Number(pendGoes),
      lastSlot,
    };
  }

  clock(inputs: NaiveInputs): void {
    const wires = this.wireValues(inputs);
    this.wires = wires;
    this.writes = {};
    const next: Record<string, number> = { ...this.q };
    if (inputs.reset) {
      for (const name of Object.keys(next)) if (/_(valid|search|transfer|emit)_q$/.test(name)) next[name] = 0;
    } else if (wires['advance'] === 0) {
      if (inputs.outReady) next['out_valid_q'] = 0;
    } else {
      this.datapath(inputs, next);
      this.controller(inputs, next);
    }
    this.q = next;
  }

  private datapath(inputs: NaiveInputs, next: Record<string, number>): void {
    const { spec, wires } = this;
    const get = (name: string): number => this.get(name);
    const popcount = (lines: readonly number[]): number => lines.reduce((sum, line) => sum + line, 0);
    const oldAccs = [...this.accs];
    const oldPsums = [...this.psums];
    // 7
    next['out_valid_q'] = get('a_emit');
    if (get('a_emit')) {
      const sum = oldAccs[get('a_accumulator')];
      const slot = get('a_threshold_slot');
      const code = this.thresholds[slot].filter((t) => (this.falling[slot] ? sum <= t : sum >= t)).length;
      next['out_is_code_q'] = get('a_final');
      next['out_data_q'] = get('a_final') ? code : sum;
    }
    // 6
    if (get('p_transfer')) {
      const at = get('p_accumulator');
      const base = get('p_clear') ? 0 : get('p_restore') ? (inputs.psum ?? NaN) : oldAccs[at];
      this.accs[at] = base + oldPsums[at] * 2 ** get('p_shift');
      this.writes = { ...this.writes, acc_q_written: 1, acc_q_index: at, acc_q_value: this.accs[at] };
    }
    // 5
    if (get('v_transfer')) {
      const at = get('v_accumulator');
      this.psums[at] = get('vsum');
      this.writes = { ...this.writes, psum_q_written: 1, psum_q_index: at, psum_q_value: get('vsum') };
    }
    // 4, 3, 2
    if (get('x_cls_last')) next['vsum_q'] = (get('x_vec_first') ? 0 : get('vsum')) + get('product');
    if (get('c_cls_last'))
      next['product_q'] = this.classes[get('c_class')].value * (get('cnt_pos') - get('cnt_neg'));
    if (get('m_search')) {
      next['cnt_pos_q'] = (get('m_cls_first') ? 0 : get('cnt_pos')) + popcount(this.mlPos);
      next['cnt_neg_q'] = (get('m_cls_first') ? 0 : get('cnt_neg')) + popcount(this.mlNeg);
    }
    // Stages hand on.
    const emitted = ['emit', 'final', 'accumulator', 'threshold_slot'];
    const transferred = [...emitted, 'transfer', 'shift', 'clear', 'restore'];
    const handed: Record<string, readonly string[]> = {
      mc: [...transferred, 'cls_last', 'vec_first', 'class'],
      cx: [...transferred, 'cls_last', 'vec_first'],
      xv: transferred,
      vp: transferred,
      pa: emitted,
    };
    for (const [[from, to], fields] of Object.entries(handed))
      for (const field of fields) next[`${to}_${field}_q`] = get(`${from}_${field}`);
    // 1
    const phase = get('phase');
    const running = get('run_valid') === 1;
    const key = running && phase < this.keys.length ? this.keys[phase] : null;
    next['m_search_q'] = Number(key !== null);
    next['m_cls_first_q'] = Number(key?.first ?? false);
    next['m_cls_last_q'] = Number(key?.last ?? false);
    next['m_vec_first_q'] = Number(key?.k === 0);
    next['m_class_q'] = key?.k ?? 0;
    next['m_transfer_q'] = Number(running && phase === this.keys.length + spec.rescaleSlots - 1);
    next['m_emit_q'] = Number(running && get('run_emit') === 1 && phase === wires['lastSlot']);
    for (const field of ['accumulator', 'shift', 'clear', 'restore', 'final', 'threshold_slot'])
      next[`m_${field}_q`] = get(`run_${field}`);
    const w = this.weights[get('run_weight_slot')];
    const a = this.activations[get('run_activation_slot')];
    const matches = (i: number): boolean => {
      if (key === null || Math.abs(w[i]) !== key.m) return false;
      return spec.scheme === 'weight-bit-planes' ? (a[i] >> key.a) % 2 === 1 : a[i] === key.a;
    };
    this.mlPos = w.map((weight, i) => Number(weight > 0 && matches(i)));
    this.mlNeg = w.map((weight, i) => Number(weight < 0 && matches(i)));
  }

  private controller({ command }: NaiveInputs, next: Record<string, number>): void {
    const { wires, spec } = this;
    const take = command !== null && wires['cmd_ready'] === 1;
    if (wires['pendGoes']) {
      for (const field of FIELDS) next[`run_${field}_q`] = this.get(`pend_${field}`);
      next['phase_q'] = 0;
    } else if (this.get('run_valid') && !wires['runEnds']) {
      next['phase_q'] = this.get('phase') + 1;
    }
    next['run_valid_q'] = Number(wires['pendGoes'] || (this.get('run_valid') && !wires['runEnds']));
    next['pend_valid_q'] = Number(take || (this.get('pend_valid') && !wires['pendGoes']));
    if (!take) return;
    const values = [
      command.weightSlot,
      command.activationSlot,
      command.thresholdSlot,
      command.accumulator,
      command.shift,
      Number(command.clear),
      Number(command.restore),
      Number(command.emit),
      Number(command.final),
      Number(command.windowEnd),
    ];
    for (const [i, field] of FIELDS.entries()) next[`pend_${field}_q`] = values[i];
    const digits = (row: { readonly digits: ArrayLike<number> } | ArrayLike<number>): number[] => {
      const given = Array.from('digits' in row ? row.digits : row);
      return Array.from({ length: spec.entries }, (_, i) => given[i] ?? 0);
    };
    if (command.weightRow !== null) this.weights[command.weightSlot] = digits(command.weightRow);
    if (command.activationRow !== null)
      this.activations[command.activationSlot] = digits(command.activationRow);
    if (command.thresholdRow !== null) {
      this.thresholds[command.thresholdSlot] = [...command.thresholdRow.thresholds];
      this.falling[command.thresholdSlot] = command.thresholdRow.falling;
    }
  }

  /** Value of an observed signal. */
  value(name: string): number | bigint {
    const lines = name === 'ml_pos_q' ? this.mlPos : name === 'ml_neg_q' ? this.mlNeg : null;
    if (lines !== null) {
      let value = 0n;
      for (const [i, line] of lines.entries()) if (line === 1) value |= 1n << BigInt(i);
      return this.spec.entries > 32 ? value : Number(value);
    }
    if (/^(psum|acc)_q_/.test(name)) return this.writes[name] ?? 0;
    return name.endsWith('_q') ? (this.q[name] ?? 0) : this.wires[name];
  }
}
