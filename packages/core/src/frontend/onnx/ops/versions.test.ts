/**
 * Where operator sets 7 to 25 differ, each reading by hand. What the conformance cases (opsets 7 to 17)
 * and ONNX Runtime (opset 17) check is not repeated here.
 */
import { describe, expect, it } from 'vitest';
import { apply, floats, ints, tensor, values } from './apply.test-support.ts';

const x = floats([1, -2, 3, -4, 5, -6], [2, 3]);

describe('attributes that became inputs', () => {
  it('Clip: 11', () => {
    const attributes = { min: { float: -3 }, max: { float: 2 } };
    expect(values(apply('Clip', [x], { opset: 7, attributes })[0])).toEqual([1, -2, 2, -3, 2, -3]);
    const bounds = [x, tensor('float32', [-3], []), tensor('float32', [2], [])];
    expect(values(apply('Clip', bounds, { opset: 11 })[0])).toEqual([1, -2, 2, -3, 2, -3]);
    // Since 13 the upper bound wins where they cross.
    const crossed = [x, tensor('float32', [3], []), tensor('float32', [2], [])];
    expect(values(apply('Clip', crossed, { opset: 13 })[0])).toEqual([2, 2, 2, 2, 2, 2]);
  });

  it('Slice: 10', () => {
    const attributes = { starts: [0, 1], ends: [1, 9], axes: [0, 1] };
    expect(values(apply('Slice', [x], { opset: 9, attributes })[0])).toEqual([-2, 3]);
    const inputs = [x, ints([0, -1]), ints([1, -9]), ints([0, 1]), ints([1, -2])];
    expect(values(apply('Slice', inputs, { opset: 10 })[0])).toEqual([3, 1]);
  });

  it('Slice reads the largest int64 as "to the end"', () => {
    const far = { type: 'int64' as const, shape: [1], data: BigInt64Array.of(2n ** 63n - 1n) };
    expect(apply('Slice', [x, ints([1]), far, ints([1])])[0]?.shape).toEqual([2, 2]);
  });

  it('Pad: 11; axes: 18; wrap: 19', () => {
    const v = floats([1, 2, 3]);
    const attributes = { pads: [1, 2], mode: 'constant', value: { float: 7 } };
    expect(values(apply('Pad', [v], { opset: 10, attributes })[0])).toEqual([7, 1, 2, 3, 7, 7]);
    const along = [floats([1, 2, 3, 4], [2, 2]), ints([0, 1]), null, ints([-1])];
    expect(values(apply('Pad', along, { opset: 18, attributes: { mode: 'edge' } })[0])).toEqual([
      1, 2, 2, 3, 4, 4,
    ]);
    const wrapped = apply('Pad', [v, ints([4, 2])], { opset: 19, attributes: { mode: 'wrap' } });
    expect(values(wrapped[0])).toEqual([3, 1, 2, 3, 1, 2, 3, 1, 2]);
  });

  it('Squeeze and Unsqueeze: 13', () => {
    const one = floats([1, 2], [1, 2, 1]);
    expect(apply('Squeeze', [one], { opset: 11, attributes: { axes: [-1] } })[0]?.shape).toEqual([1, 2]);
    expect(apply('Squeeze', [one, ints([0])], { opset: 13 })[0]?.shape).toEqual([2, 1]);
    expect(apply('Unsqueeze', [x], { opset: 7, attributes: { axes: [0, 3] } })[0]?.shape).toEqual([
      1, 2, 3, 1,
    ]);
    expect(() => apply('Unsqueeze', [x], { opset: 13, attributes: { axes: [0] } })).toThrow(
      "node 'n' (Unsqueeze): attribute 'axes' at opset 13 [onnx-invalid] — since opset 13 it is an input",
    );
  });

  it('Split: 13; num_outputs with a smaller last part: 18', () => {
    const v = floats([1, 2, 3, 4, 5]);
    const outputs = ['a', 'b'];
    const old = apply('Split', [v], { opset: 11, outputs, attributes: { split: [2, 3] } });
    expect(old.map(values)).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
    expect(() => apply('Split', [v], { opset: 13, outputs })).toThrow('an axis of 5 in 2 equal parts');
    const even = apply('Split', [v], { opset: 18, outputs, attributes: { num_outputs: 2 } });
    expect(even.map(values)).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it('ReduceSum: 13, the other reductions: 18', () => {
    const along = { axes: [0], keepdims: 0 };
    expect(values(apply('ReduceSum', [x], { opset: 11, attributes: along })[0])).toEqual([-3, 3, -3]);
    expect(values(apply('ReduceMean', [x], { opset: 13, attributes: along })[0])).toEqual([-1.5, 1.5, -1.5]);
    const byInput = { opset: 18, attributes: { keepdims: 0 } };
    expect(values(apply('ReduceMean', [x, ints([1])], byInput)[0])[1]).toBe(Math.fround(-5 / 3));
    const noop = { opset: 18, attributes: { noop_with_empty_axes: 1 } };
    expect(values(apply('ReduceMax', [x, ints([])], noop)[0])).toEqual(values(x));
  });

  it('TopK: 10; Dropout: 12', () => {
    const [best, at] = apply('TopK', [x], { opset: 9, attributes: { k: 1 }, outputs: ['v', 'i'] });
    expect([values(best), values(at)]).toEqual([
      [3, 5],
      [2, 1],
    ]);
    const [kept, mask] = apply('Dropout', [x], { opset: 7, attributes: { ratio: { float: 0.5 } } });
    expect([values(kept), mask?.type]).toEqual([values(x), 'float32']);
    const training = [x, floats([0.5], []), tensor('bool', [1], [])];
    expect(() => apply('Dropout', training, { opset: 13 })).toThrow(
      "node 'n' (Dropout): training_mode with ratio 0.5 [onnx-unsupported] — export the network for inference",
    );
  });
});

describe('meanings that changed', () => {
  it('Softmax before 13 takes all axes from the stated one together', () => {
    const ones = floats([0, 0, 0, 0], [1, 2, 2]);
    expect(values(apply('Softmax', [ones], { opset: 11 })[0])).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(values(apply('Softmax', [ones], { opset: 13 })[0])).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  it('BatchNormalization: spatial until 8, training_mode from 14', () => {
    const batch = [floats([3, 5], [1, 2]), ...[2, 1, 1, 4].map((value) => floats([value, value]))];
    const attributes = { epsilon: { float: 0 }, spatial: 1 };
    // (3 - 1) / 2 x 2 + 1 = 3, (5 - 1) / 2 x 2 + 1 = 5
    expect(values(apply('BatchNormalization', batch, { opset: 7, attributes })[0])).toEqual([3, 5]);
    expect(() => apply('BatchNormalization', batch, { opset: 8, attributes: { spatial: 0 } })).toThrow(
      'attribute spatial is 0 [onnx-unsupported]',
    );
    const outputs = ['y', 'mean', 'var'];
    expect(() => apply('BatchNormalization', batch, { opset: 9, outputs })).toThrow(
      'wants statistics as outputs',
    );
    expect(() => apply('BatchNormalization', batch, { opset: 15, attributes: { training_mode: 1 } })).toThrow(
      'training_mode is 1 [onnx-unsupported] — export the network for inference (model.eval())',
    );
  });

  it('Upsample and Resize 10 repeat elements; nearest downwards is refused at 10', () => {
    const v = floats([1, 2], [1, 1, 2]);
    const scales = floats([1, 1, 2]);
    expect(values(apply('Upsample', [v, scales], { opset: 9 })[0])).toEqual([1, 1, 2, 2]);
    expect(values(apply('Upsample', [v], { opset: 7, attributes: { scales: [1, 1, 2.5] } })[0])).toHaveLength(
      5,
    );
    expect(values(apply('Resize', [v, scales], { opset: 10 })[0])).toEqual([1, 1, 2, 2]);
    expect(() => apply('Resize', [v, floats([1, 1, 0.5])], { opset: 10 })).toThrow(
      "node 'n' (Resize): scales down by nearest at opset 10 [onnx-unsupported] — opset 11 says how nearest rounds",
    );
  });

  it('Resize 18: axes, aspect ratio policies; antialias is refused', () => {
    const image = floats([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 2, 4]);
    const attributes = { axes: [3, 2], keep_aspect_ratio_policy: 'not_larger' };
    // Ratios 2 / 4 and 8 / 2; the smaller one for both: 2 x 0.5 = 1 row, 4 x 0.5 = 2 columns.
    const [small] = apply('Resize', [image, null, null, ints([2, 8])], { opset: 18, attributes });
    expect(small?.shape).toEqual([1, 1, 1, 2]);
    const antialias = { antialias: 1, mode: 'linear' };
    expect(() =>
      apply('Resize', [image, null, floats([1, 1, 1, 2])], { opset: 18, attributes: antialias }),
    ).toThrow('antialias is 1 [onnx-unsupported]');
  });

  it('Resize 19: half_pixel_symmetric keeps a fractional size centred', () => {
    // scale 0.6 of 4: length 2.4, output 2; offset 4 / 2 x (1 - 2 / 2.4) = 1 / 3; (0.5 / 0.6) - 0.5 + 1 / 3 = 2 / 3
    const attributes = { mode: 'linear', coordinate_transformation_mode: 'half_pixel_symmetric' };
    const [y] = apply('Resize', [floats([0, 1, 2, 3], [4]), null, floats([Math.fround(0.6)])], {
      opset: 19,
      attributes,
    });
    expect(values(y)[0]).toBeCloseTo(2 / 3, 6);
    expect(values(y)[1]).toBeCloseTo(3 - 2 / 3, 6);
  });

  it('a name without the version is not there', () => {
    expect(() => apply('HardSwish', [x], { opset: 13 })).toThrow('no operator HardSwish at 13');
    expect(() => apply('Upsample', [x], { opset: 10 })).toThrow('no operator Upsample at 10');
  });
});
