/** Element types of ONNX tensors that the frontend reads (TensorProto.DataType without strings and complex). */
export type OnnxElementType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int2'
  | 'uint2'
  | 'int4'
  | 'uint4'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool';

/**
 * Storage by element type: float32 Float32Array, float64 Float64Array, float16 and bfloat16
 * Float32Array whose values are rounded to the type, int2 and int4 Int8Array, uint2, uint4 and bool
 * Uint8Array (one element a place), int64 BigInt64Array, uint64 BigUint64Array, the others their own array.
 */
export type OnnxTensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** A dense tensor in row-major order; the shape includes the batch axis, as in the file. */
export interface OnnxTensor {
  readonly type: OnnxElementType;
  readonly shape: readonly number[];
  readonly data: OnnxTensorData;
}
