import type { Shape } from '../../network/network.ts';

/** A tensor as planes; a flat vector is many channels of one pixel. */
export interface Extent {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** The planes of a shape of rank one or three. */
export function extentOf(shape: Shape): Extent {
  const [channels = 1, height = 1, width = 1] = shape;
  return { channels, height, width };
}

export function pixelsOf(extent: Extent): number {
  return extent.height * extent.width;
}
