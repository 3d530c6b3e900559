import { showShape, type Check } from './check.ts';
import type { Shape, Window } from './network.ts';

/** Extent of a dilated kernel: `dilation * (kernel - 1) + 1`. */
export function dilatedExtent(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1;
}

/** Height and width of the output of a legal window over an input of `[c, h, w]` (floor division). */
export function windowOutput(
  window: Window,
  shape: Shape,
  dilation: readonly [number, number] = [1, 1],
): readonly [height: number, width: number] {
  const [, height = 0, width = 0] = shape;
  const [top, left, bottom, right] = window.padding;
  const extent = (size: number, axis: 0 | 1): number =>
    Math.floor((size - dilatedExtent(window.kernel[axis], dilation[axis])) / window.stride[axis]) + 1;
  return [extent(height + top + bottom, 0), extent(width + left + right, 1)];
}

const AXES = ['vertical', 'horizontal'] as const;
const SIDES = ['top', 'left', 'bottom', 'right'] as const;

/**
 * Checks the rules of a window: positive kernel, stride and dilation; each padding at least 0 and
 * smaller than the (dilated) kernel, so that an undilated window never lies in padding alone; and
 * at least one output pixel.
 *
 * @returns output height and width, or null when a rule is broken.
 */
export function checkWindow(
  window: Window,
  shape: Shape,
  check: Check,
  dilation: readonly [number, number] = [1, 1],
): readonly [height: number, width: number] | null {
  const limit = 2 ** 16;
  let legal = true;
  for (const axis of [0, 1] as const) {
    legal = check.integer(`kernel[${axis}]`, window.kernel[axis], 1, limit) && legal;
    legal = check.integer(`stride[${axis}]`, window.stride[axis], 1, limit) && legal;
    legal = check.integer(`dilation[${axis}]`, dilation[axis], 1, limit) && legal;
  }
  for (const [side] of SIDES.entries()) {
    legal = check.integer(`padding[${side}]`, window.padding[side] ?? NaN, 0, limit) && legal;
  }
  if (!legal) return null;
  for (const [side, name] of SIDES.entries()) {
    const axis = side % 2 === 0 ? 0 : 1;
    const extent = dilatedExtent(window.kernel[axis], dilation[axis]);
    const padding = window.padding[side] ?? 0;
    if (padding >= extent) {
      legal = false;
      check.report(
        'padding-not-below-kernel',
        `padding[${side}]`,
        `is ${padding} (${name}), must be below the ${AXES[axis]} kernel extent ${extent}`,
        'reduce the padding or enlarge the kernel',
      );
    }
  }
  if (!legal) return null;
  const output = windowOutput(window, shape, dilation);
  if (output[0] < 1 || output[1] < 1) {
    check.report(
      'window-does-not-fit',
      'kernel',
      `${showShape(window.kernel)} (dilation ${showShape(dilation)}) does not fit into the padded input of ${showShape(shape)}`,
      'use a smaller kernel or dilation, more padding, or a larger input',
    );
    return null;
  }
  return output;
}
