import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TallyError } from '../../../diagnostics/index.ts';
import type { OnnxAttribute } from '../graph.ts';
import { inferOutputs } from '../infer.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { refusal, tensor } from '../model.test-support.ts';
import { findOperator, operators } from '../registry.ts';
import type { ValueType } from '../simplified.ts';
import type { OnnxTensor } from '../tensor.ts';
import { shapeRules } from './table.ts';

interface Case {
  readonly operator: string;
  readonly inputs: readonly (OnnxTensor | null)[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  readonly outputs?: number;
  readonly opset?: number;
  readonly domain?: string;
}

function contextOf({ operator, inputs, attributes = {}, outputs = 1, opset = 18, domain = '' }: Case) {
  const node = {
    name: 'n',
    domain,
    operator,
    inputs: inputs.map((input, index) => (input === null ? '' : `i${index}`)),
    outputs: Array.from({ length: outputs }, (_, index) => `o${index}`),
    attributes: new Map(Object.entries(attributes)),
  };
  return { node, opset, inputs, constants: inputs };
}

function infer(test: Case): readonly (ValueType | null)[] {
  return inferOutputs(contextOf(test), 'place', DEFAULT_LIMITS);
}

/** Type and shape that the rule says, and that evaluation gives; 'refused' where either refuses. */
function both(test: Case): readonly [inferred: string, evaluated: string] {
  const context = contextOf(test);
  const text = (work: () => readonly (ValueType | null)[]): string => {
    try {
      return work()
        .map((type) => (type === null ? 'none' : `${type.type} [${type.shape.join(', ')}]`))
        .join('; ');
    } catch (error) {
      if (error instanceof TallyError) return 'refused';
      throw error;
    }
  };
  const operator = findOperator(context.node.domain, context.node.operator, context.opset)!;
  return [
    text(() => infer(test)),
    text(() => operator.evaluate(test.inputs, context).slice(0, context.node.outputs.length)),
  ];
}

function zeros(shape: readonly number[]): OnnxTensor {
  return tensor('float32', shape, new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(0.5));
}

const int = (value: number): OnnxAttribute => ({ kind: 'int', value });
const ints = (value: readonly number[]): OnnxAttribute => ({ kind: 'ints', value });
const longs = (values: readonly number[]): OnnxTensor => tensor('int64', [values.length], values);

const size = fc.integer({ min: 1, max: 5 });
const shape = fc.array(size, { minLength: 1, maxLength: 4 });
const axis = fc.integer({ min: -4, max: 3 });

/** Random applications, by name; many of them do not fit and are refused. */
const cases: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  broadcast: fc
    .tuple(fc.constantFrom('Add', 'Greater', 'Max', 'Pow'), shape, shape)
    .map(([operator, a, b]) => ({
      operator,
      inputs: [zeros(a), zeros(b)],
    })),
  where: fc.tuple(shape, shape, shape).map(([a, b, c]) => ({
    operator: 'Where',
    inputs: [tensor('bool', a, new Array<number>(zeros(a).data.length).fill(1)), zeros(b), zeros(c)],
  })),
  conv: fc
    .record({
      x: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 2, maxLength: 2 }),
      kernel: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 2 }),
      strides: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 2 }),
      dilations: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 2, maxLength: 2 }),
      pads: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }),
      auto: fc.constantFrom('NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER'),
      group: fc.constantFrom(1, 2, 3),
      depth: fc.constantFrom(1, 2),
    })
    .map(({ x, kernel, strides, dilations, pads, auto, group, depth }) => ({
      operator: 'Conv',
      inputs: [zeros([1, 2, ...x]), zeros([4, depth, ...kernel])],
      attributes: {
        strides: ints(strides),
        dilations: ints(dilations),
        auto_pad: { kind: 'string', value: auto },
        ...(auto === 'NOTSET' ? { pads: ints(pads) } : {}),
        group: int(group),
      },
    })),
  pool: fc
    .record({
      operator: fc.constantFrom('MaxPool', 'AveragePool'),
      x: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 2 }),
      kernel: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 2 }),
      strides: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 2 }),
      pads: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 4, maxLength: 4 }),
      ceil: fc.constantFrom(0, 1),
    })
    .map(({ operator, x, kernel, strides, pads, ceil }) => ({
      operator,
      inputs: [zeros([1, 2, ...x])],
      attributes: {
        kernel_shape: ints(kernel),
        strides: ints(strides),
        pads: ints(pads),
        ceil_mode: int(ceil),
      },
    })),
  matmul: fc.tuple(shape, shape).map(([a, b]) => ({ operator: 'MatMul', inputs: [zeros(a), zeros(b)] })),
  gemm: fc
    .tuple(size, size, size, size, fc.constantFrom(0, 1), fc.constantFrom(0, 1))
    .map(([a, b, c, d, ta, tb]) => ({
      operator: 'Gemm',
      inputs: [zeros([a, b]), zeros([c, d])],
      attributes: { transA: int(ta), transB: int(tb) },
    })),
  reshape: fc
    .tuple(shape, fc.array(fc.constantFrom(-1, 0, 1, 2, 3, 4, 6, 8), { maxLength: 4 }), fc.constantFrom(0, 1))
    .map(([from, to, allowzero]) => ({
      operator: 'Reshape',
      inputs: [zeros(from), longs(to)],
      attributes: { allowzero: int(allowzero) },
    })),
  flatten: fc
    .tuple(shape, fc.integer({ min: -5, max: 5 }))
    .map(([x, at]) => ({ operator: 'Flatten', inputs: [zeros(x)], attributes: { axis: int(at) } })),
  transpose: fc.tuple(shape, fc.array(fc.nat({ max: 3 }), { maxLength: 4 })).map(([x, perm]) => ({
    operator: 'Transpose',
    inputs: [zeros(x)],
    attributes: perm.length === 0 ? {} : { perm: ints(perm) },
  })),
  squeeze: fc
    .tuple(
      fc.constantFrom('Squeeze', 'Unsqueeze'),
      fc.array(fc.constantFrom(1, 1, 2), { maxLength: 4 }),
      fc.array(axis, { minLength: 1, maxLength: 3 }),
    )
    .map(([operator, x, axes]) => ({ operator, inputs: [zeros(x), longs(axes)] })),
  expand: fc
    .tuple(fc.constantFrom('Expand', 'Tile'), shape, shape)
    .map(([operator, x, to]) => ({ operator, inputs: [zeros(x), longs(to)] })),
  slice: fc
    .tuple(
      shape,
      fc.array(
        fc.record({
          start: fc.constantFrom(-9, -3, -1, 0, 1, 2, 9, Number.MAX_SAFE_INTEGER),
          end: fc.constantFrom(Number.MIN_SAFE_INTEGER, -9, -2, 0, 1, 3, 9, Number.MAX_SAFE_INTEGER),
          step: fc.constantFrom(-2, -1, 1, 2, 3),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    )
    .map(([x, cuts]) => ({
      operator: 'Slice',
      inputs: [
        zeros(x),
        longs(cuts.map(({ start }) => start)),
        longs(cuts.map(({ end }) => end)),
        null,
        longs(cuts.map(({ step }) => step)),
      ],
    })),
  gather: fc.tuple(shape, shape, axis).map(([x, at, along]) => ({
    operator: 'Gather',
    inputs: [zeros(x), tensor('int64', at, new Array<number>(zeros(at).data.length).fill(0))],
    attributes: { axis: int(along) },
  })),
  concat: fc
    .tuple(fc.array(shape, { minLength: 1, maxLength: 3 }), shape, size, axis)
    .map(([, x, other, along]) => {
      const normal = along < 0 ? along + x.length : along;
      return {
        operator: 'Concat',
        inputs: [zeros(x), zeros(x.map((own, at) => (at === normal ? other : own)))],
        attributes: { axis: int(along) },
      };
    }),
  split: fc
    .tuple(
      shape,
      axis,
      fc.integer({ min: 1, max: 4 }),
      fc.option(fc.array(fc.nat({ max: 4 }), { maxLength: 4 })),
    )
    .map(([x, along, parts, sizes]) => ({
      operator: 'Split',
      inputs: sizes === null ? [zeros(x)] : [zeros(x), longs(sizes)],
      attributes: { axis: int(along), ...(sizes === null ? { num_outputs: int(parts) } : {}) },
      outputs: sizes === null ? parts : Math.max(1, sizes.length),
    })),
  pad: fc
    .tuple(shape, fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 2, maxLength: 8 }))
    .map(([x, pads]) => ({
      operator: 'Pad',
      inputs: [zeros(x), longs(pads)],
    })),
  reduce: fc
    .tuple(
      fc.constantFrom('ReduceMean', 'ReduceMax', 'ReduceSum'),
      shape,
      fc.option(fc.uniqueArray(axis, { maxLength: 3 })),
      fc.constantFrom(0, 1),
      fc.constantFrom(0, 1),
    )
    .filter(
      ([, x, axes]) =>
        axes === null || new Set(axes.map((at) => (at < 0 ? at + x.length : at))).size === axes.length,
    )
    .map(([operator, x, axes, keepdims, noop]) => ({
      operator,
      inputs: axes === null ? [zeros(x)] : [zeros(x), longs(axes)],
      attributes: { keepdims: int(keepdims), noop_with_empty_axes: int(noop) },
    })),
  argmax: fc.tuple(shape, axis, fc.constantFrom(0, 1)).map(([x, along, keepdims]) => ({
    operator: 'ArgMax',
    inputs: [zeros(x)],
    attributes: { axis: int(along), keepdims: int(keepdims) },
  })),
  topk: fc.tuple(shape, fc.nat({ max: 5 }), axis).map(([x, k, along]) => ({
    operator: 'TopK',
    inputs: [zeros(x), longs([k])],
    attributes: { axis: int(along) },
    outputs: 2,
  })),
  resize: fc
    .tuple(size, size, fc.constantFrom(0.5, 1, 1.5, 2, 2.6), fc.constantFrom(0.7, 1, 3))
    .map(([h, w, a, b]) => ({
      operator: 'Resize',
      inputs: [zeros([1, 1, h, w]), null, tensor('float32', [4], [1, 1, a, b])],
    })),
  constantOfShape: fc
    .array(fc.nat({ max: 4 }), { maxLength: 3 })
    .map((to) => ({ operator: 'ConstantOfShape', inputs: [longs(to)] })),
  range: fc
    .tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -5, max: 5 }), fc.constantFrom(-2, -1, 1, 3))
    .map(([a, b, c]) => ({
      operator: 'Range',
      inputs: [a, b, c].map((value) => tensor('int64', [], [value])),
    })),
  shapeOf: fc.tuple(shape, axis, axis).map(([x, start, end]) => ({
    operator: 'Shape',
    inputs: [zeros(x)],
    attributes: { start: int(start), end: int(end) },
  })),
};

