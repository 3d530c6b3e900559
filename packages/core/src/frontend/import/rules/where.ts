import { INPUT_ID } from '../../../network/network.ts';
import type { ImportRule, NodeScope } from '../scope.ts';
import { paddedShape, type Activation, type ConstantValue, type Zeros } from '../value.ts';

/** Whether the condition, `[1, 1, h, w]` or `[h, w]`, is true exactly inside the padding. */
function marksInside(
  { shape, data }: ConstantValue,
  [, rows = 0, columns = 0]: readonly number[],
  { before, after }: Zeros,
): boolean {
  if (shape.slice(-2).join() !== [rows, columns].join() || data.length !== rows * columns) return false;
  return Array.from(data).every((flag, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const isInside =
      row >= before[1] && row < rows - after[1] && column >= before[2] && column < columns - after[2];
    return (flag !== 0) === isInside;
  });
}

/** The pixel codes whose real values are the constant's, one per channel; null when there are none. */
function pixelCodes(
  { importer }: NodeScope,
  { shape, data }: ConstantValue,
  channels: number,
): readonly number[] | null {
  const { scale, bits } = importer.input;
  const isPerChannel = shape.length < 3 ? data.length === 1 : shape.slice(-2).join() === '1,1';
  if (!isPerChannel || (data.length !== 1 && data.length !== channels)) return null;
  const values = Array.from({ length: channels }, (_, c) => data[data.length === 1 ? 0 : c] ?? NaN);
  const codes = values.map((value) => Math.round(value / scale));
  const areCodes = codes.every(
    (code, c) => code >= 0 && code < 2 ** bits && Math.fround(code * scale) === Math.fround(values[c] ?? NaN),
  );
  return areCodes ? codes : null;
}

/** Where, as the padding of the network's input by one pixel per channel: Where(inside, Pad(input), pixel). */
export const where: ImportRule = (scope) => {
  const isPlain = scope.value(0).kind === 'constant' && scope.value(2).kind === 'constant';
  const padded: Activation | null = isPlain ? scope.activation(1) : null;
  const zeros = padded?.zeros ?? null;
  const [channels = 0] = padded?.shape ?? [];
  if (
    padded?.id !== INPUT_ID ||
    padded.affine !== null ||
    zeros === null ||
    zeros.before[0] + zeros.after[0] > 0 ||
    !marksInside(scope.constant(0, 'its condition'), paddedShape(padded), zeros)
  )
    return scope.refuse(
      'chooses between values',
      'only the padding of the input by a constant pixel is imported: Where(inside, Pad(input), pixel)',
    );
  const codes = pixelCodes(scope, scope.constant(2, 'its pixel'), channels);
  if (codes === null)
    return scope.refuse('pads the input with values that are no pixel codes', 'use code times input scale');
  const { before, after } = zeros;
  const shape = paddedShape(padded);
  scope.emit({ kind: 'pad', id: scope.id(), input: INPUT_ID, before, after, codes }, shape);
};
