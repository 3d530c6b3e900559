import type { EvaluationContext } from '../../operator.ts';
import { choiceAttribute, floatAttribute, intAttribute } from './attributes.ts';
import {
  COORDINATE_MODES,
  inputCoordinate,
  interpolationTaps,
  NEAREST_MODES,
  nearestIndex,
  type Taps,
} from './resample.ts';
import type { Region } from './resized-axes.ts';

export const RESIZE_MODES = ['nearest', 'linear', 'cubic'] as const;
export type ResizeMode = (typeof RESIZE_MODES)[number];

/** What the attributes say about the way from an output index to input elements. */
export type TapsOf = (axis: Region, x: number) => Taps;

/** How a Resize or Upsample node of a mode takes each output index from an axis. */
export function tapsFunction(context: EvaluationContext, mode: ResizeMode): TapsOf {
  // Opset 10 knows only x / scale and does not say how nearest rounds; scaling up, only floor repeats evenly.
  const old = context.opset < 11;
  const coordinates = old
    ? 'asymmetric'
    : choiceAttribute(context, 'coordinate_transformation_mode', COORDINATE_MODES, 'half_pixel');
  const nearest = old
    ? 'floor'
    : choiceAttribute(context, 'nearest_mode', NEAREST_MODES, 'round_prefer_floor');
  const excludeOutside = intAttribute(context, 'exclude_outside', 0) !== 0;
  const cubic = mode === 'cubic' ? { a: floatAttribute(context, 'cubic_coeff_a', -0.75) } : null;
  return (axis, x) => {
    if (!axis.resized) return { indices: [x], weights: [1], outside: false };
    const coordinate = inputCoordinate(x, axis, coordinates);
    const outside = coordinates === 'tf_crop_and_resize' && (coordinate < 0 || coordinate > axis.input - 1);
    if (mode === 'nearest') {
      const index = Math.max(0, Math.min(axis.input - 1, nearestIndex(coordinate, nearest)));
      return { indices: [index], weights: [1], outside };
    }
    return { ...interpolationTaps(coordinate, axis.input, cubic, excludeOutside), outside };
  };
}
