import { describe, expect, test } from 'vitest';
import { TallyError } from '../../diagnostics/index.ts';
import { OnnxGraphBuilder } from '../../onnx/builder.ts';
import { decodeOnnx } from '../onnx/decode.ts';
import { createFloatExecutor } from '../onnx/executor.ts';
import { COORDINATE_MODES, NEAREST_MODES } from '../onnx/ops/support/resample.ts';
import { findOperator } from '../onnx/registry.ts';
import { simplify } from '../onnx/simplify.ts';
import { head, imported, nodeOf, refusals, sketch, type Build } from './import.test-support.ts';

type Attributes = Parameters<Parameters<Build>[0]['node']>[2];

/** Resize by scales of an image [1, 2, 4, 4], `odd`, before a linear layer. */
function byScales(scales: readonly number[], attributes: Attributes = {}): Build {
  return (builder, x) => {
    const inputs = [x, '', builder.constant('float32', [scales.length], scales)];
    const name = builder.node('Resize', inputs, attributes, undefined, 'odd');
    return head(
      builder,
      name,
      scales.reduce((count, scale) => count * scale, 32),
    );
  };
}

const repeated: Attributes = {
  mode: { string: 'nearest' },
  coordinate_transformation_mode: { string: 'asymmetric' },
  nearest_mode: { string: 'floor' },
};

test('a Resize that repeats pixels is an upsampling', () => {
  const network = imported(byScales([1, 1, 2, 3], repeated));
  expect(sketch(network)).toEqual(['upsample odd', expect.stringContaining('flatten'), 'fully-connected fc']);
  expect(nodeOf(network, 'odd')).toEqual({ kind: 'upsample', id: 'odd', input: 'input', factors: [2, 3] });
});

test('sizes instead of scales, and a factor of 1', () => {
  const bySizes = (rows: number, columns: number): Build => {
    return (builder, x) => {
      const sizes = builder.constant('int64', [4], [1, 2, rows, columns]);
      return head(
        builder,
        builder.node('Resize', [x, '', '', sizes], repeated, undefined, 'odd'),
        2 * rows * columns,
      );
    };
  };
  expect(nodeOf(imported(bySizes(4, 12)), 'odd')).toMatchObject({ factors: [1, 3] });
  expect(sketch(imported(bySizes(4, 4)))[0]).toContain('flatten');
});

test('a signal is an image of height 1', () => {
  const network = imported(
    (builder, x) => {
      const scales = builder.constant('float32', [3], [1, 1, 2]);
      return head(builder, builder.node('Resize', [x, '', scales], repeated, undefined, 'odd'), 12);
    },
    { input: [1, 2, 3] },
  );
  expect(nodeOf(network, 'odd')).toMatchObject({ factors: [1, 2] });
});

/** What the float executor makes of the pixels 0, 1, 2, ... of a row. */
function row(length: number, factor: number, attributes: Attributes): readonly number[] {
  const builder = new OnnxGraphBuilder('row', { opset: 21 });
  const x = builder.input('x', 'float32', [1, 1, 1, length]);
  const inputs = [x, '', builder.constant('float32', [4], [1, 1, 1, factor])];
  builder.output('y', builder.node('Resize', inputs, attributes), 'float32', [1, 1, 1, length * factor]);
  const graph = simplify(decodeOnnx(builder.encode()), { operator: findOperator });
  const data = Float32Array.from({ length }, (_, i) => i);
  const { outputs } = createFloatExecutor(graph, findOperator).run(
    new Map([['x', { type: 'float32', shape: [1, 1, 1, length], data }]]),
  );
  return Array.from(outputs.get('y')?.data ?? [], Number);
}

/** The factors that the importer finds in the same row, or null where it refuses. */
function importedRow(length: number, factor: number, attributes: Attributes): readonly number[] | null {
  try {
    const network = imported(
      (builder, x) => {
        const inputs = [x, '', builder.constant('float32', [4], [1, 1, 1, factor])];
        return head(builder, builder.node('Resize', inputs, attributes, undefined, 'odd'), length * factor);
      },
      { input: [1, 1, 1, length], opset: 21 },
    );
    const node = nodeOf(network, 'odd');
    return node.kind === 'upsample' ? node.factors : null;
  } catch (error) {
    if (error instanceof TallyError) return null;
    throw error;
  }
}

describe.each(COORDINATE_MODES)('coordinates %s', (coordinates) => {
  test.each(NEAREST_MODES)(
    'nearest %s: imported where the float executor repeats pixels, refused elsewhere',
    (nearest) => {
      const attributes: Attributes = {
        mode: { string: 'nearest' },
        coordinate_transformation_mode: { string: coordinates },
        nearest_mode: { string: nearest },
      };
      for (const length of [1, 2, 3, 5]) {
        for (const factor of [2, 3, 4, 7]) {
          const repeats = row(length, factor, attributes).every(
            (value, i) => value === Math.floor(i / factor),
          );
          expect(importedRow(length, factor, attributes), `${length} x ${factor}`).toEqual(
            repeats ? [1, factor] : null,
          );
        }
      }
    },
  );
});

test('what PyTorch, TensorFlow and Keras export for nearest upsampling is imported at every size', () => {
  const modes = [
    ['asymmetric', 'floor'],
    ['half_pixel', 'round_prefer_floor'],
    ['half_pixel', 'round_prefer_ceil'],
    ['pytorch_half_pixel', 'round_prefer_ceil'],
    ['half_pixel_symmetric', 'round_prefer_floor'],
    ['tf_half_pixel_for_nn', 'floor'],
  ];
  for (const [coordinates = '', nearest = ''] of modes) {
    const attributes: Attributes = {
      coordinate_transformation_mode: { string: coordinates },
      nearest_mode: { string: nearest },
    };
    for (const [length, factor] of [
      [13, 2],
      [7, 3],
      [32, 5],
    ] as const)
      expect(importedRow(length, factor, attributes), `${coordinates} ${nearest}`).toEqual([1, factor]);
  }
});

describe('refused:', () => {
  const cases: readonly (readonly [string, Build, string])[] = [
    [
      'linear',
      byScales([1, 1, 2, 2], { mode: { string: 'linear' } }),
      "node 'odd' (Resize): its attribute mode is linear — only mode nearest is imported; it runs in the float executor only",
    ],
    [
      'half a pixel more',
      byScales([1, 1, 1.5, 2], repeated),
      "node 'odd' (Resize): makes 6 of the 4 elements of axis 2 — only rows and columns are imported, by whole factors, up to 65536",
    ],
    [
      'fewer pixels',
      byScales([1, 1, 1, 0.5], repeated),
      "node 'odd' (Resize): makes 2 of the 4 elements of axis 3 — only rows and columns are imported, by whole factors, up to 65536",
    ],
    [
      'more channels',
      byScales([1, 2, 1, 1], repeated),
      "node 'odd' (Resize): makes 4 of the 2 elements of axis 1 — only rows and columns are imported, by whole factors, up to 65536",
    ],
    [
      'pixels that move',
      byScales([1, 1, 2, 2], { ...repeated, nearest_mode: { string: 'ceil' } }),
      "node 'odd' (Resize): its coordinate_transformation_mode and nearest_mode take element 1 of axis 2 from element 1, not from element 0 — only plain repetition is imported, as asymmetric with floor, or half_pixel with round_prefer_floor",
    ],
  ];

  test.each(cases)('%s', (_, build, text) => {
    expect(refusals(build)).toEqual([text]);
  });
});
