import { fail } from '../diagnostics/index.ts';
import { readSignal } from './trace.ts';
import type { TraceLayout, TraceSignal } from './trace-layout.ts';

export interface VcdOptions {
  /** Clock of the macro in MHz; a period is rounded to whole picoseconds. */
  readonly clockMHz: number;
  /** Names of signals, `*` any letters and `?` any letter, with or without their scope (`match.ml_*`); left out: all. */
  readonly signals?: readonly string[];
  /** Clocks to show, 0-based, both included; left out: all. */
  readonly window?: { readonly from: number; readonly to: number };
}

/** Scopes by what the names of their signals begin with; the first that fits. */
const SCOPES = [
  ['controller', /^(pend|run|phase)_/],
  ['match', /^(m|ml)_/],
  ['count', /^(c|cnt)_/],
  ['multiply', /^(x|product)_/],
  ['vector_sum', /^(v|vsum)_/],
  ['partial_sum', /^(p_|psum_q)/],
  ['accumulate', /^(a|acc)_/],
  ['output', /^out_/],
  ['ports', /./],
] as const;

function scopeOf(name: string): string {
  return SCOPES.find(([, pattern]) => pattern.test(name))?.[0] ?? 'ports';
}

/** True when a glob stands for the signal. */
function matchesGlob(glob: string, name: string): boolean {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  const pattern = new RegExp(`^${source}$`);
  return pattern.test(name) || pattern.test(`${scopeOf(name)}.${name}`);
}

/** Identifier codes of IEEE 1364: printable characters from `!`, the shortest first. */
function identifier(index: number): string {
  let code = '';
  for (let rest = index; ; rest = Math.floor(rest / 94) - 1) {
    code += String.fromCharCode(33 + (rest % 94));
    if (rest < 94) return code;
  }
}

interface Variable {
  readonly signal: TraceSignal;
  readonly id: string;
}

function chooseSignals(layout: TraceLayout, globs: readonly string[] | undefined): readonly TraceSignal[] {
  if (globs === undefined) return layout.signals;
  for (const glob of globs) {
    if (layout.signals.some(({ name }) => matchesGlob(glob, name))) continue;
    fail(
      'no-such-signal',
      `signals '${glob}'`,
      `no signal of the macro is meant`,
      `use names such as ${layout.signals
        .slice(0, 3)
        .map(({ name }) => name)
        .join(', ')}, ml_*, accumulate.*`,
    );
  }
  return layout.signals.filter(({ name }) => globs.some((glob) => matchesGlob(glob, name)));
}

function checkOptions({ clockMHz, window }: VcdOptions): void {
  if (!(clockMHz > 0 && clockMHz <= 1e5))
    fail('clock-out-of-range', 'clockMHz', `is ${clockMHz}`, 'give a clock above 0 and up to 100000 MHz');
  if (window === undefined) return;
  const whole = Number.isInteger(window.from) && Number.isInteger(window.to);
  if (whole && window.from >= 0 && window.to >= window.from) return;
  fail(
    'window-out-of-range',
    `window ${window.from}:${window.to}`,
    'is not a range of clocks',
    'give whole clocks FROM <= TO, from 0',
  );
}

/**
 * Writes records as a value change dump (IEEE 1364). Clock t begins with its rising edge at time t * period: the registers
 * take the values of record t - 1 (before the first: 0), the wires those of record t. Only what changes is written. An array
 * shows as the entry that was written.
 */
export class VcdWriter {
  private readonly layout: TraceLayout;
  private readonly variables: readonly Variable[];
  private readonly hasWindow: boolean;
  private readonly from: number;
  private readonly to: number;
  private readonly period: number;
  private readonly before: Uint32Array;
  private readonly shown: (string | null)[];
  private clock = 0;

  /** @throws TallyError `no-such-signal`, `clock-out-of-range`, `window-out-of-range` */
  constructor(layout: TraceLayout, options: VcdOptions) {
    checkOptions(options);
    this.layout = layout;
    this.variables = chooseSignals(layout, options.signals).map((signal, i) => ({
      signal,
      id: identifier(i + 1),
    }));
    this.hasWindow = options.window !== undefined;
    this.from = options.window?.from ?? 0;
    this.to = options.window?.to ?? Infinity;
    this.period = Math.max(2, Math.round(1e6 / options.clockMHz));
    this.before = new Uint32Array(layout.words);
    this.shown = this.variables.map(() => null);
  }

