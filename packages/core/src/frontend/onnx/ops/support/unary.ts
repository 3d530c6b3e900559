import type { EvaluationContext, OnnxOperator } from '../../operator.ts';
import type { OnnxElementType } from '../../tensor.ts';
import { allocate, checkType, isBig, rounderOf } from './elements.ts';
import { required } from './inputs.ts';

/** An operator that maps each element of its one input by itself. */
export interface Unary extends Pick<OnnxOperator, 'name' | 'opsets' | 'placement'> {
  readonly attributes?: readonly string[];
  readonly limits?: string;
  readonly types: readonly OnnxElementType[];
  /** The function on numbers, given the node's attributes; its float64 result is rounded once. */
  readonly bind: (context: EvaluationContext) => (x: number) => number;
  /** The same on 64-bit integers, when `types` has them. */
  readonly big?: (x: bigint) => bigint;
}

/** An {@link OnnxOperator} of ONNX's own domain from the function on one element. */
export function unary({
  name,
  opsets,
  placement,
  attributes = [],
  limits = '',
  types,
  bind,
  big,
}: Unary): OnnxOperator {
  return {
    name,
    domain: '',
    opsets,
    placement,
    attributes,
    limits,
    evaluate(inputs, context) {
      const x = required(context, inputs, 0);
      checkType(context, 'its input', x, types);
      const data = allocate(context, x.type, x.data.length);
      if (isBig(data)) {
        if (isBig(x.data) && big !== undefined)
          for (let i = 0; i < data.length; i++) data[i] = big(x.data[i]);
      } else if (!isBig(x.data)) {
        const apply = bind(context);
        const round = x.type === 'float32' ? null : rounderOf(x.type);
        const from = x.data;
        // A store into a Float32Array rounds by itself.
        if (round === null) for (let i = 0; i < data.length; i++) data[i] = apply(from[i]);
        else for (let i = 0; i < data.length; i++) data[i] = round(apply(from[i]));
      }
      return [{ type: x.type, shape: x.shape, data }];
    },
  };
}
