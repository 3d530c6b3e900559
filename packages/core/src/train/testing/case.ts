import type { Emitter, Value } from '../emitter.ts';
import type { Applied } from '../operator.ts';
import { Random } from '../random.ts';
import { operators, type OperatorAttributes, type OperatorName } from '../registry.ts';
import * as naive from './naive.ts';

/** One application of an operator, held against its naive twin. */
export interface Case {
  readonly title: string;
  readonly inputs: readonly naive.Naive[];
  /** Inputs that gradients are checked for. */
  readonly differentiable: readonly number[];
  readonly apply: (emitter: Emitter, inputs: readonly Value[]) => Applied;
  /** Forward computation; `frozen` is where rounding was decided. */
  readonly reference: (inputs: readonly naive.Naive[], frozen: readonly naive.Naive[]) => naive.Naive;
  /** Factor between the derivative and the gradient that the rule must give (LSQ's gradient scale), default 1. */
  readonly gradientScale?: readonly number[];
}

/** Values of float32 between two bounds, so that both implementations see the same numbers. */
export function random(name: string, shape: readonly number[], low = -1, high = 1): naive.Naive {
  const source = new Random(7, name);
  const data = Float64Array.from({ length: naive.size(shape) }, () =>
    Math.fround(low + (high - low) * source.unit()),
  );
  return { shape, data };
}

/** An operator with its attributes. */
export function apply<Name extends OperatorName>(
  name: Name,
  attributes: OperatorAttributes[Name],
): Case['apply'] {
  return (emitter, inputs) => operators[name].apply(emitter, inputs, attributes);
}
