import type { Attribute } from '../onnx/builder.ts';

/** Attributes of a Resize by whole factors that repeats every element: index i reads floor(i / factor). */
export const NEAREST: Readonly<Record<string, Attribute>> = {
  mode: { string: 'nearest' },
  coordinate_transformation_mode: { string: 'asymmetric' },
  nearest_mode: { string: 'floor' },
};
