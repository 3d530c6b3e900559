import type { OnnxElementType } from './tensor.ts';

/** What is known of an element type of TensorProto.DataType. */
export interface ElementTypeInfo {
  /** Number in TensorProto.DataType of the newest ONNX; the generated schema (ONNX 1.12) lacks the low-bit ones. */
  readonly number: number;
  /** Bits of one element in `raw_data`; types below 8 bits are packed, lowest bits first. */
  readonly bits: number;
  /** Field of TensorProto that holds the elements when `raw_data` does not. */
  readonly field: 'floatData' | 'doubleData' | 'int32Data' | 'int64Data' | 'uint64Data';
}

/** Every element type that the frontend reads. */
export const elementTypes: Readonly<Record<OnnxElementType, ElementTypeInfo>> = {
  float32: { number: 1, bits: 32, field: 'floatData' },
  uint8: { number: 2, bits: 8, field: 'int32Data' },
  int8: { number: 3, bits: 8, field: 'int32Data' },
  uint16: { number: 4, bits: 16, field: 'int32Data' },
  int16: { number: 5, bits: 16, field: 'int32Data' },
  int32: { number: 6, bits: 32, field: 'int32Data' },
  int64: { number: 7, bits: 64, field: 'int64Data' },
  bool: { number: 9, bits: 8, field: 'int32Data' },
  float16: { number: 10, bits: 16, field: 'int32Data' },
  float64: { number: 11, bits: 64, field: 'doubleData' },
  uint32: { number: 12, bits: 32, field: 'uint64Data' },
  uint64: { number: 13, bits: 64, field: 'uint64Data' },
  bfloat16: { number: 16, bits: 16, field: 'int32Data' },
  uint4: { number: 21, bits: 4, field: 'int32Data' },
  int4: { number: 22, bits: 4, field: 'int32Data' },
  uint2: { number: 25, bits: 2, field: 'int32Data' },
  int2: { number: 26, bits: 2, field: 'int32Data' },
};

/** Element types of ONNX that the frontend does not read, by number: named so that a refusal says what it met. */
const unreadTypes: ReadonlyMap<number, string> = new Map([
  [8, 'string'],
  [14, 'complex64'],
  [15, 'complex128'],
  [17, 'float8e4m3fn'],
  [18, 'float8e4m3fnuz'],
  [19, 'float8e5m2'],
  [20, 'float8e5m2fnuz'],
  [23, 'float4e2m1'],
  [24, 'float8e8m0'],
]);

const byNumber: ReadonlyMap<number, OnnxElementType> = new Map(
  (Object.keys(elementTypes) as OnnxElementType[]).map((type) => [elementTypes[type].number, type]),
);

/** The element type with this number in TensorProto.DataType, undefined when the frontend does not read it. */
export function elementTypeOf(number: number): OnnxElementType | undefined {
  return byNumber.get(number);
}

/** How a refusal names an element type: `float8e4m3fn (17)`, `unknown (99)`. */
export function describeElementType(number: number): string {
  if (number === 0) return 'undefined (0)';
  return `${byNumber.get(number) ?? unreadTypes.get(number) ?? 'unknown'} (${number})`;
}

/** The readable element types in one line, for remedies. */
export const READABLE_TYPES = (Object.keys(elementTypes) as OnnxElementType[]).join(', ');
