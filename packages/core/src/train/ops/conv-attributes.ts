import type { Window } from '../../network/network.ts';

/** Attributes of a convolution. */
export interface ConvAttributes extends Window {
  readonly groups: number;
  readonly dilation: readonly [vertical: number, horizontal: number];
}

/** Output height and width of a window moved over an image. */
export function windowOutput(
  height: number,
  width: number,
  window: Window,
  dilation: readonly [number, number] = [1, 1],
): readonly [number, number] {
  const [top, left, bottom, right] = window.padding;
  const spanV = dilation[0] * (window.kernel[0] - 1) + 1;
  const spanH = dilation[1] * (window.kernel[1] - 1) + 1;
  return [
    Math.floor((height + top + bottom - spanV) / window.stride[0]) + 1,
    Math.floor((width + left + right - spanH) / window.stride[1]) + 1,
  ];
}

/** ONNX attributes of a convolution-like node. */
export function convOnnxAttributes(
  attributes: ConvAttributes,
): Record<string, { readonly ints: readonly number[] } | { readonly int: number }> {
  return {
    kernel_shape: { ints: attributes.kernel },
    strides: { ints: attributes.stride },
    pads: { ints: attributes.padding },
    dilations: { ints: attributes.dilation },
    group: { int: attributes.groups },
  };
}
