/** A deterministic source of numbers (splitmix32): the same seed gives the same sequence everywhere. */
export interface Random {
  /** Uniform in [0, 1). */
  readonly unit: () => number;
  /** Uniform integer from `least` to `most`, both included. */
  readonly integer: (least: number, most: number) => number;
  /** One of the items. */
  readonly pick: <T>(items: readonly T[]) => T;
  readonly chance: (probability: number) => boolean;
}

/** A {@link Random} that starts from any integers. */
export function seeded(...seeds: readonly number[]): Random {
  let state = seeds.reduce((hash, seed) => mix((hash ^ seed) >>> 0), 0x1234567);
  const unit = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    return mix(state) / 2 ** 32;
  };
  const integer = (least: number, most: number): number => least + Math.floor(unit() * (most - least + 1));
  return {
    unit,
    integer,
    pick: (items) => items[integer(0, items.length - 1)],
    chance: (probability) => unit() < probability,
  };
}

function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return (hash ^ (hash >>> 15)) >>> 0;
}
