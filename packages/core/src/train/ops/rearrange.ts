import type { Emitter, Value } from '../emitter.ts';
import { imageShape, inputAt, type Operator } from '../operator.ts';
import type { NoAttributes } from './elementwise.ts';

type Triple = readonly [channels: number, rows: number, columns: number];

/** Attributes of a padding; `values` (one per channel) fill it, or zeros. */
export interface PadAttributes {
  readonly before: Triple;
  readonly after: Triple;
  /** Real values, one per channel of the input; null: zeros. Only without padded channels. */
  readonly values: readonly number[] | null;
}

/** Attributes of a strided slice. */
export interface SliceAttributes {
  readonly start: Triple;
  readonly size: Triple;
  readonly step: Triple;
}

function padded(emitter: Emitter, value: Value, before: Triple, after: Triple): Value {
  const shape = value.shape.map((size, axis) =>
    axis === 0 ? size : size + (before[axis - 1] ?? 0) + (after[axis - 1] ?? 0),
  );
  return emitter.node('Pad', [value, emitter.integers([0, ...before, 0, ...after])], shape);
}

/** Constant elements around `[n, c, h, w]`. */
export const pad: Operator<PadAttributes> = {
  apply(emitter, inputs, { before, after, values }) {
    const x = inputAt('pad', inputs, 0);
    const [, c, h, w] = imageShape('pad', x);
    const axes = [c, h, w].map((length, index) => ({ axis: index + 1, start: before[index] ?? 0, length }));
    // A constant other than zero per channel: pad the difference to it.
    const fill = values === null ? null : emitter.constant([1, c, 1, 1], values);
    const output =
      fill === null
        ? padded(emitter, x, before, after)
        : emitter.add(padded(emitter, emitter.subtract(x, fill), before, after), fill);
    return { output, gradients: (dy) => [emitter.slice(dy, axes)] };
  },
};

/** Elements `start, start + step, ...` of the axes of `[n, c, h, w]` behind the batch. */
export const slice: Operator<SliceAttributes> = {
  apply(emitter, inputs, { start, size, step }) {
    const x = inputAt('slice', inputs, 0);
    imageShape('slice', x);
    const axes = size.map((length, index) => ({
      axis: index + 1,
      start: start[index] ?? 0,
      length,
      step: step[index] ?? 1,
    }));
    return { output: emitter.slice(x, axes), gradients: (dy) => [spread(emitter, dy, x.shape, axes)] };
  },
};

/** The transpose of a strided slice: dy at the places that were read, zeros elsewhere; one axis after the other. */
function spread(
  emitter: Emitter,
  dy: Value,
  shape: readonly number[],
  axes: readonly {
    readonly axis: number;
    readonly start: number;
    readonly length: number;
    readonly step: number;
  }[],
): Value {
  return axes.reduce((value, { axis, start, length, step }) => {
    const size = shape[axis] ?? 0;
    let wide = value;
    if (step > 1) {
      // Zeros between the elements: a new axis behind this one, padded to the step, folded back.
      const rank = value.shape.length;
      const apart = [...value.shape.slice(0, axis + 1), 1, ...value.shape.slice(axis + 1)];
      const ends = apart.map((_, index) => (index === axis + 1 ? step - 1 : 0));
      const grown = emitter.node(
        'Pad',
        [emitter.reshape(value, apart), emitter.integers([...new Array<number>(rank + 1).fill(0), ...ends])],
        apart.map((extent, index) => extent + (ends[index] ?? 0)),
      );
      wide = emitter.reshape(
        grown,
        value.shape.map((extent, index) => (index === axis ? extent * step : extent)),
      );
    }
    // The last element is followed by step - 1 zeros already: perhaps more than the axis has.
    const rest = size - start - length * step;
    const cut = rest < 0 ? emitter.slice(wide, [{ axis, start: 0, length: length * step + rest }]) : wide;
    const [begin, end] = [start, Math.max(rest, 0)];
    if (begin === 0 && end === 0) return cut;
    const pads = cut.shape.map((_, index) => (index === axis ? begin : 0));
    const tail = cut.shape.map((_, index) => (index === axis ? end : 0));
    return emitter.node(
      'Pad',
      [cut, emitter.integers([...pads, ...tail])],
      cut.shape.map((extent, index) => (index === axis ? extent + begin + end : extent)),
    );
  }, dy);
}

/** Values `[n, c, ...]` one behind the other along the channels. */
export const concat: Operator<NoAttributes> = {
  apply(emitter, inputs) {
    let start = 0;
    const places = inputs.map((input) => {
      const length = input.shape[1] ?? 0;
      start += length;
      return { start: start - length, length };
    });
    return {
      output: emitter.concat(inputs, 1),
      gradients: (dy, wanted) =>
        places.map((place, index) => (wanted[index] ? emitter.slice(dy, [{ axis: 1, ...place }]) : null)),
    };
  },
};
