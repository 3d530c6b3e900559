/** How pixels between the given ones are made; torchvision's `InterpolationMode` of the same name. */
export type Interpolation = 'bilinear' | 'bicubic';

export const INTERPOLATIONS: readonly Interpolation[] = ['bilinear', 'bicubic'];

/** A convolution kernel, even, zero outside -support .. support, in units of (widened) pixels. */
export interface ResamplingFilter {
  readonly support: number;
  weight(x: number): number;
}

/** Keys' cubic convolution (IEEE TASSP 29(6), 1981, eq. 4) with this free parameter, as Pillow has it. */
const CUBIC_A = -0.5;

function triangle(x: number): number {
  const distance = Math.abs(x);
  return distance < 1 ? 1 - distance : 0;
}

// Nested as Pillow nests it: the rounding of a weight must come out the same.
function cubic(x: number): number {
  const d = Math.abs(x);
  if (d < 1) return ((CUBIC_A + 2) * d - (CUBIC_A + 3)) * d * d + 1;
  if (d < 2) return (((d - 5) * d + 8) * d - 4) * CUBIC_A;
  return 0;
}

export const FILTERS: Readonly<Record<Interpolation, ResamplingFilter>> = {
  bilinear: { support: 1, weight: triangle },
  bicubic: { support: 2, weight: cubic },
};
