import { inflateSync } from 'node:zlib';
import { fail } from '@tally/core';

/** A value of a MATLAB file; `other` stands for what this reader passes over (cells, objects, ...). */
export type MatValue =
  /** In column order. */
  | { readonly kind: 'numbers'; readonly numbers: readonly number[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'structs'; readonly structs: readonly MatStruct[] }
  | { readonly kind: 'other' };
export type MatStruct = Readonly<Partial<Record<string, MatValue>>>;

// "MAT-File Format", MathWorks, version 5: data types and array classes that this reader knows.
const MATRIX = 14;
const COMPRESSED = 15;
const STRUCT_CLASS = 2;
const CHAR_CLASS = 4;
const FIRST_NUMERIC_CLASS = 6;
const LAST_NUMERIC_CLASS = 15;
const HEADER = 128;
/** Most bytes that a packed variable may unpack to. */
const LARGEST = 2 ** 26;

type Read = (view: DataView, at: number) => number;
/** Size and reader of each numeric data type. */
const NUMBERS = new Map<number, readonly [number, Read]>([
  [1, [1, (v, i) => v.getInt8(i)]],
  [2, [1, (v, i) => v.getUint8(i)]],
  [3, [2, (v, i) => v.getInt16(i, true)]],
  [4, [2, (v, i) => v.getUint16(i, true)]],
  [5, [4, (v, i) => v.getInt32(i, true)]],
  [6, [4, (v, i) => v.getUint32(i, true)]],
  [7, [4, (v, i) => v.getFloat32(i, true)]],
  [9, [8, (v, i) => v.getFloat64(i, true)]],
  [16, [1, (v, i) => v.getUint8(i)]],
  [17, [2, (v, i) => v.getUint16(i, true)]],
]);

interface Element {
  readonly type: number;
  readonly data: Uint8Array;
  /** Where the next element begins. */
  readonly next: number;
}

/**
 * The variables of a MATLAB 5 file (little endian, packed or not).
 *
 * @param source path, for messages
 * @throws TallyError `mat-syntax`
 */
export function parseMatFile(bytes: Uint8Array, source: string): ReadonlyMap<string, MatValue> {
  if (bytes.length < HEADER || bytes[126] !== 0x49 || bytes[127] !== 0x4d) {
    fail(
      'mat-syntax',
      source,
      'is not a little-endian MATLAB 5 file',
      'take meta.mat from the development kit',
    );
  }
  const variables = new Map<string, MatValue>();
  try {
    for (let at = HEADER; at < bytes.length;) {
      const element = readElement(bytes, at);
      at = element.next;
      const inner =
        element.type === COMPRESSED
          ? readElement(inflateSync(element.data, { maxOutputLength: LARGEST }), 0)
          : element;
      if (inner.type !== MATRIX) continue;
      const { name, value } = readMatrix(inner.data);
      variables.set(name, value);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    fail('mat-syntax', source, `is damaged: ${reason}`, 'take meta.mat from the development kit again');
  }
  return variables;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readElement(bytes: Uint8Array, at: number): Element {
  const view = viewOf(bytes);
  const word = view.getUint32(at, true);
  // Up to four bytes of data share the tag's eight bytes.
  if (word >>> 16 !== 0) {
    return { type: word & 0xffff, data: bytes.subarray(at + 4, at + 4 + (word >>> 16)), next: at + 8 };
  }
  const size = view.getUint32(at + 4, true);
  const start = at + 8;
  if (start + size > bytes.length) throw new RangeError('an element ends behind the end');
  const padded = word === COMPRESSED ? size : Math.ceil(size / 8) * 8;
  return { type: word, data: bytes.subarray(start, start + size), next: start + padded };
}

function numbersOf({ type, data }: Element): readonly number[] {
  const known = NUMBERS.get(type);
  if (known === undefined) throw new RangeError(`data type ${type} is unknown`);
  const [size, read] = known;
  const view = viewOf(data);
  return Array.from({ length: Math.floor(data.length / size) }, (_, i) => read(view, i * size));
}

function readMatrix(data: Uint8Array): { readonly name: string; readonly value: MatValue } {
  const flags = readElement(data, 0);
  const dimensions = readElement(data, flags.next);
  const nameElement = readElement(data, dimensions.next);
  const name = latin(nameElement.data);
  const arrayClass = flags.data[0];
  const at = nameElement.next;
  const count = numbersOf(dimensions).reduce((product, size) => product * size, 1);
  if (arrayClass === STRUCT_CLASS) {
    return { name, value: { kind: 'structs', structs: readStructs(data, at, count) } };
  }
  if (arrayClass === CHAR_CLASS) {
    const codes = count === 0 ? [] : numbersOf(readElement(data, at));
    return { name, value: { kind: 'text', text: String.fromCharCode(...codes) } };
  }
  const numeric = arrayClass >= FIRST_NUMERIC_CLASS && arrayClass <= LAST_NUMERIC_CLASS;
  if (!numeric) return { name, value: { kind: 'other' } };
  return { name, value: { kind: 'numbers', numbers: numbersOf(readElement(data, at)) } };
}

function readStructs(data: Uint8Array, start: number, count: number): readonly MatStruct[] {
  const lengthElement = readElement(data, start);
  const [nameLength = 0] = numbersOf(lengthElement);
  const namesElement = readElement(data, lengthElement.next);
  if (nameLength < 1) throw new RangeError('field names have no length');
  const fields = Array.from({ length: Math.floor(namesElement.data.length / nameLength) }, (_, i) =>
    latin(namesElement.data.subarray(i * nameLength, (i + 1) * nameLength)),
  );
  let at = namesElement.next;
  const structs: MatStruct[] = [];
  for (let i = 0; i < count; i++) {
    const struct: Partial<Record<string, MatValue>> = {};
    for (const field of fields) {
      const element = readElement(data, at);
      at = element.next;
      struct[field] = element.data.length === 0 ? { kind: 'other' } : readMatrix(element.data).value;
    }
    structs.push(struct);
  }
  return structs;
}

/** Text up to the first zero byte. */
function latin(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('latin1');
}
