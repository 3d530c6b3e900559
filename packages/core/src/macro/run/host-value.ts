import { elementCount, type Shape, type TensorType } from '../../network/index.ts';

/** A value of a network for one image: codes (Uint8Array) or integers (Int32Array), row-major. */
export interface HostValue {
  readonly shape: Shape;
  readonly data: Uint8Array | Int32Array;
}

/** A value of a type, all 0. */
export function emptyValue(type: TensorType): HostValue {
  const size = elementCount(type.shape);
  return { shape: type.shape, data: type.kind === 'codes' ? new Uint8Array(size) : new Int32Array(size) };
}

/** Channels, rows and columns of a shape: a flat vector is channels of one element. */
export function extent([channels, rows = 1, columns = 1]: Shape): readonly [number, number, number] {
  return [channels, rows, columns];
}
