import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReferenceExecutor } from '../execute/reference.ts';
import type { FloatTensor, Model, ModelNode } from '../model/model.ts';
import { verify } from '../network/verify.ts';
import { interpretModel } from './interpret.ts';
import { explainLowering, lower } from './lower.ts';

const tensor = (shape: number[], ...data: number[]): FloatTensor => ({
  shape,
  data: Float32Array.from(data),
});

/** One pixel, a weight on it and its bias, and what reads the sum: exact in float64, whatever stands in between. */
interface Case {
  readonly bits: number;
  readonly scale: number;
  readonly weight: number;
  readonly bias: number;
  readonly between: readonly ModelNode[];
  readonly step: number;
  readonly codeBits: number;
  readonly zeroPoint: number;
  readonly levels: number;
}

const leaky = (id: string, input: string, alpha: number): ModelNode => ({
  kind: 'leaky-relu',
  id,
  input,
  alpha,
});

/** Pixel, 1 x 1 convolution, `between` (the first reads `conv`), quantizer `q`, a layer that reads it. */
function model(c: Case, height = 1, width = 1): Model {
  const window = { kernel: [1, 1], stride: [1, 1], padding: [0, 0, 0, 0] } as const;
  const weightQuantizer = { step: 'unit', format: { system: 'sign-magnitude', bits: 8 } } as const;
  const nodes: readonly ModelNode[] = [
    {
      kind: 'conv',
      id: 'conv',
      input: 'input',
      weight: 'w',
      bias: 'b',
      ...window,
      dilation: [1, 1],
      groups: 1,
      weightQuantizer,
    },
    ...c.between,
    {
      kind: 'quantize',
      id: 'q',
      input: c.between.at(-1)?.id ?? 'conv',
      step: 'step',
      bits: c.codeBits,
      zeroPoint: c.zeroPoint,
      levels: c.levels,
    },
    { kind: 'global-average-pool', id: 'mean', input: 'q' },
    {
      kind: 'quantize',
      id: 'q2',
      input: 'mean',
      step: 'step',
      bits: c.codeBits,
      zeroPoint: c.zeroPoint,
      levels: c.levels,
    },
    { kind: 'flatten', id: 'flat', input: 'q2' },
    { kind: 'fully-connected', id: 'fc', input: 'flat', weight: 'one', bias: null, weightQuantizer },
  ];
  return {
    graph: {
      kind: 'model-graph',
      name: 'm',
      input: { shape: [1, height, width], bits: c.bits, scale: c.scale },
      nodes,
      output: 'fc',
    },
    parameters: new Map([
      ['unit', tensor([], 1)],
      ['w', tensor([1, 1, 1, 1], c.weight)],
      ['b', tensor([1], c.bias)],
      ['step', tensor([], c.step)],
      ['one', tensor([1, 1], 1)],
    ]),
  };
}

/** Codes of `q` as the network makes them, and as the interpreter does. */
function codesOf(
  of: Model,
  c: Case,
  image: Uint8Array,
): { readonly made: number[]; readonly wanted: number[] } {
  const { network, places } = explainLowering(of);
  expect(verify(network)).toEqual([]);
  const before = network.nodes.slice(
    0,
    network.nodes.findIndex(({ id }) => id === 'q'),
  );
  expect(before.map(({ kind }) => kind)).toEqual(['conv']);
  const made: number[] = [];
  createReferenceExecutor(network).run(image, 1, {
    observe: (id, data) => {
      if (id === places.get('q')!.id) made.push(...data);
    },
  });
  const real = interpretModel(of, image).values.get('q')!.data;
  return { made, wanted: Array.from(real, (value) => value / c.step + c.zeroPoint) };
}

/** Slopes that are exact in float64 beside short numbers, on both sides of 1. */
const slopes = fc.constantFrom(
  0,
  2 ** -10,
  2 ** -7,
  0.125,
  0.25,
  0.75,
  1,
  1.5,
  4,
  Math.fround(0.1),
  Math.fround(0.01),
);
const dyadic = (most: number, places: number): fc.Arbitrary<number> =>
  fc.integer({ min: -most, max: most }).map((value) => value / 2 ** places);

const bounds = fc.option(dyadic(64, 3), { nil: null });

/** Leaky ReLUs, with ReLUs and clips before, between and behind them. */
const chain = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('leaky-relu' as const), alpha: slopes }) },
      fc.constant({ kind: 'relu' as const }),
      fc.tuple(bounds, bounds).map(([a, b]) => ({
        kind: 'clip' as const,
        min: a,
        max: a === null || b === null ? b : Math.max(a, b),
      })),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((nodes) =>
    nodes.map((node, i): ModelNode => ({ ...node, id: `f${i}`, input: i === 0 ? 'conv' : `f${i - 1}` })),
  );

const cases: fc.Arbitrary<Case> = fc
  .record({
    codeBits: fc.integer({ min: 1, max: 5 }),
    zero: fc.nat(),
    half: fc.boolean(),
    missing: fc.nat({ max: 3 }),
    bits: fc.constant(8),
    scale: fc.constantFrom(1, 0.25),
    weight: fc.integer({ min: -127, max: 127 }),
    bias: dyadic(512, 3),
    step: fc.constantFrom(0.125, 0.25, 0.5, 1, 3, 7.5),
    between: chain,
  })
  .map(({ zero, half, missing, ...c }) => {
    const levels = Math.max(2, 2 ** c.codeBits - missing);
    const zeroPoint = half ? (zero % (levels - 1)) + 0.5 : zero % levels;
    return { ...c, levels, zeroPoint };
  });

