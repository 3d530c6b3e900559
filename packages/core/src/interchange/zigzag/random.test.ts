import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TallyError } from '../../diagnostics/index.ts';
import { interpretMapping, MAPPING_DATAFLOWS } from '../../mapping/index.ts';
import { importZigzag } from './read.ts';

const LOOPS = ['B', 'K', 'C', 'OY', 'OX', 'FY', 'FX'] as const;

interface Layer {
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
  readonly padding: number;
  /** Units along D1 (outputs or pixels) and D2 (channels and kernel). */
  readonly along: readonly { readonly loop: string; readonly array: 'D1' | 'D2'; readonly count: number }[];
  /** Order of the loops in time, and which of them is cut in two. */
  readonly order: readonly string[];
  readonly cut: string;
  readonly memories: readonly number[];
  readonly registers: readonly boolean[];
}

const layers: fc.Arbitrary<Layer> = fc.record({
  sizes: fc.tuple(
    fc.integer({ min: 1, max: 2 }),
    ...[6, 5, 5, 5].map((max) => fc.integer({ min: 1, max })),
    ...[3, 3].map((max) => fc.integer({ min: 1, max })),
  ),
  strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  padding: fc.nat(1),
  along: fc
    .tuple(
      fc.constantFrom('K', 'K', 'OX', 'OY'),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
    )
    .map(([loop, across, channels, kernel]) => [
      { loop, array: 'D1' as const, count: across },
      { loop: 'C', array: 'D2' as const, count: channels },
      ...(kernel ? ['FY', 'FX'].map((one) => ({ loop: one, array: 'D2' as const, count: 3 })) : []),
    ]),
  order: fc.shuffledSubarray([...LOOPS], { minLength: 7 }),
  cut: fc.constantFrom(...LOOPS),
  memories: fc.tuple(
    fc.constantFrom(8, 16, 64),
    fc.constantFrom(16, 64, 256),
    fc.constantFrom(8, 64),
    fc.constantFrom(512, 2048, 8192, 100_000),
  ),
  registers: fc.tuple(fc.boolean(), fc.boolean()),
});

/** Iterations in time of each loop, outermost part first where it is cut. */
function timeLoops({ sizes, along, order, cut }: Layer): readonly (readonly [string, number])[] {
  const left = new Map(
    LOOPS.map((loop, index): [string, number] => {
      const units = along.filter((one) => one.loop === loop).reduce((all, { count }) => all * count, 1);
      return [loop, Math.ceil(sizes[index] / Math.min(units, sizes[index]))];
    }),
  );
  const inner = order.map((loop): readonly [string, number] => {
    const count = left.get(loop) ?? 1;
    return [loop, loop === cut && count % 2 === 0 ? count / 2 : count];
  });
  return (left.get(cut) ?? 1) % 2 === 0 ? [...inner, [cut, 2]] : inner;
}

function filesOf(layer: Layer) {
  const { sizes, strides, padding, along, memories, registers } = layer;
  const memory = (name: string, size: number, operand: string, served: string): string =>
    `  ${name}: {size: ${size}, operands: [${operand}], ports: [], served_dimensions: [${served}]}\n`;
  return [
    {
      name: 'w.yaml',
      text: `- id: 0
  operator_type: Conv
  equation: O[b][k][oy][ox]+=W[k][c][fy][fx]*I[b][c][iy][ix]
  dimension_relations: [ix=${strides[0]}*ox+fx, iy=${strides[1]}*oy+fy]
  loop_dims: [${LOOPS.join(', ')}]
  loop_sizes: [${sizes.join(', ')}]
  pr_loop_dims: [IX, IY]
  padding: [[${sizes[6] > 1 ? padding : 0}, 0], [${sizes[5] > 1 ? padding : 0}, 0]]
  operand_precision: {W: 8, I: 8, O: 16, O_final: 8}
`,
    },
    {
      name: 'h.yaml',
      text:
        'name: random\nmemories:\n' +
        memory('cells', memories[0], 'I2', '') +
        (registers[0] ? memory('sums', memories[1], 'O', 'D2') : '') +
        (registers[1] ? memory('inputs', memories[2], 'I1', 'D1') : '') +
        memory('buffer', memories[3], 'I1, I2, O', 'D1, D2') +
        memory('dram', 10_000_000, 'I1, I2, O', 'D1, D2') +
        'operational_array: {dimensions: [D1, D2], sizes: [3, 45]}\n',
    },
    {
      name: 'm.yaml',
      text: `- name: default
  spatial_mapping:
    D1: [${along
      .filter(({ array }) => array === 'D1')
      .map(({ loop, count }) => `"${loop}, ${count}"`)
      .join(', ')}]
    D2: [${along
      .filter(({ array }) => array === 'D2')
      .map(({ loop, count }) => `"${loop}, ${count}"`)
      .join(', ')}]
  temporal_ordering: [${timeLoops(layer)
    .map(([loop, count]) => `[${loop}, ${count}]`)
    .join(', ')}]
`,
    },
  ];
}

/** Why a mapping of a correct file is not one of ours. */
const OTHER_MAPPINGS = new Set([
  'memory-too-small',
  'uneven-mapping',
  'dimension-twice',
  'loop-outside-the-tile',
  'batch-inside-the-tile',
  'nest-of-no-dataflow',
  'macro-too-small',
  'kept-otherwise',
  'cut-otherwise',
  'buffer-too-small',
]);

test('random layers, orders and memories: counted as the interpreter walks them, or not a mapping of ours', () => {
  const dataflows = new Map<string, number>();
  const refused = new Map<string, number>();
  fc.assert(
    fc.property(layers, (layer) => {
      try {
        const [{ problem, machine, mapping, counts }] = importZigzag(filesOf(layer)).layers;
        expect(counts.macs).toBe(layer.sizes.reduce((product, size) => product * size, 1));
        expect(interpretMapping(problem, machine, mapping).counts).toEqual(counts);
        // A step for each iteration of the loops in time.
        const iterations = timeLoops(layer).reduce((product, [, count]) => product * count, 1);
        expect(counts.busiestSteps).toBe(iterations);
        dataflows.set(mapping.macro.dataflow, (dataflows.get(mapping.macro.dataflow) ?? 0) + 1);
      } catch (error) {
        if (!(error instanceof TallyError)) throw error;
        for (const { code, remedy } of error.issues) {
          expect(OTHER_MAPPINGS).toContain(code);
          expect(remedy).not.toBe('');
          refused.set(code, (refused.get(code) ?? 0) + 1);
        }
      }
    }),
    { numRuns: 500, seed: 20261124 },
  );
  // All dataflows and most refusals are met.
  expect([...dataflows.keys()].sort()).toEqual(MAPPING_DATAFLOWS.map(({ name }) => name).sort());
  expect(dataflows.get('weight-stationary')).toBeGreaterThan(50);
  expect(refused.size).toBeGreaterThan(5);
});
