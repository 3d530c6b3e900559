/** A deterministic source of numbers for tests (mulberry32): the same seed gives the same sequence everywhere. */
export interface Random {
  /** Uniform in [0, 1). */
  unit(): number;
  /** Uniform integer in `min .. max`, inclusive. */
  integer(min: number, max: number): number;
  /** One of the items, uniformly. */
  pick<const T>(items: readonly [T, ...T[]]): T;
  /** True with the probability. */
  chance(probability: number): boolean;
}

/** A {@link Random} that starts from `seed` (any integer). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (min: number, max: number): number => min + Math.floor(unit() * (max - min + 1));
  return {
    unit,
    integer,
    pick: <const T>(items: readonly [T, ...T[]]): T => items[integer(0, items.length - 1)],
    chance: (probability) => unit() < probability,
  };
}
