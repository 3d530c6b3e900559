/** A signal at the end of a waveform. */
export interface SignalValue {
  readonly signal: string;
  /** Bits, the most significant first; x where it was never set. */
  readonly bits: string;
}

/**
 * Last value of each of the signals in a VCD file, in the order in which they are asked for; those that it does not have
 * are left out. Of several scopes with a signal of that name the outermost counts.
 *
 * @param text IEEE 1364-2005, clause 18
 */
export function lastValues(text: string, signals: readonly string[]): readonly SignalValue[] {
  const ids = new Map<string, string>();
  const values = new Map<string, string>();
  const body = text.split('\n');
  for (const line of body) {
    const declared = /^\s*\$var\s+\S+\s+\d+\s+(\S+)\s+(\S+).*\$end/.exec(line);
    if (declared !== null) {
      const [, id, name] = declared;
      if (!ids.has(name)) ids.set(name, id);
      continue;
    }
    const vector = /^b([01xz]+)\s+(\S+)/.exec(line);
    if (vector !== null) values.set(vector[2], vector[1]);
    const scalar = /^([01xz])(\S+)$/.exec(line);
    if (scalar !== null) values.set(scalar[2], scalar[1]);
  }
  return signals.flatMap((signal) => {
    const id = ids.get(signal);
    return id === undefined ? [] : [{ signal, bits: values.get(id) ?? 'x' }];
  });
}

/** A value in hexadecimal, in binary where bits of it are not known. */
export function shortValue({ bits }: SignalValue): string {
  return /^[01]+$/.test(bits) ? `0x${BigInt(`0b${bits}`).toString(16)}` : bits;
}
