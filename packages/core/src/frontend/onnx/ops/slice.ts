import type { EvaluationContext, OnnxOperator } from '../operator.ts';
import { intsAttribute, missing } from './support/attributes.ts';
import { integersOf, optional, required, type Inputs } from './support/inputs.ts';
import { invalid } from './support/problem.ts';
import { normalAxes, offsets, rearrange, shapeText, stridesOf } from './support/shape.ts';

interface Ranges {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly axes: readonly number[] | null;
  readonly steps: readonly number[] | null;
}

/** Attributes before opset 10, inputs since. */
function rangesOf(context: EvaluationContext, inputs: Inputs): Ranges {
  if (context.opset < 10) {
    const starts = intsAttribute(context, 'starts') ?? missing(context, 'starts');
    const ends = intsAttribute(context, 'ends') ?? missing(context, 'ends');
    return { starts, ends, axes: intsAttribute(context, 'axes'), steps: null };
  }
  const read = (index: number, what: string): number[] | null => {
    const tensor = optional(inputs, index);
    return tensor === null ? null : integersOrFar(context, what, tensor);
  };
  return {
    starts: integersOrFar(context, 'starts', required(context, inputs, 1)),
    ends: integersOrFar(context, 'ends', required(context, inputs, 2)),
    axes: read(3, 'axes'),
    steps: read(4, 'steps'),
  };
}

/** Integers; "to the end" is often written as the largest int64, which is brought into the exact range first. */
function integersOrFar(
  context: EvaluationContext,
  what: string,
  tensor: Parameters<typeof integersOf>[2],
): number[] {
  const far = 2 ** 53 - 1;
  if (tensor.data instanceof BigInt64Array)
    return Array.from(tensor.data, (value) => Math.max(-far, Math.min(far, Number(value))));
  return integersOf(context, what, tensor);
}

/** Elements start, start + step ... before end, along each of the axes; ends are brought into the tensor. */
export const slice: OnnxOperator = {
  name: 'Slice',
  domain: '',
  opsets: [1, 25],
  placement: 'host',
  attributes: ['axes', 'ends', 'starts'],
  limits: '',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    const { starts, ends, axes, steps } = rangesOf(context, inputs);
    const along = normalAxes(context, axes ?? starts.map((_, i) => i), x.shape.length);
    if (
      ends.length !== starts.length ||
      along.length !== starts.length ||
      (steps ?? starts).length !== starts.length
    )
      invalid(
        context,
        `starts ${shapeText(starts)}, ends ${shapeText(ends)}, axes ${shapeText(along)}`,
        'give as many of each',
      );
    const strides = stridesOf(x.shape);
    const shape = [...x.shape];
    const taken = [...strides];
    let origin = 0;
    along.forEach((axis, i) => {
      const size = x.shape[axis];
      const step = steps?.[i] ?? 1;
      if (step === 0) invalid(context, `step 0 on axis ${axis}`, 'a step is not 0');
      const low = step > 0 ? 0 : -1;
      const high = step > 0 ? size : size - 1;
      const clamp = (at: number): number => Math.max(low, Math.min(high, at < 0 ? at + size : at));
      // A start below the tensor begins at its first element whatever the direction.
      const start = step > 0 ? clamp(starts[i]) : Math.max(size === 0 ? -1 : 0, clamp(starts[i]));
      const count = Math.max(0, Math.ceil((clamp(ends[i]) - start) / step));
      shape[axis] = count;
      taken[axis] = strides[axis] * step;
      origin += count > 0 ? start * strides[axis] : 0;
    });
    return [rearrange(context, x, shape, offsets(shape, taken, origin))];
  },
};
