import { fail } from '../diagnostics/index.ts';
import { popcountWords } from './bits.ts';
import type { Macro } from './machine.ts';

/**
 * A weight row as the simulator stores it: one mask of entries per magnitude and sign. Packed once, stored often. The
 * digits are kept by reference and must not change afterwards.
 */
export interface PackedWeightRow {
  readonly kind: 'packed-weight-row';
  readonly digits: Int8Array;
  /** Entries with weight +m (-m): words `(m - 1) * words` to `m * words`, entry i in bit i % 32 of word i / 32. */
  readonly positive: Int32Array;
  readonly negative: Int32Array;
  /** Entries with a weight other than 0, and how many. */
  readonly nonzero: Int32Array;
  readonly nonzeros: number;
}

/** An activation row as the simulator stores it. The digits are kept by reference and must not change afterwards. */
export interface PackedActivationRow {
  readonly kind: 'packed-activation-row';
  readonly digits: Uint8Array;
  /** Entries with activation v at `(v - 1) * words`; bit planes: entries with bit j at `j * words`. */
  readonly masks: Int32Array;
  /** Entries with an activation other than 0, and how many. */
  readonly nonzero: Int32Array;
  readonly nonzeros: number;
}

function checkLength(macro: Macro, what: string, length: number): void {
  if (length <= macro.spec.entries) return;
  fail(
    'row-too-long',
    `macro ${macro.spec.chip}: ${what} row`,
    `holds ${length} digits, the macro has ${macro.spec.entries} entries`,
    'cut dot products into vectors of at most that many entries',
  );
}

function refuseDigit(macro: Macro, what: string, entry: number, digit: number, range: string): never {
  return fail(
    'digit-out-of-range',
    `macro ${macro.spec.chip}: ${what} row, entry ${entry}`,
    `is ${digit}, the entries hold ${range}`,
    'cut operands into digits with digitPlan',
  );
}

/**
 * Packs and checks a weight row.
 *
 * @throws TallyError `row-too-long`, `digit-out-of-range`
 */
export function packWeightRow(macro: Macro, digits: Int8Array): PackedWeightRow {
  const { words, spec } = macro;
  checkLength(macro, 'weight', digits.length);
  const half = 2 ** (spec.weightBits - 1);
  const least = spec.weightSystem === 'sign-magnitude' ? 1 - half : -half;
  const positive = new Int32Array(spec.maxMagnitude * words);
  const negative = new Int32Array(spec.maxMagnitude * words);
  const nonzero = new Int32Array(words);
  for (let i = 0; i < digits.length; i++) {
    const digit = digits[i];
    if (digit === 0) continue;
    if (digit < least || digit >= half) refuseDigit(macro, 'weight', i, digit, `${least} to ${half - 1}`);
    const word = i >> 5;
    const bit = 1 << (i & 31);
    if (digit > 0) positive[(digit - 1) * words + word] |= bit;
    else negative[(-digit - 1) * words + word] |= bit;
    nonzero[word] |= bit;
  }
  const nonzeros = popcountWords(nonzero, 0, words);
  return { kind: 'packed-weight-row', digits, positive, negative, nonzero, nonzeros };
}

/**
 * Packs and checks an activation row.
 *
 * @throws TallyError `row-too-long`, `digit-out-of-range`
 */
export function packActivationRow(macro: Macro, digits: Uint8Array): PackedActivationRow {
  const { words, spec, activationMasks } = macro;
  checkLength(macro, 'activation', digits.length);
  const planes = spec.search === 'bit-plane';
  const masks = new Int32Array(activationMasks * words);
  const nonzero = new Int32Array(words);
  for (let i = 0; i < digits.length; i++) {
    const digit = digits[i];
    if (digit === 0) continue;
    if (digit > spec.maxActivation) refuseDigit(macro, 'activation', i, digit, `0 to ${spec.maxActivation}`);
    const word = i >> 5;
    const bit = 1 << (i & 31);
    if (planes) {
      for (let j = 0; j < activationMasks; j++) if ((digit >> j) & 1) masks[j * words + word] |= bit;
    } else {
      masks[(digit - 1) * words + word] |= bit;
    }
    nonzero[word] |= bit;
  }
  const nonzeros = popcountWords(nonzero, 0, words);
  return { kind: 'packed-activation-row', digits, masks, nonzero, nonzeros };
}

/** The packed form of a row that may be packed already. */
export function packedWeights(macro: Macro, row: Int8Array | PackedWeightRow): PackedWeightRow {
  return row instanceof Int8Array ? packWeightRow(macro, row) : row;
}

/** The packed form of a row that may be packed already. */
export function packedActivations(macro: Macro, row: Uint8Array | PackedActivationRow): PackedActivationRow {
  return row instanceof Uint8Array ? packActivationRow(macro, row) : row;
}
