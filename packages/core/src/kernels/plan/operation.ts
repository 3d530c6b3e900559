/** Operations of a chain: see `assembly/chain.ts`. */
export const AFFINE = 0;
export const ADD = 1;
export const RELU = 2;
export const STORE = 3;
export const NARROW = 4;
export const THRESHOLD_SHORT_THREE = 5;
export const THRESHOLD_SHORT = 6;
export const THRESHOLD_COMPARE = 7;
export const THRESHOLD_SEARCH = 8;
export const RESIDUAL = 9;
export const THRESHOLD_THREE = 10;
export const THRESHOLD_SEVEN = 11;
export const THRESHOLD_SHORT_SEVEN = 12;

/** An operation's code and its words behind the address of the next. */
export type Operation = readonly [code: number, ...words: number[]];

/** Operations that change the rows they work on. */
const CHANGING: readonly number[] = [AFFINE, ADD, RELU];

/** True when the operation leaves the rows as they are. */
export function onlyReads([code]: Operation): boolean {
  return !CHANGING.includes(code);
}