  /** Everything up to the first clock. */
  header(): string {
    const lines = [
      '$version Tally $end',
      `$comment macro of chip ${this.layout.chip} $end`,
      '$timescale 1 ps $end',
      '$scope module tally_core $end',
      `$var wire 1 ${identifier(0)} clk $end`,
    ];
    for (const [scope] of SCOPES) {
      const inside = this.variables.filter(({ signal }) => scopeOf(signal.name) === scope);
      if (inside.length === 0) continue;
      lines.push(`$scope module ${scope} $end`);
      for (const { signal, id } of inside) {
        const range = signal.bits > 1 ? ` [${signal.bits - 1}:0]` : '';
        const type = signal.kind === 'wire' ? 'wire' : 'reg';
        lines.push(`$var ${type} ${signal.bits} ${id} ${signal.name}${range} $end`);
      }
      lines.push('$upscope $end');
    }
    lines.push('$upscope $end', '$enddefinitions $end', '');
    return lines.join('\n');
  }

  /** What changes with the next clock, whose record is given; empty outside of the window. */
  record(record: Uint32Array, offset = 0): string {
    const { clock, before, layout } = this;
    const text = clock < this.from || clock > this.to ? '' : this.dump(record, offset);
    before.set(record.subarray(offset, offset + layout.words));
    this.clock++;
    return text;
  }

  /**
   * The registers after the last clock.
   *
   * @throws TallyError `window-out-of-range` where the run ended before the window began
   */
  end(): string {
    if (this.clock <= this.from) {
      if (!this.hasWindow) return '';
      fail(
        'window-out-of-range',
        `window ${this.from}:${this.to}`,
        this.clock === 0 ? 'the run has no clock' : `the run has clocks 0 to ${this.clock - 1}`,
        'give a window that begins within the run',
      );
    }
    const last = Math.min(this.clock, this.to + 1);
    const time = `#${last * this.period}\n`;
    return last === this.clock ? `${time}1${identifier(0)}\n${this.changes(null, 0)}` : time;
  }

  private dump(record: Uint32Array, offset: number): string {
    const { clock, period } = this;
    const clk = identifier(0);
    const time = clock * period;
    const changes = this.changes(record, offset);
    const values = clock === this.from ? `$dumpvars\n1${clk}\n${changes}$end\n` : `1${clk}\n${changes}`;
    return `#${time}\n${values}#${time + Math.floor(period / 2)}\n0${clk}\n`;
  }

  /** New values of registers (from the record before) and of wires (from this one; null: none). */
  private changes(record: Uint32Array | null, offset: number): string {
    let text = '';
    for (const [i, { signal, id }] of this.variables.entries()) {
      const wire = signal.kind === 'wire';
      if (wire && record === null) continue;
      const value =
        wire && record !== null ? readBits(signal, record, offset) : readBits(signal, this.before, 0);
      if (value === this.shown[i]) continue;
      this.shown[i] = value;
      text += signal.bits === 1 ? `${value}${id}\n` : `b${value} ${id}\n`;
    }
    return text;
  }
}

/** A signal's bits, without leading zeros. */
function readBits(signal: TraceSignal, record: Uint32Array, offset: number): string {
  return readSignal({ ...signal, signed: false }, record, offset).toString(2);
}

/**
 * The dump of a run as text, piece by piece.
 *
 * @param chunks whole records in order, one or more a piece; each is read before the next is asked for
 * @throws TallyError `no-such-signal`, `clock-out-of-range`, `window-out-of-range`
 */
export function* vcd(
  layout: TraceLayout,
  chunks: Iterable<Uint32Array>,
  options: VcdOptions,
): Generator<string, void, undefined> {
  const writer = new VcdWriter(layout, options);
  yield writer.header();
  for (const chunk of chunks) {
    let text = '';
    for (let offset = 0; offset < chunk.length; offset += layout.words) text += writer.record(chunk, offset);
    if (text !== '') yield text;
  }
  yield writer.end();
}
