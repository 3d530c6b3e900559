import { choiceAttribute, floatsAttribute, intAttribute } from '../../onnx/ops/support/attributes.ts';
import { RESIZE_MODES, tapsFunction } from '../../onnx/ops/support/resize-taps.ts';
import { resizedAxes, type Region } from '../../onnx/ops/support/resized-axes.ts';
import type { OnnxTensor } from '../../onnx/tensor.ts';
import type { ImportRule, NodeScope } from '../scope.ts';

/** Largest height and width that is made. */
const LARGEST = 2 ** 16;

/** Inputs behind the image (region, scales, sizes), which are constant. */
function constants(scope: NodeScope): (OnnxTensor | null)[] {
  return scope.node.inputs.map((name, index) => {
    if (index === 0 || name === '') return null;
    scope.constant(index, `its input ${index}`);
    return scope.importer.graph.constants.get(name) ?? null;
  });
}

/** How often an axis repeats each element. @throws TallyError when it does anything else. */
function factorOf(scope: NodeScope, region: Region, axis: number): number {
  const { input, output } = region;
  const factor = output / input;
  if (!Number.isInteger(factor) || output > LARGEST || (axis < 2 && factor !== 1))
    scope.refuse(
      `makes ${output} of the ${input} elements of axis ${axis}`,
      `only rows and columns are imported, by whole factors, up to ${LARGEST}`,
    );
  const tapsOf = tapsFunction(scope, 'nearest');
  for (let place = 0; place < output; place++) {
    const { indices, outside } = tapsOf(region, place);
    const wanted = Math.floor(place / factor);
    if (indices[0] !== wanted || outside)
      scope.refuse(
        `its coordinate_transformation_mode and nearest_mode take element ${place} of axis ${axis} from ${outside ? 'outside' : `element ${indices[0]}`}, not from element ${wanted}`,
        'only plain repetition is imported, as asymmetric with floor, or half_pixel with round_prefer_floor',
      );
  }
  return factor;
}

/** Resize and Upsample that repeat each pixel a whole number of times. */
export const resize: ImportRule = (scope) => {
  const mode = choiceAttribute(scope, 'mode', RESIZE_MODES, 'nearest');
  if (mode !== 'nearest')
    scope.refuse(
      `its attribute mode is ${mode}`,
      'only mode nearest is imported; it runs in the float executor only',
    );
  if (intAttribute(scope, 'antialias', 0) !== 0)
    scope.refuse('its attribute antialias is 1', 'resize the images before the network');
  const shape = scope.inputShape(0);
  const value = scope.image(scope.settled(0, { integers: true }), shape);
  const stated =
    scope.node.operator === 'Upsample' && scope.opset < 9 ? floatsAttribute(scope, 'scales') : null;
  const axes = resizedAxes(scope, shape, constants(scope), stated);
  const found = axes.map((region, axis) => factorOf(scope, region, axis));
  // [1, c, l] is an image of height 1.
  const [rows, columns] = found.length === 3 ? [1, found[2]] : [found[2], found[3]];
  if (rows === 1 && columns === 1) {
    scope.set(value);
    return;
  }
  const [channels, height, width] = value.shape;
  const made = [channels, height * rows, width * columns];
  scope.emit(
    { kind: 'upsample', id: scope.id(), input: value.id, factors: [rows, columns] },
    made,
    value.integers,
  );
};