const IMAGE = Uint8Array.from({ length: 256 }, (_, code) => code);

describe('a quantizer behind leaky ReLUs', () => {
  it('is thresholds that give every code exactly, boundaries included, on all sums of a layer', () => {
    let onBoundary = 0;
    fc.assert(
      fc.property(cases, (c) => {
        const of = model(c, 16, 16);
        const { made, wanted } = codesOf(of, c, IMAGE);
        const ratios = interpretModel(of, IMAGE).ratios.get('q')!;
        onBoundary += ratios.filter((ratio) => Math.abs(ratio % 1) === 0.5).length;
        expect(made).toEqual(wanted);
      }),
      { numRuns: 400, seed: 5 },
    );
    expect(onBoundary).toBeGreaterThan(1000);
  });

  const plain: Case = {
    bits: 4,
    scale: 1,
    weight: 1,
    bias: -8,
    between: [leaky('leaky', 'conv', 0.25)],
    step: 1,
    codeBits: 2,
    zeroPoint: 2,
    levels: 4,
  };

  it('by hand: boundaries below 0 are divided by the slope', () => {
    // y = x - 8. Code k from f(y) = k - 5/2: -3/2 and -1/2 are y = -6 and y = -2, 1/2 is y = 1/2. Ties: -3/2 goes to -2
    // (code 0, so code 1 begins above -6: x = 3), -1/2 goes to 0 (code 2 from y = -2 on: x = 6), 1/2 to 0 (x = 9).
    const nodes = lower(model(plain)).nodes;
    expect(nodes[1]).toMatchObject({
      kind: 'threshold',
      id: 'q',
      input: 'conv',
      thresholds: Int32Array.of(3, 6, 9),
    });
  });

  it('slope 0 is a ReLU, slope 1 is nothing, and those in a row multiply', () => {
    const thresholds = (...between: ModelNode[]): unknown => lower(model({ ...plain, between })).nodes[1];
    const relu: ModelNode = { kind: 'relu', id: 'leaky', input: 'conv' };
    expect(thresholds(leaky('leaky', 'conv', 0))).toEqual(thresholds(relu));
    expect(thresholds(leaky('leaky', 'conv', 1))).toEqual(thresholds());
    expect(thresholds(leaky('a', 'conv', 0.5), leaky('b', 'a', 0.5))).toEqual(
      thresholds(leaky('leaky', 'conv', 0.25)),
    );
  });

  it('pools, pads and moves run on the codes behind the thresholds', () => {
    const pooled = lower(
      model(
        {
          ...plain,
          between: [
            leaky('leaky', 'conv', 0.25),
            {
              kind: 'max-pool',
              id: 'pool',
              input: 'leaky',
              kernel: [2, 2],
              stride: [2, 2],
              padding: [0, 0, 0, 0],
            },
            { kind: 'pad', id: 'pad', input: 'pool', before: [0, 1, 0], after: [0, 0, 0], codes: null },
          ],
        },
        4,
        4,
      ),
    );
    expect(pooled.nodes.slice(1, 4)).toMatchObject([
      { kind: 'threshold', id: 'q', thresholds: Int32Array.of(3, 6, 9) },
      { kind: 'max-pool', id: 'pool', input: 'q' },
      { kind: 'pad', id: 'pad', values: Int32Array.of(2) },
    ]);
  });

  it('codes of values that are not negative pass as they are', () => {
    const unsigned: ModelNode = {
      kind: 'quantize',
      id: 'first',
      input: 'conv',
      step: 'step',
      bits: 2,
      zeroPoint: 0,
      levels: 4,
    };
    const network = lower(
      model({ ...plain, zeroPoint: 0, between: [unsigned, leaky('leaky', 'first', 0.25)] }),
    );
    expect(network.nodes.map(({ kind, id }) => `${kind} ${id}`).slice(0, 3)).toEqual([
      'conv conv',
      'threshold first',
      'threshold q',
    ]);
  });
});

describe('lowering of leaky ReLUs refuses', () => {
  const plain: Case = {
    bits: 4,
    scale: 1,
    weight: 1,
    bias: -8,
    between: [],
    step: 1,
    codeBits: 2,
    zeroPoint: 2,
    levels: 4,
  };

  it.each([-0.5, NaN, Infinity, 1e39])('slope %s', (alpha) => {
    expect(() => lower(model({ ...plain, between: [leaky('leaky', 'conv', alpha)] }))).toThrow(
      `model.nodes.1(leaky).alpha: is ${alpha}: a leaky ReLU that falls below 0, or is not finite there, has no thresholds [alpha-out-of-range] — use a finite slope of 0 or more`,
    );
  });

  it('a layer that reads one of codes', () => {
    const { graph, parameters } = model(plain);
    const nodes = graph.nodes.flatMap((node) =>
      node.kind === 'flatten' ? [leaky('late', 'q2', 0.5), { ...node, input: 'late' }] : [node],
    );
    expect(() => lower({ graph: { ...graph, nodes }, parameters })).toThrow(
      "model.nodes.6(fc).input: 'flat' is not quantized, a layer on the macro reads unsigned codes [input-not-quantized] — put a quantize node between 'flat' and 'fc'",
    );
  });
});