describe('shape rules', () => {
  for (const [name, arbitrary] of Object.entries(cases)) {
    it(`say what evaluation gives: ${name}`, () => {
      let fitting = 0;
      fc.assert(
        fc.property(arbitrary, (test) => {
          const [inferred, evaluated] = both(test);
          // A rule may let pass what evaluation refuses (it does not see values), never the other way round.
          if (evaluated === 'refused') return;
          fitting++;
          expect(inferred).toBe(evaluated);
        }),
        { numRuns: 300, seed: 1 },
      );
      expect(fitting).toBeGreaterThan(20);
    });
  }

  it('exist for every operator of the registry', () => {
    const known = new Set(shapeRules.map(({ domain, name }) => `${domain}:${name}`));
    expect(operators.map(({ domain, name }) => `${domain}:${name}`).filter((key) => !known.has(key))).toEqual(
      [],
    );
  });

  it('refuse what depends on values known at run time only', () => {
    const context = contextOf({ operator: 'Reshape', inputs: [zeros([4]), longs([2, 2])] });
    const [issue] = refusal(() =>
      inferOutputs({ ...context, constants: [null, null] }, 'place', DEFAULT_LIMITS),
    );
    expect(issue.code).toBe('onnx-dynamic-shape');
    expect(issue.message).toBe(
      "its shape depends on the values of input 1 ('i1'), which are known at run time only",
    );
  });

  it('refuse more inputs than the operator has', () => {
    // Evaluation would ignore the third operand, and the two would disagree on the shape.
    const operands = [zeros([1]), zeros([1]), zeros([4])];
    expect(refusal(() => infer({ operator: 'Mul', inputs: operands }))[0].message).toBe(
      'it has 3 inputs; the operator takes at most 2',
    );
    expect(infer({ operator: 'Max', inputs: operands })[0]?.shape).toEqual([4]);
  });

  it('refuse results beyond the limits before they exist', () => {
    const [issue] = refusal(() => infer({ operator: 'Expand', inputs: [zeros([1]), longs([65536, 65536])] }));
    expect(`${issue.code} ${issue.message}`).toBe(
      'onnx-too-large its result [65536, 65536] of float32 would have more than 67108864 elements',
    );
    const rank = refusal(() =>
      infer({ operator: 'Expand', inputs: [zeros([1]), longs(new Array<number>(17).fill(1))] }),
    );
    expect(rank[0].message).toBe('its result would have 17 axes');
    const kernel = infer.bind(null, {
      operator: 'MaxPool',
      inputs: [zeros([1, 1, 2, 2])],
      attributes: { kernel_shape: ints([65536, 65536]), pads: ints([65536, 65536, 65536, 65536]) },
    });
    expect(refusal(kernel)[0].message).toBe('kernel [65536, 65536]');
  });
});
