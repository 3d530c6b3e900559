import type { EvaluationContext } from '../../operator.ts';
import { roundHalfEven } from '../support/elements.ts';
import { unsupported } from '../support/problem.ts';

/** Rounding modes of QONNX by name; HALF_UP and HALF_DOWN act on the magnitude. */
const MODES: ReadonlyMap<string, (x: number) => number> = new Map([
  ['ROUND', roundHalfEven],
  ['HALF_EVEN', roundHalfEven],
  ['CEIL', Math.ceil],
  ['FLOOR', Math.floor],
  ['UP', (x: number) => Math.sign(x) * Math.ceil(Math.abs(x))],
  ['DOWN', Math.trunc],
  ['ROUND_TO_ZERO', Math.trunc],
  ['HALF_UP', (x: number) => Math.sign(x) * Math.floor(Math.abs(x) + 0.5)],
  ['HALF_DOWN', (x: number) => Math.sign(x) * Math.ceil(Math.abs(x) - 0.5)],
]);

/** The function of the node's `rounding_mode` (upper or lower case), `fallback` when not stated. */
export function roundingOf(context: EvaluationContext, fallback: string): (x: number) => number {
  const attribute = context.node.attributes.get('rounding_mode');
  const name =
    attribute === undefined ? fallback : attribute.kind === 'string' ? attribute.value : attribute.kind;
  return (
    MODES.get(name.toUpperCase()) ??
    unsupported(
      context,
      `attribute 'rounding_mode' is '${name}'`,
      `use one of ${[...MODES.keys()].join(', ')}`,
    )
  );
}

/** Integers of a bit width: QONNX's `narrow` takes off the least when signed, else the greatest. */
export function levelRange(
  bits: number,
  signed: boolean,
  narrow: boolean,
): readonly [low: number, high: number] {
  if (signed) return [-(2 ** (bits - 1)) + (narrow ? 1 : 0), 2 ** (bits - 1) - 1];
  return [0, 2 ** bits - (narrow ? 2 : 1)];
}
