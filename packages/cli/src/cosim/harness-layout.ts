import { fail, type TraceLayout, type TraceSignal } from '@tally/core';
import type { PinGroup } from './pins.ts';

/** A signal's place in the record of a clock: word, lowest bit in it, bits; more than 32 bits begin at bit 0. */
export interface Place {
  readonly word: number;
  readonly shift: number;
  readonly bits: number;
}

/** A signal that the harness compares. */
export interface Probe extends Place {
  /** Name in the trace. */
  readonly name: string;
  /** Path in the circuit below the top, instances separated by dots; null: a port of the top. */
  readonly path: string | null;
  /** `wire`: sampled before the clock edge; `register`: after it. */
  readonly kind: 'wire' | 'register';
}

/**
 * A memory whose writes the trace tells: the record holds whether an entry was written on this edge, which, and its
 * value. The harness keeps a copy of all entries ever written and compares them all on every clock.
 */
export interface MemoryProbe {
  readonly name: string;
  readonly path: string;
  readonly bits: number;
  readonly depth: number;
  readonly written: Place;
  readonly index: Place;
  readonly value: Place;
}

/** Everything that the harness's generated part knows. */
export interface HarnessLayout {
  /** Name of the top module. */
  readonly top: string;
  /** Instance of `tally_core` in the top; null: it is the top itself. */
  readonly core: string | null;
  readonly command: PinGroup;
  readonly partialSum: PinGroup;
  readonly recordWords: number;
  readonly probes: readonly Probe[];
  readonly memories: readonly MemoryProbe[];
}

/** A register or memory of the circuit that can be read. */
export interface Observable {
  readonly name: string;
  readonly path: string;
  readonly bits: number;
  /** Entries of a memory; left out or null: a single register. */
  readonly depth?: number | null;
}

/**
 * Brings the simulator's trace and the circuit's registers together by name. Every signal of the trace is compared;
 * what the circuit shows beyond it is not.
 *
 * @throws TallyError `signal-not-in-circuit`, `signal-width-differs`
 */
export function probesOf(
  trace: TraceLayout,
  observables: readonly Observable[],
): Pick<HarnessLayout, 'recordWords' | 'probes' | 'memories'> {
  const byName = new Map(observables.map((observable) => [observable.name, observable]));
  const find = (name: string, bits: number): Observable => {
    const found = byName.get(name);
    if (found === undefined) {
      return fail(
        'signal-not-in-circuit',
        name,
        'the simulator traces it, the circuit does not show it',
        'report it: simulator and circuit follow one contract',
      );
    }
    if (found.bits !== bits) {
      fail(
        'signal-width-differs',
        name,
        `has ${bits} bits in the simulator's trace, ${found.bits} in the circuit`,
        'report it: simulator and circuit follow one contract',
      );
    }
    return found;
  };
  const place = ({ word, shift, bits }: TraceSignal): Place => ({ word, shift, bits });
  const probes: Probe[] = [];
  const memories: MemoryProbe[] = [];
  for (const signal of trace.signals) {
    const { name, kind, bits } = signal;
    switch (kind) {
      case 'wire':
        probes.push({ name, kind, path: null, ...place(signal) });
        break;
      case 'register':
        probes.push({ name, kind, path: find(name, bits).path, ...place(signal) });
        break;
      case 'array-write': {
        if (!name.endsWith('_value')) break;
        const array = name.slice(0, -'_value'.length);
        const part = (suffix: string): Place =>
          place(trace.signals.find((one) => one.name === `${array}_${suffix}`) ?? signal);
        const { path, depth } = find(array, bits);
        memories.push({
          name: array,
          path,
          bits,
          depth: depth ?? 1,
          written: part('written'),
          index: part('index'),
          value: place(signal),
        });
        break;
      }
      default:
        kind satisfies never;
    }
  }
  return { recordWords: trace.words, probes, memories };
}
