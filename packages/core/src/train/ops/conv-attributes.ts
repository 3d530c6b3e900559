import type { Window } from '../../network/network.ts';

/** Attributes of a convolution. */
export interface ConvAttributes extends Window {
  readonly groups: number;
  readonly dilation: readonly [vertical: number, horizontal: number];
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
