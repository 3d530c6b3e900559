import { describe, expect, it } from 'vitest';
import type { ModelGraph } from '../model/model.ts';
import { resnet8 } from '../train/architectures/resnet8.ts';
import { initialModel } from '../train/initialize.ts';
import { valueShapes, weightShapesOf } from '../train/parameters.ts';
import { execute, float, floats } from '../train/testing/execute.ts';
import { Random } from '../train/random.ts';
import { blockForwardGraph, blockNames } from './block-graph.ts';
import { cropStride, validOutputs } from './crop.ts';
import { blockGraph, partition } from './partition.ts';

const { graph, weightShapes } = resnet8([1, 24, 24]);
const model = initialModel(graph, weightShapes, 5);
const shapes = valueShapes(graph, weightShapesOf(graph, model.parameters));
const blocks = partition(graph).map((block) => blockGraph(graph, block, shapes.get(block.input) ?? []));

async function run(block: ModelGraph, input: Float32Array): Promise<Float32Array> {
  const emitted = blockForwardGraph(block, weightShapesOf(block, model.parameters), {
    batch: 1,
    images: false,
  });
  const feeds = emitted.parameters.map((name) => {
    const { shape, data } = model.parameters.get(name)!;
    return [blockNames.parameter(name), float(shape, data)] as const;
  });
  const outputs = await execute(emitted.bytes, {
    ...Object.fromEntries(feeds),
    [blockNames.input]: float([1, ...block.input.shape], input),
  });
  return floats(outputs, blockNames.output);
}

describe('crops of a block', () => {
  it('are possible where a block only looks at neighbours', () => {
    // The last block averages whole maps before its fully connected layer.
    expect(blocks.map(cropStride)).toEqual([1, 1, 2, 2, null]);
    expect(() => validOutputs(blocks[4], 0, { start: 0, length: 4, extent: 8 })).toThrow(
      'model.resnet8-fc: reads whole feature maps [block-not-croppable] — train it on whole maps',
    );
  });

  it('lose two pixels at a cut edge of two 3x3 convolutions and none at a true border', () => {
    const valid = (start: number): string =>
      validOutputs(blocks[1], 0, { start, length: 8, extent: 24 })
        .map((one) => (one ? 'x' : '-'))
        .join('');
    expect(valid(0)).toBe('xxxxxx--');
    expect(valid(8)).toBe('--xxxx--');
    expect(valid(16)).toBe('--xxxxxx');
  });

  it('give the whole map’s outputs where they say so, and others where they do not', async () => {
    for (const block of [blocks[1], blocks[2]]) {
      const [channels, rows, columns] = block.input.shape;
      const random = new Random(3, block.name);
      const whole = Float32Array.from({ length: channels * rows * columns }, () => random.normal());
      const expected = await run(block, whole);
      const stride = cropStride(block)!;
      const outputColumns = columns / stride;
      for (const [top, left] of [
        [0, 0],
        [8, 6],
        [12, 12],
        [4, 12],
      ]) {
        const side = 12;
        const cropped = new Float32Array(channels * side * side);
        for (let i = 0; i < cropped.length; i++) {
          const channel = Math.floor(i / (side * side));
          const row = Math.floor(i / side) % side;
          cropped[i] = whole[(channel * rows + top + row) * columns + left + (i % side)];
        }
        const output = await run(
          { ...block, input: { ...block.input, shape: [channels, side, side] } },
          cropped,
        );
        const validRows = validOutputs(block, 0, { start: top, length: side, extent: rows });
        const validColumns = validOutputs(block, 1, { start: left, length: side, extent: columns });
        const [outRows, outColumns] = [validRows.length, validColumns.length];
        let wrong = 0;
        output.forEach((value, i) => {
          const channel = Math.floor(i / (outRows * outColumns));
          const row = Math.floor(i / outColumns) % outRows;
          const column = i % outColumns;
          const at =
            (channel * (rows / stride) + top / stride + row) * outputColumns + left / stride + column;
          const difference = Math.abs(value - expected[at]);
          if (validRows[row] && validColumns[column]) expect(difference).toBeLessThan(1e-5);
          else if (difference > 1e-3) wrong++;
        });
        // The pixels that are left out would have been wrong: the mask hides nothing that was right in general.
        expect(wrong).toBeGreaterThan(0);
      }
    }
  });
});
